"""Records that were wrong, walked to their end: by objection and second review, on review and in court; who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from service.editions import put_in_force
from service.notices.webhooks import store
from service.notices.webhooks.fanning import fan_out, new_inbox
from service.notices.written import follow_outbox
from tests.integration.ratings import town
from tests.law_cases import shipped
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web
    from tests.api.repairs.conftest import Town

AT: Any = {"at": "objections"}
SITE = "enforcement-site"
TOPICS = ["objection.mark", "objection.uphold", "objection.correct", "record.annulled", "record.corrected"]


def hears(caller: Callable[..., FlaskClient]) -> None:
    """A partner wants to hear of records that are disputed, corrected or annulled."""
    said = {
        "code": "credit",
        "name": "信用平台",
        "url": "https://93.184.216.34/hook",  # public, and never called here
        "topics": TOPICS,
        "purpose": "信用信息共享",
        "authority": town.AUTHORITY,
    }
    assert caller("administrator").post("/v1/webhook-partners", json=said).status_code == 201


def heard(early: Town) -> list[tuple[str, str, dict[str, Any]]]:
    """What has come to the partner since: (topic, entity, what it carries)."""
    fan_out(early.database, new_inbox())
    taken: list[tuple[str, str, dict[str, Any]]] = []
    ended: list[store.Ended] = []
    while found := store.turn(early.database, ended, {"credit": 50}, ()):
        taken += [(one.topic, one.subject, one.payload) for one in found]
        ended = [store.Ended(one, early.database.clock.now(), "delivered", 204, 3) for one in found]
    return taken


def clocks(early: Town, number: str) -> dict[str, tuple[str, str | None]]:
    return {one["clock"]: (one["stage"], one["due_on"]) for one in early.case(number, **AT)["clocks"]}


def published(early: Town, act: str, on: str) -> None:
    body = {"act": act, "place": SITE, "done_on": on}
    answer = early.handler.post(f"/v1/events/{early.record}/publication-acts", json=body)
    assert answer.status_code == 201, answer.json


def owed(early: Town) -> list[tuple[str, str]]:
    """What is owed about the fine beyond what was owed before it was taken back."""
    items = early.handler.get("/v1/publication-worklist").json["items"]
    return [(one["duty"], one["due_on"]) for one in items if one["duty"].startswith("withdraw")]


def told(early: Town, lang: str) -> list[str]:
    """The texts of the notices of decisions on objections, oldest first."""
    items = early.entity.get("/v1/notices?kind=objection_decision").json["items"]
    return [early.entity.get(f"/v1/notices/{one['number']}/text?lang={lang}").text for one in items]


def test_an_objection_is_walked_over_its_source_a_refusal_and_a_second_review_to_a_correction(
    early: Town, caller: Callable[..., FlaskClient]
) -> None:
    hears(caller)
    published(early, "publish", "2026-06-01")
    number = early.objected()
    assert clocks(early, number)["decide"] == ("running", "2026-06-08")
    early.clock.advance(timedelta(1))
    early.does(early.handler, number, "forwarding", **AT, source="cases")
    assert clocks(early, number) == {
        "decide": ("paused", None),
        "source": ("running", "2026-06-09"),
    }
    early.clock.advance(timedelta(2))
    early.does(early.handler, number, "answer", **AT, right=True)
    assert clocks(early, number) == {"decide": ("running", "2026-06-10")}, "two days of the source's are not counted"
    early.does(early.approver, number, "decision", **AT, decision="uphold", reason="the file shows the visit")
    while follow_outbox(early.database):
        pass
    (zh,), (en,) = told(early, "zh"), told(early, "en")
    assert "异议不成立，维持原记录" in zh
    for said in ("the file shows the visit", "ask by 2026-06-18", "administrative reconsideration"):
        assert said in en
    early.does(early.entity, number, "second-review", **AT)
    assert owed(early) == []
    acts = [{"act": "annulment"}]
    early.does(early.other, number, "decision", **AT, decision="correct", acts=acts, reason="another's visit")
    while follow_outbox(early.database):
        pass
    second = told(early, "en")[1]
    assert ("the record is corrected" in second, "The record is annulled" in second) == (True, True)
    assert "others look at it again" not in second
    assert owed(early) == [("withdraw_annulled", "2026-06-09")], "three working days from the annulment"
    published(early, "withdraw", "2026-06-04")
    assert owed(early) == []
    messages = heard(early)
    assert [topic for topic, _, _ in messages] == [
        "objection.mark",
        "objection.uphold",
        "record.annulled",
        "objection.correct",
    ]
    assert {entity for _, entity, _ in messages} == {early.key}
    assert messages[2][2] == {"record": early.record, "on": "2026-06-04"}


def test_what_a_court_quashes_is_taken_down_and_told_to_whoever_received_it(
    early: Town, caller: Callable[..., FlaskClient]
) -> None:
    hears(caller)
    published(early, "publish", "2026-06-01")
    number = early.objected()
    assert [topic for topic, _, _ in heard(early)] == ["objection.mark"]
    early.clock.advance(timedelta(minutes=1))
    court = caller("handler", authority=town.AUTHORITY, sources=("court",))
    said = {"source": "court", "source_ref": "2026-7", "reason": "quashed"}
    body = {**said, "act": "annulment", "acted_on": "2026-06-01"}
    for status in (201, 200):
        assert court.post(f"/v1/events/{early.record}/acts", json=body).status_code == status
    job.run(early.database)
    assert early.case(number, **AT)["state"] == "without_object"
    assert owed(early) == [("withdraw_annulled", "2026-06-04")]
    early.clock.advance(timedelta(minutes=1))
    assert [topic for topic, _, _ in heard(early)] == ["record.annulled"]
    reach = early.approver.get(f"/v1/events/{early.record}/reach").json
    assert [one["source"] for one in reach["corrections"]] == ["court"]
    assert [(one["topic"], one["told_since"] is not None) for one in reach["delivered"]] == [("objection.mark", True)]
    refused = early.refused(early.handler, number, "forwarding", **AT, source="cases")
    assert refused == (409, "repair_step_not_open")


def test_where_the_terms_of_objections_were_not_checked_the_case_and_its_notice_say_so(
    assembly: web.Assembly, caller: Callable[..., FlaskClient]
) -> None:
    database = assembly.database
    town.found(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        put_in_force(uow=uow, text=shipped.text("bj-credit-2024"), reason="test")
    (one,) = town.people(database, 1)
    key, record = town.key_of(database, one), town.punish(database, one)
    handler = caller("handler", authority=town.AUTHORITY)
    body = {"entity": key, "record": record, "reason": "we were not there"}
    number = handler.post("/v1/objections", json=body).json["number"]
    case = handler.get(f"/v1/objections/{number}").json
    assert case["edition"] == "bj-credit.2024"
    assert {(clock["clause"], clock["verified"]) for clock in case["clocks"]} == {("异议", False)}
    said = {"decision_no": "1", "decided_on": "2026-05-06", "content": "fined"}
    notice = handler.post("/v1/notices", json={"kind": "repair_notice", "entity": key, "facts": said}).json["number"]
    text = handler.get(f"/v1/notices/{notice}/text?lang=zh").text
    assert "在 5 个工作日内作出决定（未经核对）" in text
