"""What somebody who may write evidence must not be able to do with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import raise_warnings, work_off
from service.platform import job_actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

FINE: dict[str, Any] = {
    "source": "cases",
    "source_ref": "1",
    "entity": "own:old",
    "code": "problem_found",
    "severity": "general",
    "decided_on": "2026-03-02",
}

DISPUTE = {"source": "cases", "source_ref": "d", "act": "dispute", "acted_on": "2026-05-01", "reason": "不服"}
PROMISE = {
    "source": "promises",
    "source_ref": "1",
    "entity": "own:old",
    "type": "rectification",
    "made_on": "2026-03-01",
    "due_on": "2026-03-31",
}


def corrected(client: FlaskClient, event: int, ref: str, **changes: object) -> Any:  # noqa: ANN401 - a response
    body = {"source": "cases", "source_ref": ref, "act": "correction", "acted_on": "2026-05-01", "changes": changes}
    because = {**body, "reason": "录入有误"}
    return client.post(f"/v1/events/{event}/acts", json=because, headers={"Accept-Language": "en"})


def test_a_decision_is_not_corrected_to_before_its_entity_was_there(system: FlaskClient) -> None:
    event = system.post("/v1/events", json=FINE).json["id"]
    refused = corrected(system, event, "a", decided_on="2010-04-30")
    assert (refused.status_code, refused.json["code"]) == (422, "before_establishment")
    assert refused.json["pointer"] == "/changes/decided_on"
    assert corrected(system, event, "b", decided_on="2010-05-01").status_code == 201


def test_nor_is_an_old_one_turned_into_a_kind_that_could_not_be_that_old(system: FlaskClient) -> None:
    """A penalty may be older than the entity's establishment, and is warned of; the result of an inspection may not."""
    old = {**FINE, "code": "penalty_fine", "decided_on": "2009-01-01"}
    posted = system.post("/v1/events", json=old)
    assert [said["code"] for said in posted.json["warnings"]] == ["before_establishment"]
    assert corrected(system, posted.json["id"], "a", decided_on="2009-02-01").status_code == 201
    refused = corrected(system, posted.json["id"], "b", code="problem_found")
    assert (refused.status_code, refused.json["code"]) == (422, "before_establishment")


def test_a_decision_is_not_corrected_to_after_its_repair(system: FlaskClient) -> None:
    event = system.post("/v1/events", json=FINE).json["id"]
    repair = {"source": "cases", "source_ref": "r", "act": "repair", "acted_on": "2026-04-01", "reason": "完成修复"}
    assert system.post(f"/v1/events/{event}/acts", json=repair).status_code == 201
    refused = corrected(system, event, "a", decided_on="2026-04-02")
    assert (refused.status_code, refused.json["code"]) == (422, "act_before_decision")


@pytest.mark.parametrize("source", ["commitments", "rectification", "repairs", "visits", "warning-rules"])
def test_a_source_of_the_services_own_is_refused_however_it_comes(
    handler: FlaskClient, assembly: web.Assembly, source: str
) -> None:
    """Else who foresees a reference could take it, and the warning or outcome that is due could never be recorded."""
    body = {**FINE, "source": source}
    one = handler.post("/v1/events", json=body)
    assert (one.status_code, one.json["code"], one.json["pointer"]) == (422, "source_reserved", "/source")
    keyed = handler.post("/v1/events", json=body, headers={"Idempotency-Key": "k"})
    assert keyed.json["code"] == "source_reserved"
    batch = handler.post("/v1/events", json={"events": [body], "mode": "good"}).json
    assert [said["code"] for said in batch["items"][0]["said"]] == ["source_reserved"]
    line = json.dumps(body)
    job = handler.post("/v1/events/bulk", data=line, content_type="application/x-ndjson").json["id"]
    work_off(database=assembly.database, job_id=job)
    assert handler.get(f"/v1/bulk-jobs/{job}").json["refused"] == 1
    assert "source_reserved" in handler.get(f"/v1/bulk-jobs/{job}/result").text
    occasion = {"source": source, "source_ref": "1", "entity": FINE["entity"], "type": "daily", "held_on": "2026-03-01"}
    assert handler.post("/v1/occasions", json=occasion).json["code"] == "source_reserved"
    event = handler.post("/v1/events", json=FINE).json["id"]
    act = {**DISPUTE, "source": source}
    assert handler.post(f"/v1/events/{event}/acts", json=act).json["code"] == "source_reserved"
    assert handler.post("/v1/commitments", json={**PROMISE, "source": source}).json["code"] == "source_reserved"
    of_file = {**act, "event": {"source": "cases", "source_ref": "1"}}
    job = handler.post("/v1/events/bulk", data=json.dumps(of_file), content_type="application/x-ndjson").json["id"]
    work_off(database=assembly.database, job_id=job)
    assert "source_reserved" in handler.get(f"/v1/bulk-jobs/{job}/result").text


