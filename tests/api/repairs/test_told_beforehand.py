"""What a case tells before anybody acts: who may take which step, by which clauses, and how long there is left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from scoring.editions.shipped import calendar, calendar_or_weekdays

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town

ROUTES = {
    "ask_supplement": ("supplement-request", {"papers": ["report"]}),
    "supply": ("supplement", {}),
    "accept": ("acceptance", {}),
    "refuse_acceptance": ("acceptance-refusal", {}),
    "verify": ("verification", {"fit": True}),
    "extend": ("extension", {}),
    "grant": ("decision", {"decision": "grant"}),
    "refuse": ("decision", {"decision": "refuse"}),
    "lift": ("decision", {"decision": "lift"}),
    "close": ("closure", {}),
    "propose_revocation": ("revocation-proposal", {}),
    "drop_revocation": ("revocation-dropping", {}),
    "revoke": ("revocation", {}),
}


def told(client: FlaskClient, number: str) -> dict[str, str | None]:
    answer = client.get(f"/v1/repairs/{number}")
    assert answer.status_code == 200, answer.json
    return {one["event"]: one["against"] for one in answer.json["openings"]}


def test_what_is_told_to_speak_against_a_step_is_what_refuses_it(place: Town) -> None:
    """All along a case, for each of four people: whatever is told as refused is, and every step taken was told free."""
    number = str(place.apply().json["number"])
    people = [place.handler, place.reviewer, place.approver, place.other]

    def refused_as_told() -> int:
        checked = 0
        for person in people:
            for event, against in told(person, number).items():
                if against is None or event not in ROUTES:
                    continue
                step, body = ROUTES[event]
                _, code = place.refused(person, number, step, **body)
                assert code in {against, "forbidden"}, (event, code)
                checked += 1
        return checked

    def goes_on(person: FlaskClient, event: str, **changed: object) -> None:
        assert told(person, number)[event] is None
        step, body = ROUTES[event]
        place.does(person, number, step, **(body | changed))

    assert refused_as_told()
    goes_on(place.handler, "ask_supplement", papers=["commitment"])
    assert told(place.handler, number)["supply"] == "repair_papers_missing"
    assert place.send(number).status_code == 201
    goes_on(place.handler, "supply")
    assert told(place.handler, number)["ask_supplement"] == "repair_asked_already"
    assert refused_as_told()
    goes_on(place.handler, "accept")
    assert told(place.handler, number)["verify"] == "repair_same_person"
    goes_on(place.approver, "extend")
    assert told(place.approver, number)["extend"] == "repair_no_extension"
    goes_on(place.reviewer, "verify")
    assert refused_as_told()
    goes_on(place.approver, "grant")
    assert refused_as_told()
    goes_on(place.reviewer, "propose_revocation")
    assert refused_as_told()
    goes_on(place.other, "revoke")
    assert told(place.other, number) == {}


def test_who_verified_is_named_beside_the_decision_that_he_may_not_take(place: Town) -> None:
    number = place.opened()
    place.does(place.handler, number, "acceptance")
    place.does(place.approver, number, "verification", fit=True)
    case = place.approver.get(f"/v1/repairs/{number}").json
    grant = next(one for one in case["openings"] if one["event"] == "grant")
    assert grant["against"] == "repair_same_person"
    assert [one["name"] for one in grant["apart"]["reviewer"]] == ["approver"]
    assert case["steps"][-1]["person_name"] == "approver"
    own = place.entity.get(f"/v1/repairs/{number}").json
    assert all(one["apart"] == {} for one in own["openings"])
    assert {one["person_name"] for one in own["steps"]} == {None}


def test_a_case_tells_its_law_in_words_and_how_its_record_stands_by_it(place: Town) -> None:
    number = str(place.apply().json["number"])
    case = place.handler.get(f"/v1/repairs/{number}", headers={"Accept-Language": "en"}).json
    assert {one["key"]: one["standing"] for one in case["conditions"]}["minimum"] == "holds"
    assert {one["effect"] for one in case["law"]["effects"]} == {"stop_publication", "lift_measures", "zero_points"}
    assert {"clause": "art. 1", "text": "第一条", "verified": True} in case["law"]["clauses"]
    assert case["missing_papers"] == ["commitment"]
    assert {one["key"]: one["needed"] for one in case["papers"]} == {"commitment": True, "report": False}
    assert (case["code"], case["decided_on"]) != (None, None)
    objection = place.objected()
    other = place.handler.get(f"/v1/objections/{objection}").json
    assert (other["conditions"], other["conditions_on"], other["law"]["fraud"]) == ([], None, None)


def test_a_worklist_has_what_is_due_first_first_and_counts_working_days(place: Town) -> None:
    number = place.opened()
    (row,) = place.handler.get("/v1/repairs?order=due&open_only=true").json["items"]
    assert (row["number"], row["due_on"], row["working_days_left"]) == (number, "2026-06-22", 3)  # the 19th is off
    place.clock.advance(timedelta(9))
    (row,) = place.handler.get("/v1/repairs?order=due").json["items"]
    assert (row["working_days_left"], row["overdue"]) == (-3, True)
    first = place.handler.get("/v1/repairs?order=due&limit=1")
    assert first.headers.get("Link") is None
    assert place.handler.get("/v1/repairs?order=due&cursor=WyIyMDI2IiwxXQ").json["code"] == "invalid_cursor"


@pytest.mark.parametrize("of", [calendar("cn"), calendar_or_weekdays(None)])
@pytest.mark.parametrize("day", [date(2026, 2, 13), date(2026, 9, 30), date(2031, 1, 4)])
def test_the_working_days_left_are_those_after_a_day_up_to_the_last(of: object, day: date) -> None:
    for number in (1, 2, 7, 30):
        last = of.add_working_days(day, number).day  # type: ignore[attr-defined]
        assert of.working_days_left(day, last) == number  # type: ignore[attr-defined]
        assert of.working_days_left(last, day) == -number  # type: ignore[attr-defined]
    assert of.working_days_left(day, day) == 0  # type: ignore[attr-defined]
