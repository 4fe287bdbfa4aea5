"""What cannot be drawn, alone or as a part of a joint draw, over HTTP: a code in both languages, nothing half done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scoring.sampling.verify import verify
from service.platform import FixedClock
from service.register.inspecting import INSPECTORS, enter_record
from tests.api.at_once import at_once
from tests.api.inspections.test_draws import concluded, done, move, refused
from tests.builders import drawing, joint
from tests.builders.draws import material
from tests.builders.fillings import shipped
from tests.builders.inspecting import inspector
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from service.platform import Database, web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

OTHERS: dict[str, Any] = {
    "authority": joint.OTHER,
    "handler": joint.OTHER_HANDLER,
    "approver": joint.OTHER_APPROVER,
}


@pytest.fixture
def filling() -> Filling:
    return joint.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(assembly: web.Assembly, caller: Caller) -> dict[str, FlaskClient]:
    people(assembly.database)
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    there = {f"other {role}": caller(role, authority=joint.OTHER) for role in ("handler", "approver")}
    return {**here, **there, "second approver": caller("approver", authority=drawing.HERE)}


def people(database: Database) -> None:
    """Both departments; one for boilers who is recused at one cinema, one for lifts whose certificate ends too soon."""
    ids = town.ids(database)
    related = [{"entity": town.key_of(database, ids[0]), "reason": "family"}]
    ends = {"number": "11-1", "issuer": "110000", "valid_from": "2022-01-01", "valid_to": "2023-10-01"}
    with database.unit_of_work(town.OPERATOR) as uow:
        for code, said in (
            ("TX-81", {"skills": ["boiler"], "relations": related}),
            ("TX-82", {"skills": ["lift"], "certificates": [ends]}),
        ):
            enter_record(uow, INSPECTORS, body=inspector(code, authority=joint.OTHER, **said))


def seat(skill: str) -> list[dict[str, Any]]:
    return [{"authority": joint.OTHER, "skills": [skill]}, {"authority": drawing.HERE, "skills": []}]


REFUSED = [
    ({"regions": ["310000"]}, "frame_empty"),
    ({"sizes": [{"stratum": "D", "ratio": [1, 2], "at_least": 5, "clause": "decision 3"}]}, "draw_short"),
    ({"seats": seat("boiler")}, "draw_all_recused"),
    ({"seats": seat("lift")}, "draw_seat_unfillable"),
]


def prepared(database: Database, staff: dict[str, FlaskClient], **said: Any) -> Iterator[tuple[str, FlaskClient]]:  # noqa: ANN401
    """The other department's task, drawn alone and then as a part: the number, and who freezes it."""
    (theirs,) = drawing.published(database, joint.task(**{"seats": joint.MIXED, **said}), **OTHERS)
    place = f"/v1/inspection-tasks/{theirs}/draws"
    yield done(staff["other handler"].post(place, json=drawing.terms()), 201)["number"], staff["other approver"]
    (ours,) = drawing.published(database, drawing.task())
    terms = joint.terms(theirs)
    number = done(staff["handler"].post(f"/v1/inspection-tasks/{ours}/draws", json=terms), 201)["number"]
    done(staff["other approver"].post(f"/v1/draws/{number}/parts/{theirs}/approval"), 204)
    yield number, staff["approver"]


