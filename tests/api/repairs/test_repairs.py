"""A repair from the application to its effects, over HTTP, by three persons of the authority; and its ways out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.evidence import owned_record
from service.ratings.drain import drain
from service.repairs import figures
from tests.builders.overridden import overridden
from tests.builders.repair_town import ELIGIBLE
from tests.integration.ratings import town
from workers.jobs import repair_expiry as expiry
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from tests.api.repairs.conftest import Town


def known(place: Town) -> Any:  # noqa: ANN401 - an event of the evidence
    with place.database.reader() as session:
        found = owned_record(session, place.record)
    assert found is not None
    return found.known


def topics(place: Town) -> list[str]:
    with place.database.reader() as session:
        return list(session.scalars(text("SELECT topic FROM outbox WHERE topic LIKE 'repair.%' ORDER BY id")))


def tier(place: Town) -> str:
    while town.marks(place.database):
        drain(database=place.database)
    answer = place.handler.get(f"/v1/entities/{place.key}/tier")
    return str(answer.json["tier"])


def overdue(place: Town) -> tuple[tuple[float, float], ...]:
    """Of cases of repair and of objection: terms that are over, and those of which nobody was alarmed."""
    with place.database.reader() as session:
        told = {(one.family.name, *one.labels): one.value for one in figures(session, place.clock.now())}
    names = ("statutory_clocks_overdue", "statutory_clocks_unalarmed")
    return tuple((told[names[0], kind], told[names[1], kind]) for kind in ("repair", "objection"))


def days_on(place: Town, days: int) -> None:
    place.clock.advance(timedelta(days))


def test_a_fined_entity_comes_back_through_three_persons_and_everything_follows(place: Town) -> None:
    assert tier(place) == "D"
    number = place.opened()
    assert place.case(number)["clocks"][0]["due_on"] == "2026-06-22"  # the 19th is the Dragon Boat festival
    place.does(place.handler, number, "supplement-request", papers=["report"])
    asked = place.case(number)
    assert asked["state"] == "supplement_asked"
    assert {one["clock"]: one["stage"] for one in asked["clocks"]} == {"accept": "paused", "supplement": "running"}
    assert place.refused(place.entity, number, "supplement") == (409, "repair_papers_missing")
    assert place.send(number, key="report", content=b"%PDF-1.4 report").status_code == 201
    place.does(place.entity, number, "supplement")
    assert place.refused(place.handler, number, "supplement-request", papers=["report"]) == (
        409,
        "repair_asked_already",
    )
    place.does(place.handler, number, "acceptance")
    assert place.refused(place.handler, number, "verification", fit=True) == (403, "repair_same_person")
    place.does(place.reviewer, number, "verification", fit=True)
    place.does(place.approver, number, "extension")
    assert place.refused(place.approver, number, "extension") == (409, "repair_no_extension")
    assert [(kind, subject) for kind, subject, _ in overridden(place.database)] == [("term_extended", number)]
    place.does(place.approver, number, "decision", decision="grant")
    assert known(place).event.repaired_on == date(2026, 6, 16)
    assert tier(place) == "A"
    assert topics(place)[-2:] == ["repair.effects", "repair.grant"]
    place.does(place.handler, number, "closure")
    case = place.case(number)
    assert (case["state"], case["open"], case["clocks"]) == ("closed", False, [])
    assert [step["part"] for step in case["steps"]] == [
        "applicant", "handler", "applicant", "handler", "reviewer", "decider", "decider", "handler",
    ]  # fmt: skip
    own = place.entity.get(f"/v1/repairs/{number}").json
    assert {step["person"] for step in own["steps"]} == {None}
    assert place.apply().json["code"] == "repair_done_already"


def test_a_repair_by_fraud_is_revoked_and_bars_the_next(place: Town) -> None:
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="grant")
    assert tier(place) == "A"
    days_on(place, 30)
    assert place.refused(place.approver, number, "revocation") == (409, "repair_revocation_not_proposed")
    place.does(place.approver, number, "revocation-proposal")
    assert place.refused(place.handler, number, "revocation-proposal") == (409, "repair_revocation_proposed")
    assert place.refused(place.approver, number, "revocation") == (403, "repair_same_person")
    assert tier(place) == "A"
    place.does(place.other, number, "revocation-dropping")
    assert place.refused(place.other, number, "revocation") == (409, "repair_revocation_not_proposed")
    assert place.case(number)["state"] == "granted"
    place.does(place.handler, number, "revocation-proposal")
    assert place.refused(place.approver, number, "revocation") == (403, "repair_same_person")
    place.does(place.other, number, "revocation")
    assert known(place).event.repaired_on is None
    assert tier(place) == "D"
    assert topics(place)[-2:] == ["repair.effects_undone", "repair.revoke"]
    again = place.apply()
    assert (again.status_code, again.json["code"]) == (409, "repair_barred")
    (barred,) = again.json["errors"]
    assert (barred["pointer"], barred["code"]) == ("/conditions/not_barred", "repair_condition_waits")
    assert "2029-07-17" in barred["detail"]  # 36 months from the day after 16 July 2026


def test_all_that_is_missing_is_asked_for_at_once(place: Town) -> None:
    number = str(place.apply().json["number"])
    too_little = place.refused(place.handler, number, "supplement-request", papers=["report"])
    assert too_little == (422, "repair_asked_too_little")
    place.does(place.handler, number, "supplement-request", papers=["report", "commitment"])
    assert place.case(number)["state"] == "supplement_asked"


def test_a_case_lapses_with_nobody_acting(place: Town) -> None:
    number = place.opened()
    place.does(place.handler, number, "supplement-request", papers=["report"])
    due = date.fromisoformat(next(c["due_on"] for c in place.case(number)["clocks"] if c["clock"] == "supplement"))
    days_on(place, (due - ELIGIBLE.date()).days)
    job.run(place.database)
    assert place.case(number)["state"] == "supplement_asked"
    days_on(place, 1)
    assert overdue(place) == ((1, 1), (0, 0))
    assert place.send(number, key="report", content=b"%PDF-1.4 late").status_code == 201
    assert place.refused(place.entity, number, "supplement") == (409, "repair_term_over")
    job.run(place.database)
    case = place.case(number)
    assert (case["state"], case["steps"][-1]["part"]) == ("lapsed", "clock")
    assert overdue(place) == ((0, 0), (0, 0)), "what lapsed waits for nobody"
    assert place.refused(place.entity, number, "supplement") == (409, "repair_step_not_open")
    job.run(place.database)
    assert place.case(number) == case
    assert known(place).event.repaired_on is None
    assert place.apply().status_code == 201, "whoever let a case lapse may apply anew"


def test_a_term_that_is_handed_up_warns_before_and_goes_on_above(place: Town) -> None:
    number = place.opened()
    place.does(place.handler, number, "acceptance")
    first = place.case(number)["clocks"][0]
    assert (first["law"], first["at_lapse"], first["verified"]) == ("decide", "hand_up", True)
    days_on(place, (date.fromisoformat(first["escalate_on"]) - ELIGIBLE.date()).days)
    job.run(place.database)
    job.run(place.database)
    days_on(place, (date.fromisoformat(first["due_on"]) - date.fromisoformat(first["escalate_on"])).days + 1)
    job.run(place.database)
    above = place.case(number)["clocks"][0]
    assert (above["law"], place.case(number)["state"]) == ("above", "accepted")
    days_on(place, 60)
    job.run(place.database)
    with place.database.reader() as session:
        told = session.execute(text("SELECT clock, stage FROM repair_alarm ORDER BY id")).all()
    assert [tuple(one) for one in told] == [("decide", "near"), ("decide", "over"), ("decide", "over")]
    place.does(place.reviewer, number, "verification", fit=True)  # a reproach ends nothing
    place.does(place.approver, number, "decision", decision="refuse")
    assert place.case(number)["state"] == "refused"


def test_a_deemed_acceptance_and_a_lifting_for_a_time(place: Town) -> None:
    number = place.opened()
    days_on(place, 10)
    job.run(place.database)
    assert place.case(number)["steps"][-1]["event"] == "accept"
    place.does(place.reviewer, number, "verification", fit=True)
    place.does(place.approver, number, "decision", decision="lift")
    assert place.case(number)["clocks"][0]["at_lapse"] == "end_lifting"
    days_on(place, 400)
    job.run(place.database)
    assert place.case(number)["state"] == "refused"


def test_a_record_that_is_struck_ends_its_case(place: Town) -> None:
    number = place.opened()
    place.struck_or_repaired(place.record, "annulment")
    job.run(place.database)
    assert place.case(number)["state"] == "without_object"
    assert place.apply().json["code"] == "repair_record_struck"


def test_what_could_be_repaired_is_told_with_the_day_and_what_is_missing(early: Town) -> None:
    place = early
    unpaid = town.punish(place.database, place.entity_id, on=date(2026, 5, 6), severity="general")
    said = place.entity.get(f"/v1/entities/{place.key}/repairable", headers={"Accept-Language": "en"}).json["items"]
    first, second = (next(one for one in said if one["record"] == number) for number in (place.record, unpaid))
    assert (first["holds"], first["from_day"], first["papers"]) == (False, "2026-06-16", ["commitment"])
    assert (second["from_day"], second["waits_until"], second["missing"]) == (None, "2026-08-06", ["performed_on"])
    assert first["class"] == "general"
    refused = place.apply()
    assert (refused.status_code, refused.json["code"]) == (409, "repair_not_yet_eligible")
    assert "2026-06-16" in refused.json["detail"]
    assert [(one["code"], one["pointer"]) for one in refused.json["errors"]] == [
        ("repair_condition_waits", "/conditions/minimum")
    ]
    refused = place.apply(record=unpaid)
    assert refused.json["code"] == "repair_not_eligible"
    assert {one["code"] for one in refused.json["errors"]} == {"repair_condition_waits", "repair_condition_to_do"}
    later = place.handler.get(f"/v1/entities/{place.key}/repairable?as_of=2026-06-16").json["items"]
    assert next(one for one in later if one["record"] == place.record)["holds"]


def test_the_law_of_the_kinds_that_a_record_names_decides_its_repair(early: Town) -> None:
    place = early
    other = town.punish(place.database, place.entity_id, on=date(2026, 3, 2), severity="general", kinds=["net_cafe"])
    said = place.entity.get(f"/v1/entities/{place.key}/repairable").json["items"]
    first, second = (next(one for one in said if one["record"] == number) for number in (place.record, other))
    assert (first["edition"], second["edition"]) == ("t.1", "bj-credit.2024")


def test_a_record_is_repaired_by_itself_when_its_longest_publicity_is_over(place: Town) -> None:
    shown = {"act": "publish", "place": "credit_beijing", "done_on": "2026-06-16"}
    told = place.handler.post(f"/v1/events/{place.record}/publication-acts", json=shown)
    assert told.status_code in {200, 201, 204}, told.json
    days_on(place, 300)  # 12 April 2027: the year of a general record ended on 15 March
    expiry.run(place.database)
    (case,) = place.handler.get("/v1/repairs").json["items"]
    (step,) = place.case(case["number"])["steps"]
    assert (step["event"], step["part"], step["person"]) == ("expire", "service", "service")
    assert (step["detail"]["since"], step["detail"]["told"]) == ("2027-03-16", ["credit_beijing"])
    assert known(place).event.repaired_on == date(2027, 3, 16)
    expiry.run(place.database)
    job.run(place.database)
    assert len(place.handler.get("/v1/repairs").json["items"]) == 1
    assert place.refused(place.handler, case["number"], "closure") == (409, "repair_still_shown")
