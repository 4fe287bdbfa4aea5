"""Measures over HTTP: recorded because of a record, seen by whom they concern, lifted by an order or an annulment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.evidence import (
    evidence_faults,
    read_catalogue,
    record_act,
    restore_measures,
    suspend_measures,
    work_off,
)
from service.platform import job_actor, seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web

    Caller = Callable[..., FlaskClient]

EVENT = {"source": "cases", "source_ref": "1", "entity": "own:old", "code": "penalty_fine", "decided_on": "2026-03-02"}
ORDER = {
    "source": "orders",
    "source_ref": "1",
    "kind": "key_supervision",
    "basis": "文化和旅游市场信用管理规定",
    "document": "京文执管〔2026〕7号",
    "starts_on": "2026-03-10",
}
LIFTING = {"on": "2026-06-01", "reference": "京文执解〔2026〕3号", "reason": "已整改到位"}


@pytest.fixture
def record(handler: FlaskClient) -> int:
    return int(handler.post("/v1/events", json=EVENT).json["id"])


@pytest.fixture
def measure(handler: FlaskClient, record: int) -> int:
    answer = handler.post("/v1/measures", json={**ORDER, "record": record})
    assert (answer.status_code, answer.headers["Idempotency-Hit"]) == (201, "false"), answer.json
    return int(answer.json["id"])


def act(assembly: web.Assembly, record: int, name: str, on: str = "2026-06-01") -> None:
    """An act that another system decided."""
    body = {"source": "court", "source_ref": name, "act": name, "acted_on": on, "reason": "行政复议决定书"}
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        record_act(uow=uow, event_id=record, body=body, catalogue=read_catalogue(uow.session))


def test_a_measure_names_its_record_basis_and_order_and_is_lifted_by_an_order(
    handler: FlaskClient, caller: Caller, record: int, measure: int
) -> None:
    again = handler.post("/v1/measures", json={**ORDER, "record": record})
    assert (again.status_code, again.json) == (200, {"id": measure, "held": True})
    shown = handler.get(f"/v1/measures/{measure}").json
    assert (shown["entity"], shown["record"], shown["state"], shown["acts"]) == ("own:old", record, "in_force", [])
    assert (shown["authority"], shown["names"]["zh"]) == ("bj-culture", "列为重点监管对象")
    approver = caller("approver")
    lifted = approver.post(f"/v1/measures/{measure}/lifting", json=LIFTING)
    assert (lifted.status_code, lifted.json) == (201, {"id": measure, "held": False})
    repeat = approver.post(f"/v1/measures/{measure}/lifting", json=LIFTING)
    assert (repeat.status_code, repeat.json["held"]) == (200, True)
    after = handler.get(f"/v1/measures/{measure}").json
    assert (after["state"], after["acts"]) == (
        "lifted",
        [{"act": "lifted", "cause": "order", "until": None, **LIFTING}],
    )
    other = {**LIFTING, "reference": "另一号"}
    assert approver.post(f"/v1/measures/{measure}/lifting", json=other).json["code"] == "measure_lifted"


def test_how_a_measure_stood_on_a_day_and_was_known_then(
    handler: FlaskClient, caller: Caller, assembly: web.Assembly, clock: FixedClock, record: int, measure: int
) -> None:
    bounded = {**ORDER, "record": record, "source_ref": "2", "starts_on": "2026-05-01", "ends_on": "2026-05-20"}
    handler.post("/v1/measures", json=bounded)
    seal(assembly.database)
    known_at = (clock.now() + timedelta(seconds=1)).isoformat()
    clock.advance(timedelta(days=3))
    caller("approver").post(f"/v1/measures/{measure}/lifting", json=LIFTING)
    seal(assembly.database)

    def states(**asked: str) -> list[str]:
        answer = handler.get("/v1/entities/own:old/measures", query_string=asked)
        return [item["state"] for item in answer.json["items"]]

    assert states() == ["lifted", "ended"]
    assert states(as_of="2026-04-30") == ["in_force", "upcoming"]
    assert states(as_of="2026-05-31") == ["in_force", "ended"]
    assert states(known_at=known_at) == ["in_force", "ended"]
    assert [item["id"] for item in handler.get("/v1/measures?state=lifted").json["items"]] == [measure]


def test_what_is_lifted_for_a_time_comes_back_by_itself(
    handler: FlaskClient, assembly: web.Assembly, record: int, measure: int
) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        said: dict[str, Any] = {"record": record, "case": "R1", "reason": "重整计划"}
        suspend_measures(uow=uow, **said, on=date(2026, 5, 4), until=date(2026, 5, 29))
        assert restore_measures(uow=uow, **said, on=date(2026, 5, 30)) == [], "it is back already"

    def state(day: str) -> str:
        (found,) = handler.get(f"/v1/entities/own:old/measures?as_of={day}").json["items"]
        return str(found["state"])

    days = ("2026-05-03", "2026-05-04", "2026-05-29", "2026-05-30")
    assert [state(day) for day in days] == ["in_force", "suspended", "suspended", "in_force"]
    assert handler.get(f"/v1/measures/{measure}").json["state"] == "in_force"


def test_what_came_back_by_itself_may_be_lifted_for_a_time_again(
    assembly: web.Assembly, record: int, measure: int
) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        said: dict[str, Any] = {"record": record, "reason": "重整计划"}
        suspend_measures(uow=uow, **said, case="R1", on=date(2026, 5, 4), until=date(2026, 5, 29))
        assert suspend_measures(uow=uow, **said, case="R2", on=date(2026, 5, 29), until=None) == [], "it is lifted"
        assert suspend_measures(uow=uow, **said, case="R2", on=date(2026, 5, 30), until=None) == [measure]
        assert restore_measures(uow=uow, **said, case="R1", on=date(2026, 6, 1)) == [], "another case lifted it"
        assert restore_measures(uow=uow, **said, case="R2", on=date(2026, 6, 1)) == [measure]


def test_the_entity_its_authority_and_partners_each_see_what_is_theirs(
    caller: Caller, handler: FlaskClient, assembly: web.Assembly, measure: int
) -> None:
    itself, partner = caller("entity", subject="own:old"), caller("partner")
    assert [item["id"] for item in itself.get("/v1/measures").json["items"]] == [measure]
    assert caller("entity", subject="own:person").get(f"/v1/measures/{measure}").json["code"] == "out_of_scope"
    elsewhere = caller("auditor", authority="bj-culture-110102")
    assert elsewhere.get(f"/v1/measures/{measure}").json["code"] == "out_of_scope"
    assert elsewhere.get("/v1/measures").json["items"] == []
    where = "/v1/entities/own:old/measures"
    assert partner.get(where).json["code"] == "purpose_missing"
    asked = partner.get(where, query_string={"purpose": "joint_discipline"})
    assert [item["id"] for item in asked.json["items"]] == [measure]
    caller("approver").post(f"/v1/measures/{measure}/lifting", json=LIFTING)
    assert partner.get(where, query_string={"purpose": "joint_discipline"}).json["items"] == []
    assert [item["state"] for item in handler.get(where).json["items"]] == ["lifted"]
    assert partner.get("/v1/measures").status_code == 403
    assembly.notes.close()
    with assembly.database.reader() as session:
        noted = session.scalars(text("SELECT purpose FROM query_log WHERE subject = 'own:old' ORDER BY id")).all()
    assert noted.count("joint_discipline") == 2


def test_who_recorded_a_measure_does_not_lift_it(caller: Caller, handler: FlaskClient, measure: int) -> None:
    where = f"/v1/measures/{measure}/lifting"
    assert handler.post(where, json=LIFTING).status_code == 403
    assert caller("administrator").post(where, json=LIFTING).status_code == 403


def test_an_annulment_of_the_record_lifts_what_rests_upon_it_alone_or_in_a_file(
    handler: FlaskClient, caller: Caller, assembly: web.Assembly, record: int, measure: int
) -> None:
    act(assembly, record, "annulment", on="2026-05-20")
    shown = handler.get(f"/v1/measures/{measure}").json
    assert shown["state"] == "lifted"
    (told,) = shown["acts"]
    assert (told["cause"], told["reference"], told["on"]) == ("annulment", "court/annulment", "2026-05-20")
    second = handler.post("/v1/events", json={**EVENT, "source_ref": "2"}).json["id"]
    named = {**ORDER, "record": second, "source_ref": "2"}
    number = handler.post("/v1/measures", json=named).json["id"]
    line = (
        b'{"source": "acts", "source_ref": "1", "act": "annulment", "acted_on": "2026-05-21", "reason": "x",'
        b' "event": {"source": "cases", "source_ref": "2"}}'
    )
    system = caller("handler", sources=("acts",))
    job = system.post("/v1/events/bulk", data=line, content_type="application/x-ndjson").json["id"]
    work_off(database=assembly.database, job_id=job)
    assert handler.get(f"/v1/measures/{number}").json["acts"][0]["on"] == "2026-05-21"
    with assembly.database.reader() as session:
        assert list(evidence_faults(session)) == []


def test_what_law_orders_deleted_is_told_to_nobody(
    handler: FlaskClient, assembly: web.Assembly, record: int, measure: int
) -> None:
    act(assembly, record, "withdrawal")
    assert handler.get("/v1/measures").json["items"] == []
    assert handler.get(f"/v1/measures/{measure}").json["code"] == "measure_not_found"


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"kind": "vow"}, 422, "unknown_measure_kind", "/kind"),
        ({"ends_on": "2026-03-09"}, 422, "measure_ends_early", "/ends_on"),
        ({"starts_on": "2026-03-01"}, 422, "measure_before_decision", "/starts_on"),
        ({"authority": "none"}, 422, "entity_authority_unknown", "/authority"),
        ({"record": 404}, 404, "event_not_found", "/record"),
        ({"record": 2**64 - 1}, 404, "event_not_found", "/record"),
        ({"record": "1"}, 422, "not_an_integer", "/record"),
        ({"source": "repairs"}, 422, "source_reserved", "/source"),
        ({"basis": None}, 422, "field_missing", "/basis"),
    ],
)
def test_a_refused_measure_names_field_and_next_step_in_both_languages(
    handler: FlaskClient, record: int, changes: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    for language in ("zh", "en"):
        body = {**ORDER, "record": record, **changes}
        answer = handler.post("/v1/measures", json=body, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (status, code, pointer)
        assert answer.json["next"]


@pytest.mark.usefixtures("measure")
def test_a_measure_rests_upon_a_final_decision_that_stands(
    handler: FlaskClient, caller: Caller, assembly: web.Assembly, record: int
) -> None:
    def code(number: int, **changes: object) -> str:
        body = {**ORDER, "source_ref": "other", "record": number, **changes}
        return str(handler.post("/v1/measures", json=body).json["code"])

    warning = {**EVENT, "source_ref": "w", "code": "complaint_received"}
    assert code(handler.post("/v1/events", json=warning).json["id"]) == "measure_of_warning"
    assert code(record, source_ref="1", basis="另一办法") == "reference_taken"
    foreign = handler.post("/v1/events", json={**EVENT, "source_ref": "f", "entity": "own:elsewhere"}).json["id"]
    narrow = caller("handler", authority="bj-culture-110102")
    assert narrow.post("/v1/measures", json={**ORDER, "record": record}).json["code"] == "out_of_scope"
    assert narrow.post("/v1/measures", json={**ORDER, "source_ref": "n", "record": foreign}).status_code == 201
    act(assembly, record, "repair")
    assert code(record) == "measure_of_repaired"
    act(assembly, record, "annulment")
    assert code(record) == "event_annulled"


def test_a_lifting_that_contradicts_is_refused(caller: Caller, measure: int) -> None:
    approver = caller("approver")

    def code(body: Any, number: int = measure) -> str:  # noqa: ANN401 - whatever a caller sends
        return str(approver.post(f"/v1/measures/{number}/lifting", json=body).json["code"])

    assert code({**LIFTING, "on": "2026-03-09"}) == "measure_lifted_before_start"
    assert code({**LIFTING, "on": "2026-06-02"}) == "date_in_future"
    assert code({**LIFTING, "reason": " "}) == "wrong_form"
    assert code(LIFTING, 404) == "measure_not_found"
    assert code(LIFTING, 2**63) == "measure_not_found"


def test_the_kinds_are_a_catalogue_in_both_languages(anonymous: FlaskClient) -> None:
    kinds = {row["code"]: row for row in anonymous.get("/v1/measure-kinds").json}
    assert {code for code, row in kinds.items() if row["statutory"]} == {"market_ban", "career_ban", "business_ban"}
    assert all(row["names"].keys() == {"zh", "en"} for row in kinds.values())
