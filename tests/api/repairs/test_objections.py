"""Objections: marked at once, forwarded, decided by another person, looked at again; a correction is evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from service.evidence import owned_record
from tests.integration.ratings import town
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from tests.api.repairs.conftest import Town

AT: Any = {"at": "objections"}


def filed(early: Town) -> str:
    number = early.objected()
    body = {"entity": early.key, "record": early.record, "reason": "once more"}
    assert early.entity.post("/v1/objections", json=body).json["code"] == "repair_case_open"
    return number


def known(early: Town) -> Any:  # noqa: ANN401 - what is known of an event
    with early.database.reader() as session:
        found = owned_record(session, early.record)
    assert found is not None
    return found.known


def test_an_objection_that_is_right_strikes_the_record_and_counts_the_tier_anew(early: Town) -> None:
    number = filed(early)
    assert known(early).disputed
    case = early.case(number, **AT)
    assert (case["state"], [step["part"] for step in case["steps"]]) == ("marked", ["applicant", "service"])
    early.does(early.handler, number, "forwarding", **AT, source="cases")
    waiting = {one["clock"]: one["stage"] for one in early.case(number, **AT)["clocks"]}
    assert waiting == {"decide": "paused", "source": "running"}
    early.does(early.handler, number, "answer", **AT, right=False)
    assert early.refused(early.handler, number, "decision", **AT, decision="uphold") == (403, "forbidden")
    assert early.refused(early.approver, number, "decision", **AT, decision="correct") == (
        422,
        "objection_without_acts",
    )
    before = town.marks(early.database)
    early.does(early.approver, number, "decision", **AT, decision="correct", acts=[{"act": "annulment"}])
    found = known(early)
    assert (found.disputed, found.event.annulled_on) == (False, date(2026, 6, 1))
    assert town.marks(early.database) > before
    case = early.case(number, **AT)
    assert (case["state"], case["reach"]) == ("corrected", f"/v1/events/{early.record}/reach")
    told = early.approver.get(case["reach"]).json
    assert (told["event"], told["corrections"][0]["source"], told["draws"]) == (early.record, "repairs", [])
    body = {"entity": early.key, "record": early.record, "reason": "again"}
    assert early.entity.post("/v1/objections", json=body).json["code"] == "repair_record_struck"


def test_nobody_corrects_a_record_alone(early: Town) -> None:
    number = filed(early)
    strike: Any = {"decision": "correct", "acts": [{"act": "annulment"}], **AT}
    assert early.refused(early.approver, number, "decision", **strike) == (409, "objection_unexamined")
    assert early.refused(early.approver, number, "examination", **AT, right=False) == (403, "forbidden")
    early.does(early.handler, number, "forwarding", **AT, source="cases")
    early.clock.advance(timedelta(20))
    job.run(early.database)
    assert early.refused(early.approver, number, "decision", **strike) == (409, "objection_unexamined"), "silence"
    early.does(early.handler, number, "examination", **AT, right=False)
    early.does(early.approver, number, "decision", **strike)
    assert known(early).event.annulled_on == date(2026, 6, 21)


def test_the_mark_of_an_objection_is_hidden_by_nobody_while_it_is_open(early: Town) -> None:
    def said(act: str, ref: str) -> tuple[int, str | None]:
        body = {"source": "desk", "source_ref": ref, "act": act, "acted_on": "2026-06-01", "reason": "settled by phone"}
        answer = early.handler.post(f"/v1/events/{early.record}/acts", json=body)
        return answer.status_code, answer.json.get("code")

    assert said("dispute", "1") == (201, None), "a mark of one's own before the objection makes it not one's own"
    number = filed(early)
    assert said("dispute_closed", "2") == (409, "dispute_of_objection")
    assert known(early).disputed
    early.does(early.entity, number, "withdrawal", **AT)
    assert not known(early).disputed
    assert [said("dispute", "3"), said("dispute_closed", "4")] == [(201, None)] * 2


def test_an_upheld_record_is_looked_at_again_by_somebody_else(early: Town) -> None:
    number = filed(early)
    early.does(early.approver, number, "decision", **AT, decision="uphold")
    assert not known(early).disputed
    early.does(early.entity, number, "second-review", **AT)
    assert known(early).disputed
    assert early.refused(early.approver, number, "decision", **AT, decision="uphold") == (403, "repair_same_person")
    changes = [{"act": "correction", "changes": {"severity": "minor"}}]
    early.does(early.other, number, "decision", **AT, decision="correct", acts=changes)
    assert (known(early).event.severity, known(early).disputed) == ("minor", False)


def test_a_silent_source_is_not_waited_for_and_a_silent_objector_lets_it_rest(early: Town) -> None:
    number = filed(early)
    early.does(early.handler, number, "forwarding", **AT, source="cases")
    early.clock.advance(timedelta(20))
    job.run(early.database)
    assert early.case(number, **AT)["state"] == "answered"
    early.does(early.approver, number, "decision", **AT, decision="uphold")
    early.clock.advance(timedelta(40))
    assert early.refused(early.entity, number, "second-review", **AT) == (409, "repair_term_over")
    job.run(early.database)
    assert early.case(number, **AT)["state"] == "closed"


def test_whoever_takes_an_objection_back_takes_the_mark_off(early: Town) -> None:
    number = filed(early)
    early.does(early.entity, number, "withdrawal", **AT)
    assert (early.case(number, **AT)["state"], known(early).disputed) == ("withdrawn", False)
    assert [one["number"] for one in early.handler.get("/v1/objections").json["items"]] == [number]
