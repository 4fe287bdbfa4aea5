"""What everybody is told of the draws of a year: how many were made, given up, or left lying after their instant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.platform import FixedClock
from tests.api.inspections.test_draws import committed, concluded, done, move, refused
from tests.builders import draw_life, drawing, joint
from tests.builders.overridden import overridden

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

COUNTS = (
    *("prepared", "frozen", "concluded", "dispatched", "opened", "void", "void_after_instant", "abandoned"),
    *("undispatched", "unopened", "unsent", "visits", "visits_cancelled", "visits_overdue"),
)
NOTHING = dict.fromkeys(COUNTS, 0)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(assembly: web.Assembly, caller: Caller) -> dict[str, FlaskClient]:
    drawing.district(assembly.database)
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    return {**here, "custodian": caller("partner"), "above": caller("approver", authority=drawing.ABOVE)}


def counted(anonymous: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = done(anonymous.get(f"/v1/draw-counts{query}"))["items"]
    return told


def of_the_district(anonymous: FlaskClient) -> dict[str, Any]:
    (row,) = counted(anonymous)
    assert (row.pop("authority"), row.pop("year")) == (drawing.HERE, 2023)
    return {name: number for name, number in row.items() if number}


def test_a_draw_that_is_left_lying_after_its_instant_is_counted_for_everybody(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    assert counted(anonymous) == []
    number = committed(assembly.database, staff)
    assert of_the_district(anonymous) == {"prepared": 1, "frozen": 1}
    move(clock, drawing.terms()["result_by"] + 7 * 86_400)
    assert of_the_district(anonymous) == {"prepared": 1, "frozen": 1}, "the last second on which it is not late"
    clock.advance(timedelta(seconds=1))
    assert of_the_district(anonymous) == {"prepared": 1, "frozen": 1, "abandoned": 1}
    done(staff["handler"].post(f"/v1/draws/{number}/void-proposals", json={"reason": "court_order"}), 204)
    done(staff["above"].post(f"/v1/draws/{number}/void"))
    assert of_the_district(anonymous) == {"prepared": 1, "frozen": 1, "void": 1, "void_after_instant": 1}


def test_a_draw_that_is_given_up_before_its_freeze_is_void_and_not_abandoned(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    (task,) = drawing.published(assembly.database, drawing.task())
    place = f"/v1/inspection-tasks/{task}/draws"
    number = done(staff["handler"].post(place, json=drawing.terms()), 201)["number"]
    done(staff["handler"].post(f"/v1/draws/{number}/void-proposals", json={"reason": "typo"}), 204)
    done(staff["approver"].post(f"/v1/draws/{number}/void"))
    clock.advance(timedelta(days=60))
    assert of_the_district(anonymous) == {"prepared": 1, "void": 1}


def test_a_draw_whose_visits_are_not_made_is_counted_with_them(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    assert of_the_district(anonymous) == {"prepared": 1, "frozen": 1, "concluded": 1}
    move(clock, drawing.terms()["publish_by"] + 1)
    late = {"prepared": 1, "frozen": 1, "concluded": 1, "undispatched": 1, "unopened": 1}
    assert of_the_district(anonymous) == late
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    done(staff["handler"].post(f"/v1/draws/{number}/opening"))
    made = {"prepared": 1, "frozen": 1, "concluded": 1, "dispatched": 1, "opened": 1}
    assert of_the_district(anonymous) == {**made, "unsent": 1}
    numbers = done(staff["approver"].post(f"/v1/draws/{number}/visits"), 201)["opened"]
    made["visits"] = len(numbers)
    assert of_the_district(anonymous) == made
    one = min(numbers.values())
    done(staff["approver"].post(f"/v1/visits/{one}/cancellation", json={"reason": "gone"}), 204)
    assert overridden(assembly.database) == [("visit_cancelled", one, "gone")]
    clock.advance(timedelta(days=120))  # 2023-12-15 is their deadline; the year of a visit stays
    assert of_the_district(anonymous) == {**made, "visits_cancelled": 1, "visits_overdue": len(numbers) - 1}


def test_a_joint_draw_is_one_of_each_authority_and_one_may_be_asked_for(
    assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    drawing.district(assembly.database)
    joint.departments(assembly.database)
    number, _, _ = joint.prepared(assembly.database)
    assert [row["authority"] for row in counted(anonymous)] == [drawing.HERE], "before the freeze it is one's own"
    draw_life.frozen(assembly.database, number)
    every = {row["authority"]: row["frozen"] for row in counted(anonymous)}
    assert every == {drawing.HERE: 1, joint.OTHER: 1}
    assert counted(anonymous, f"?authority={drawing.HERE}&year=2022") == []
    assert counted(anonymous, f"?authority={drawing.ABOVE}") == []
    (row,) = counted(anonymous, f"?authority={drawing.HERE}&year=2023")
    assert row == {**NOTHING, "authority": drawing.HERE, "year": 2023, "prepared": 1, "frozen": 1}
    refused(anonymous.get("/v1/draw-counts?authority=nowhere"), "draw_register_not_found")