def test_what_cannot_be_drawn_is_refused_at_the_freeze_and_leaves_nothing(
    assembly: web.Assembly, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    for said, code in REFUSED:
        for number, approver in prepared(assembly.database, staff, **said):
            for language in ("zh", "en"):
                answer = approver.post(f"/v1/draws/{number}/commitment", headers={"Accept-Language": language})
                refused(answer, code)
                assert answer.json["detail"], answer.json["next"]
            assert anonymous.get(f"/v1/draws/{number}").json["state"] == "prepared"
    for authority in (drawing.HERE, joint.OTHER):
        assert done(anonymous.get(f"/v1/draw-registers/{authority}"))["items"] == []


def test_a_value_before_its_time_is_not_taken(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    ours, theirs = joint.published(assembly.database, names="open")
    place = f"/v1/inspection-tasks/{ours}/draws"
    number = done(staff["handler"].post(place, json=joint.terms(theirs)), 201)["number"]
    done(staff["other approver"].post(f"/v1/draws/{number}/parts/{theirs}/approval"), 204)
    at, values = f"/v1/draws/{number}", {"values": [material.SIGNED]}
    refused(staff["handler"].post(f"{at}/entropy", json=values), "draw_step_too_early")
    done(staff["approver"].post(f"{at}/commitment"))
    refused(staff["handler"].post(f"{at}/entropy", json=values), "draw_step_too_early")
    refused(staff["handler"].post(f"{at}/closing"), "draw_too_early")
    move(clock, drawing.CLOSING)
    done(staff["handler"].post(f"{at}/closing"))
    refused(staff["handler"].post(f"{at}/entropy", json=values), "draw_too_early")
    assert anonymous.get(at).json["entered"] == 0


def test_a_joint_draw_frozen_twice_at_once_is_frozen_once_and_its_plans_are_edited_no_more(
    assembly: web.Assembly, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    ours, theirs = joint.published(assembly.database)
    place = f"/v1/inspection-tasks/{ours}/draws"
    number = done(staff["handler"].post(place, json=joint.terms(theirs)), 201)["number"]
    done(staff["other approver"].post(f"/v1/draws/{number}/parts/{theirs}/approval"), 204)
    both = [staff["approver"], staff["second approver"]]
    first, second = (done(one) for one in at_once(lambda one: one.post(f"/v1/draws/{number}/commitment"), both))
    assert first == second
    assert first["state"] == "committed"
    for authority in (drawing.HERE, joint.OTHER):
        entries = done(anonymous.get(f"/v1/draw-registers/{authority}"))["items"]
        assert [entry["kind"] for entry in entries].count("commitment") == 1
    for task, handler in ((ours, "handler"), (theirs, "other handler")):
        plan = f"/v1/inspection-plans/{task.rpartition('-T')[0]}"
        body = {"reason": "second thoughts", "tasks": {task: None}}
        refused(staff[handler].post(f"{plan}/amendments", json=body), "task_frozen")
        refused(staff[handler].put(f"{plan}/tasks/{task}", json=drawing.task()), "plan_closed")


@pytest.mark.parametrize("filling", [shipped])
def test_certificates_that_ended_leave_no_roster_and_who_is_left_is_counted_seat_by_seat(
    assembly: web.Assembly, clock: FixedClock, caller: Caller
) -> None:
    drawing.district(assembly.database, inspectors=0)
    ended = {"number": "11-1", "issuer": "110000", "valid_from": "2022-01-01", "valid_to": "2023-08-01"}
    drawing.enrol(assembly.database, "DC-01", "DC-02", certificates=[ended])
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    here["custodian"] = caller("partner")
    (task,) = drawing.published(assembly.database, drawing.task())
    place = f"/v1/inspection-tasks/{task}/draws"
    number = done(here["handler"].post(place, json=drawing.terms()), 201)["number"]
    done(here["handler"].post(f"/v1/draws/{number}/witnesses", json=drawing.witness(number)), 204)
    commitment = f"/v1/draws/{number}/commitment"
    refused(here["approver"].post(commitment), "draw_roster_empty")

    drawing.enrol(assembly.database, "DC-03")
    drawing.enrol(assembly.database, "DC-04", cap=2)
    short = here["approver"].post(commitment, headers={"Accept-Language": "en"})
    refused(short, "draw_short")
    report = done(here["handler"].get(f"/v1/inspection-tasks/{task}/feasibility"))
    assert report["shortages"], report
    accepted = drawing.terms(shortage_accepted="certificates of two inspectors are being renewed")
    done(here["handler"].post(place, json=accepted), 201)
    done(here["approver"].post(commitment))
    concluded(clock, here, number)
    full = here["auditor"].get(f"/v1/draws/{number}/transcript?view=full")
    (part,) = full.json["parts"]
    assert sorted(seat for _, seat in part["short"]) == [1, 1], "four visits, and the second seat has two"
    verified = verify(full.data)
    assert verified.failed() == []
    assert [verified.verdict(code) for code in ("A-SHORT", "A-PROOF")] == ["WEAK", "PASS"]
