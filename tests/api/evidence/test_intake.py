"""Evidence over HTTP: recorded, repeated, refused, in the caller's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.evidence.lifecycle import EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import web

EVENT = {
    "source": "cases",
    "source_ref": "1",
    "entity": "own:old",
    "code": "penalty_fine",
    "severity": "general",
    "decided_on": "2025-03-01",
}


def count(assembly: web.Assembly, what: str) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 - a test's own


def test_an_event_is_recorded_once_and_its_repeat_says_so(handler: FlaskClient) -> None:
    first = handler.post("/v1/events", json=EVENT)
    assert (first.status_code, first.headers["Idempotency-Hit"]) == (201, "false")
    again = handler.post("/v1/events", json=EVENT)
    assert (again.status_code, again.headers["Idempotency-Hit"]) == (200, "true")
    assert again.json["id"] == first.json["id"]
    other = handler.post("/v1/events", json={**EVENT, "severity": "serious"})
    assert (other.status_code, other.json["code"]) == (409, "reference_taken")


def test_an_idempotency_key_replays_the_answer(handler: FlaskClient, assembly: web.Assembly) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = handler.post("/v1/events", json=EVENT, headers=headers)
    again = handler.post("/v1/events", json=EVENT, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Hit"] == "true"
    assert again.json == first.json
    changed = handler.post("/v1/events", json={**EVENT, "source_ref": "2"}, headers=headers)
    assert changed.json["code"] == "idempotency_key_reused"
    assert count(assembly, "event") == 1


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"entity": "own:nobody"}, 422, "unknown_entity", "/entity"),
        ({"code": "nonsense"}, 422, "unknown_event_code", "/code"),
        ({"decided_on": "2026-06-02"}, 422, "date_in_future", "/decided_on"),
        ({"decided_on": "yesterday"}, 422, "not_a_date", "/decided_on"),
        ({"value": "1.234"}, 422, "malformed_points", "/value"),
        ({"points": 1}, 422, "field_unknown", "/points"),
    ],
)
def test_a_refusal_has_a_code_a_pointer_and_a_next_step_in_both_languages(
    handler: FlaskClient, changes: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    for language in ("zh", "en"):
        answer = handler.post("/v1/events", json={**EVENT, **changes}, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (status, code, pointer)
        assert answer.json["next"]
        assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "malformed_json"),
        (b"[]", "application/json", "not_an_object"),
        (b"a=1", "application/x-www-form-urlencoded", "unsupported_media_type"),
        (b'{"source": "\\u0000"}', "application/json", "nul_byte"),
        ('{"source": "中"}'.encode("gb18030"), "application/json", "body_encoding"),
    ],
)
def test_what_is_no_json_object_is_refused(handler: FlaskClient, body: bytes, kind: str, code: str) -> None:
    assert handler.post("/v1/events", data=body, content_type=kind).json["code"] == code


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"source": "cases", "code": "problem_found", "code": "penalty"}', "/code"),
        ('{"attributes": {"a/b": "1", "\\u0061/b": "1"}}', "/attributes/a~1b"),
        ('{"events": [{"code": "a:b"}, {"code": "a", "source": "cases", "code": "a"}]}', "/events/1/code"),
        ('{"events": [], "mode": "good", "events": [{}]}', "/events"),
    ],
)
def test_a_name_that_stands_twice_in_one_object_is_refused(handler: FlaskClient, body: str, pointer: str) -> None:
    for language, next_step in (("zh", "请只保留一个"), ("en", "Keep one of them")):
        headers = {"Accept-Language": language, "Content-Type": "application/json"}
        answer = handler.post("/v1/events", data=body, headers=headers)
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (400, "repeated_name", pointer)
        assert answer.json["next"].startswith(next_step)


def test_only_those_who_may_record_do(caller: Callable[..., FlaskClient], anonymous: FlaskClient) -> None:
    assert anonymous.post("/v1/events", json=EVENT).status_code == 401
    assert caller("auditor").post("/v1/events", json=EVENT).json["code"] == "forbidden"
    narrow = caller("handler", regions=("110102",))
    assert narrow.post("/v1/events", json=EVENT).json["code"] == "out_of_scope"
    assert narrow.post("/v1/events", json={**EVENT, "entity": "own:elsewhere"}).status_code == 201


def test_a_batch_keeps_all_or_none(handler: FlaskClient, assembly: web.Assembly) -> None:
    events = [EVENT, {**EVENT, "source_ref": "2", "code": "nonsense"}, {**EVENT, "source_ref": "3", "value": 1.5}]
    refused = handler.post("/v1/events", json={"events": events})
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_body")
    assert [(error["pointer"], error["code"]) for error in refused.json["errors"]] == [
        ("/events/1/code", "unknown_event_code"),
        ("/events/2/value", "not_a_string"),
    ]
    assert count(assembly, "event") == 0


def test_a_batch_keeps_the_good_ones_where_asked(handler: FlaskClient, assembly: web.Assembly) -> None:
    visit = {"source": "cases", "source_ref": "v", "entity": "own:old", "type": "daily", "held_on": "2025-03-01"}
    handler.post("/v1/events", json=EVENT)
    events = [
        EVENT,
        visit,
        {**EVENT, "source_ref": "2", "occasion": "v"},
        {**EVENT, "source_ref": "2", "occasion": "v"},
        {**EVENT, "source_ref": "3", "entity": "own:nobody"},
        {**EVENT, "source_ref": "4", "code": "case_filed", "decided_on": "2009-01-01"},
        7,
    ]
    answer = handler.post("/v1/events", json={"events": events, "mode": "good"})
    assert answer.status_code == 200
    outcomes = [item["outcome"] for item in answer.json["items"]]
    assert outcomes == ["held", "stored", "stored", "held", "refused", "stored", "refused"]
    assert [said["code"] for item in answer.json["items"] for said in item["said"]] == [
        "unknown_entity",
        "before_establishment",
        "not_an_object",
    ]
    assert answer.json["items"][2]["id"] == answer.json["items"][3]["id"]
    assert count(assembly, "event") == 3
    assert count(assembly, "audit WHERE action = 'evidence.batch_recorded'") == 1


def test_a_batch_of_which_nothing_is_new_leaves_nothing(handler: FlaskClient, assembly: web.Assembly) -> None:
    wrong = handler.post("/v1/events", json={"events": [{**EVENT, "entity": "own:nobody"}, {}], "mode": "good"})
    assert (wrong.status_code, wrong.json["refused"]) == (200, 2)
    assert handler.post("/v1/events", json={"events": [EVENT]}).json["stored"] == 1
    again = handler.post("/v1/events", json={"events": [EVENT]}, headers={"Idempotency-Key": "again"})
    assert (again.json["held"], again.json["items"][0]["outcome"]) == (1, "held")
    assert count(assembly, "audit WHERE action = 'evidence.batch_recorded'") == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"events": []}, "wrong_length"),
        ({"events": [{}] * 1001}, "wrong_length"),
        ({"events": {}}, "not_a_list"),
        ({"events": [EVENT], "mode": "some"}, "not_a_choice"),
        ({"events": [EVENT], "more": 1}, "field_unknown"),
    ],
)
def test_a_batch_that_is_none(handler: FlaskClient, body: dict[str, Any], code: str) -> None:
    assert handler.post("/v1/events", json=body).json["code"] == code


def act(client: FlaskClient, event: int, name: str, ref: str, **more: object) -> TestResponse:
    body = {"source": "cases", "source_ref": ref, "act": name, "acted_on": "2025-06-01", "reason": "依申请", **more}
    return client.post(f"/v1/events/{event}/acts", json=body)


def test_acts_are_rows_and_both_versions_stay_visible(system: FlaskClient) -> None:
    event = system.post("/v1/events", json={**EVENT, "value": "-10"}).json["id"]
    changed = act(system, event, "correction", "a1", changes={"value": "-3.5", "severity": None}, reason="clerical")
    assert changed.status_code == 201
    assert act(system, event, "correction", "a1", changes={"value": "-3.50", "severity": None}, reason="clerical").json[
        "held"
    ]
    shown = system.get(f"/v1/events/{event}").json
    assert (shown["value"], shown["severity"], shown["standing"]) == ("-3.50", None, "in_force")
    assert shown["acts"][0]["changes"] == {"value": "-3.50", "severity": None}
    assert act(system, event, "repair", "a2").status_code == 201
    assert system.get(f"/v1/events/{event}").json["standing"] == "repaired"
    assert act(system, event, "repair", "a3").json["code"] == "already_repaired"
    assert act(system, event, "repair_revocation", "a4").status_code == 201
    assert act(system, event, "dispute", "a5").status_code == 201
    assert system.get(f"/v1/events/{event}").json["disputed"] is True
    assert act(system, event, "annulment", "a6").status_code == 201
    assert act(system, event, "performed", "a7").json["code"] == "event_annulled"
    assert act(system, event, "withdrawal", "a8").status_code == 201
    assert system.get(f"/v1/events/{event}").json == {
        "id": event,
        "standing": "withdrawn",
        "withdrawn_on": "2025-06-01",
    }


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("correction", {}, "correction_without_fields"),
        ("correction", {"changes": {}}, "correction_without_fields"),
        ("correction", {"changes": {"severity": "general"}}, "correction_without_change"),
        ("correction", {"changes": {"code": "nonsense"}}, "unknown_event_code"),
        ("correction", {"changes": {"decision_kind": "award"}}, "kind_not_of_code"),
        ("correction", {"changes": {"decided_on": "2027-01-01"}}, "date_in_future"),
        ("correction", {"changes": {"code": None}}, "field_null"),
        ("correction", {"changes": {"entity": "own:elsewhere"}}, "field_unknown"),
        ("repair", {"changes": {"value": "1"}}, "changes_not_taken"),
        ("repair", {"acted_on": "2024-01-01"}, "act_before_decision"),
        ("repair", {"acted_on": "2027-01-01"}, "date_in_future"),
        ("forgive", {}, "unknown_act"),
    ],
)
def test_a_contradictory_act_is_refused(handler: FlaskClient, name: str, more: dict[str, Any], code: str) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    assert act(handler, event, name, "a", **more).json["code"] == code


def test_a_corrected_code_takes_its_kind_with_it(system: FlaskClient) -> None:
    event = system.post("/v1/events", json=EVENT).json["id"]
    assert act(system, event, "correction", "a", changes={"code": "case_filed"}).status_code == 201
    shown = system.get(f"/v1/events/{event}").json
    assert (shown["decision_kind"], shown["final"], shown["standing"]) == ("case_filing", False, "warning")


@pytest.mark.parametrize("reason", [None, "", " ", "\u3000"])
@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_no_act_is_taken_without_its_reason(handler: FlaskClient, name: str, reason: str | None) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    refused = act(
        handler, event, name, "a", reason=reason, **({"changes": {"severity": "minor"}} if name == "correction" else {})
    )
    assert (refused.status_code, refused.json["code"]) == (422, "act_without_reason")
    assert refused.json["pointer"] == "/reason"
    assert handler.get(f"/v1/events/{event}").json["acts"] == []


def test_a_reason_that_is_not_there_at_all_is_told_beside_what_else_is_wrong(handler: FlaskClient) -> None:
    event = handler.post("/v1/events", json=EVENT).json["id"]
    body = {"source": "cases", "source_ref": "a", "act": "repair"}
    refused = handler.post(f"/v1/events/{event}/acts", json=body, headers={"Accept-Language": "en"})
    assert [(fault["pointer"], fault["code"]) for fault in refused.json["errors"]] == [
        ("/acted_on", "field_missing"),
        ("/reason", "act_without_reason"),
    ]


def test_an_act_on_no_event(handler: FlaskClient) -> None:
    assert act(handler, 99, "repair", "a").json["code"] == "event_not_found"


def test_codes_are_added_and_never_changed(caller: Callable[..., FlaskClient]) -> None:
    editor = caller("rulebook_editor")
    body = {"code": "new.code", "zh": "新", "en": "New", "kinds": ["penalty"]}
    assert editor.post("/v1/event-codes", json=body).status_code == 201
    assert editor.post("/v1/event-codes", json=body).status_code == 200
    assert editor.post("/v1/event-codes", json={**body, "en": "Other"}).json["code"] == "catalogue_code_taken"
    assert editor.post("/v1/event-codes", json={**body, "kinds": ["none"]}).json["code"] == "unknown_decision_kind"
    listed = {row["code"]: row["kinds"] for row in editor.get("/v1/event-codes").json}
    assert listed["new.code"] == ["penalty"]
    assert {"penalty", "complaint_raw"} <= {row["code"] for row in editor.get("/v1/decision-kinds").json}
