"""What takes a record, or its points, away takes two persons; what another system decided comes as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.evidence import bulk_remarks, evidence_faults, work_off
from service.evidence.intake.two_persons import acts_of_two
from tests.builders.overridden import overridden

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import web

    Caller = Callable[..., FlaskClient]

EVENT = {"source": "cases", "source_ref": "1", "entity": "own:old", "code": "penalty_fine", "decided_on": "2025-03-01"}


def body(ref: str, act: str = "annulment") -> dict[str, Any]:
    more = {"changes": {"severity": "minor", "value": "-2.5"}} if act == "correction" else {}
    return {"source": "cases", "source_ref": ref, "act": act, "acted_on": "2025-06-01", "reason": "复议撤销", **more}


def decided(client: FlaskClient, proposal: int, outcome: str = "confirmed") -> TestResponse:
    said = {"outcome": outcome, "reason": "已核对复议决定书"}
    return client.post(f"/v1/act-proposals/{proposal}/decision", json=said)


def test_what_one_proposes_another_confirms_and_only_then_it_counts(
    handler: FlaskClient, caller: Caller, assembly: web.Assembly
) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    acts = f"/v1/events/{event}/acts"
    proposed = handler.post(acts, json=body("a"))
    assert (proposed.status_code, proposed.json["state"]) == (202, "open")
    again = handler.post(acts, json=body("a"))
    assert (again.status_code, again.json["proposal"]) == (200, proposed.json["proposal"])
    assert handler.post(acts, json={**body("a"), "acted_on": "2025-06-02"}).json["code"] == "reference_taken"
    assert handler.get(f"/v1/events/{event}").json["standing"] == "in_force"
    approver = caller("approver")
    (waiting,) = approver.get("/v1/act-proposals").json["items"]
    assert (waiting["event"], waiting["entity"], waiting["act"]) == (event, "own:old", "annulment")
    assert decided(caller("approver", regions=("110102",)), waiting["proposal"]).json["code"] == "out_of_scope"
    confirmed = decided(approver, waiting["proposal"])
    assert (confirmed.status_code, confirmed.json["state"]) == (200, "confirmed")
    assert overridden(assembly.database) == [("record_annulment", f"own:old/{event}", "已核对复议决定书")]
    shown = handler.get(f"/v1/events/{event}").json
    assert (shown["standing"], [act["act"] for act in shown["acts"]]) == ("annulled", ["annulment"])
    assert approver.get("/v1/act-proposals").json["items"] == []
    assert decided(approver, waiting["proposal"], "rejected").json["code"] == "act_proposal_closed"
    assert handler.post(acts, json=body("a")).json["state"] == "confirmed"
    with assembly.database.reader() as session:
        assert session.scalar(text("SELECT count(*) FROM event_act_decision WHERE act_id IS NOT NULL")) == 1
        assert list(evidence_faults(session)) == []


def test_nobody_is_both_and_what_is_rejected_never_happened(handler: FlaskClient, caller: Caller) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    alone = caller("approver")
    proposal = alone.post(f"/v1/events/{event}/acts", json=body("a", "repair")).json["proposal"]
    refused = decided(alone, proposal)
    assert (refused.status_code, refused.json["code"]) == (403, "act_proposal_same_person")
    assert decided(handler, proposal).json["code"] == "forbidden"
    assert decided(caller("approver"), proposal, "rejected").json["act"] is None
    assert handler.get(f"/v1/events/{event}").json["standing"] == "in_force"
    for unknown in (999, 2**70):
        assert decided(alone, unknown).json["code"] == "act_proposal_not_found"


def test_what_speaks_against_an_act_by_the_time_of_the_decision_refuses_it(
    handler: FlaskClient, caller: Caller
) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    first, second = (
        handler.post(f"/v1/events/{event}/acts", json=body(ref, act)).json["proposal"]
        for ref, act in (("a", "annulment"), ("b", "repair"))
    )
    approver = caller("approver")
    assert decided(approver, first).status_code == 200
    assert decided(approver, second).json["code"] == "event_annulled"
    assert decided(approver, second, "rejected").status_code == 200


@pytest.mark.parametrize("act", ["correction", "publicity_end", "withdrawal"])
def test_nobody_alone_makes_a_record_lesser_shorter_or_invisible(
    handler: FlaskClient, caller: Caller, act: str
) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    before = handler.get(f"/v1/events/{event}").json
    proposed = handler.post(f"/v1/events/{event}/acts", json=body("a", act))
    assert proposed.status_code == 202, proposed.json
    assert handler.get(f"/v1/events/{event}").json == before
    (waiting,) = caller("approver").get("/v1/act-proposals").json["items"]
    assert waiting["changes"] == body("a", act).get("changes"), "whoever decides sees what is to be changed"
    assert decided(caller("approver"), proposed.json["proposal"]).json["state"] == "confirmed"
    assert handler.get(f"/v1/events/{event}").json != before


@pytest.mark.parametrize(("act", "field"), [("performed", "performed_on"), ("rectified", "corrected_on")])
def test_a_day_that_is_recorded_is_not_another_one_by_one_word(
    handler: FlaskClient, system: FlaskClient, caller: Caller, assembly: web.Assembly, act: str, field: str
) -> None:
    event = system.post("/v1/events", json=EVENT).json["id"]
    acts = f"/v1/events/{event}/acts"
    said = {"source": "desk", "act": act, "reason": "缴款书"}
    first, earlier = ({**said, "source_ref": day, "acted_on": day} for day in ("2025-06-01", "2025-04-01"))
    assert handler.post(acts, json=first).status_code == 201
    assert handler.post(acts, json=first).json["held"], "the same again is no other day"
    proposed = handler.post(acts, json=earlier)
    assert proposed.status_code == 202, proposed.json
    assert handler.get(f"/v1/events/{event}").json[field] == "2025-06-01"
    row = {**earlier, "source_ref": "in a file", "event": {name: EVENT[name] for name in ("source", "source_ref")}}
    sent = handler.post("/v1/events/bulk", data=json.dumps(row), content_type="application/x-ndjson").json["id"]
    work_off(database=assembly.database, job_id=sent)
    with assembly.database.reader() as session:
        assert [one.code for one in bulk_remarks(session, sent)] == ["act_takes_two"]
    assert decided(caller("approver"), proposed.json["proposal"]).status_code == 200
    assert handler.get(f"/v1/events/{event}").json[field] == "2025-04-01"
    elsewhere = {**said, "source": "cases", "source_ref": "s", "acted_on": "2025-05-01"}
    assert system.post(acts, json=elsewhere).status_code == 201


@pytest.mark.parametrize("act", sorted(acts_of_two()))
def test_a_file_of_a_person_cannot_and_one_of_a_system_can(
    caller: Caller, handler: FlaskClient, assembly: web.Assembly, act: str
) -> None:
    event = {"source": EVENT["source"], "source_ref": EVENT["source_ref"]}
    repair = {**body("r", "repair"), "event": event}
    rows = [EVENT, *([repair] if act == "repair_revocation" else []), {**body("a", act), "event": event}]
    lines = "\n".join(map(json.dumps, rows)).encode()

    def sent(client: FlaskClient) -> list[str]:
        job = client.post("/v1/events/bulk", data=lines, content_type="application/x-ndjson").json["id"]
        work_off(database=assembly.database, job_id=job)
        with assembly.database.reader() as session:
            return [one.code for one in bulk_remarks(session, job)]

    assert sent(handler) == ["act_takes_two"] * (len(rows) - 1)
    assert sent(caller("handler", sources=("cases",))) == []