def test_a_source_that_a_token_names_is_closed_to_all_others(
    caller: Callable[..., FlaskClient], handler: FlaskClient, assembly: web.Assembly
) -> None:
    """A window's handler must not occupy the references of the case system, nor the case system another's."""
    free = handler.post("/v1/events", json=FINE).json["id"]
    system = caller("handler", sources=["cases", "acts"])
    assert system.get("/v1/whoami").json["sources"] == ["cases", "acts"]
    stranger = caller("handler")

    def codes(client: FlaskClient, source: str, ref: str) -> set[object]:
        event = {**FINE, "source": source, "source_ref": ref}
        occasion = {"source": source, "source_ref": ref, "entity": "own:old", "type": "daily", "held_on": "2026-03-01"}
        answers = [
            client.post("/v1/events", json=event),
            client.post("/v1/occasions", json=occasion),
            client.post(f"/v1/events/{free}/acts", json={**DISPUTE, "source": source, "source_ref": ref}),
            client.post("/v1/commitments", json={**PROMISE, "source": source, "source_ref": ref}),
        ]
        batch = client.post("/v1/events", json={"events": [{**event, "source_ref": f"b{ref}"}], "mode": "good"}).json
        line = json.dumps({**event, "source_ref": f"f{ref}"})
        job = client.post("/v1/events/bulk", data=line, content_type="application/x-ndjson").json["id"]
        work_off(database=assembly.database, job_id=job)
        told = [batch["stored"], client.get(f"/v1/bulk-jobs/{job}").json["stored"]]
        return {answer.status_code if answer.status_code < 400 else answer.json["code"] for answer in answers} | {*told}

    assert codes(stranger, "cases", "2") == {"source_of_another", 0}
    assert codes(system, "desk", "3") == {"source_of_another", 0}
    assert codes(system, "cases", "4") == {201, 1}
    assert codes(stranger, "desk", "5") == {201, 1, "already_disputed"}


def test_the_service_itself_records_under_them(handler: FlaskClient, assembly: web.Assembly) -> None:
    number = handler.post("/v1/commitments", json=PROMISE).json["id"]
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        assert raise_warnings(uow=uow) == 1
    outcome = {"outcome": "broken", "on": "2026-04-02", "basis": "复查未整改"}
    assert handler.post(f"/v1/commitments/{number}/outcome", json=outcome).status_code == 201
    sources = {item["source"] for item in handler.get("/v1/entities/own:old/events").json["items"]}
    assert sources == {"commitments", "warning-rules"}


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**30])
def test_a_number_that_no_row_has_is_not_found(
    caller: Callable[..., FlaskClient], handler: FlaskClient, number: int
) -> None:
    auditor = caller("auditor")
    for address in ("events/{}", "bulk-jobs/{}", "bulk-jobs/{}/result", "commitments/{}"):
        assert auditor.get(f"/v1/{address.format(number)}").status_code == 404
    outcome = {"outcome": "kept", "on": "2026-04-02", "basis": "x"}
    assert handler.post(f"/v1/commitments/{number}/outcome", json=outcome).json["code"] == "commitment_not_found"
