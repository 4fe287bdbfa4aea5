"""The report of fairness of a real draw over HTTP: who may see it, what it says, as a list, in both languages."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from service.inspections.visits import follow_draws
from service.platform import FixedClock
from tests.api.inspections.test_draws import committed, concluded, done, refused
from tests.builders import drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(assembly: web.Assembly, caller: Caller) -> dict[str, FlaskClient]:
    drawing.district(assembly.database, 40, fined=4)
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    return {**here, "custodian": caller("partner"), "elsewhere": caller("auditor", authority="bj-culture-110105")}


def test_the_report_of_a_draw(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    place = f"/v1/draws/{number}/fairness"
    refused(staff["auditor"].get(place), "draw_step_too_early")
    concluded(clock, staff, number)
    refused(staff["elsewhere"].get(place), "out_of_scope")
    refused(caller("handler", authority=drawing.ABOVE).get(place), "draw_names_hidden")
    refused(caller("inspector", authority=drawing.HERE).get(place), "forbidden")

    told = done(staff["auditor"].get(place, headers={"Accept-Language": "en"}))
    (part,) = told["parts"]
    strata, tiers, kinds, districts = part["sampled"]
    names = [one["dimension"] for one in part["sampled"]]
    assert names == ["stratum", "tier", "kind", "district"]
    assert (part["frame"], part["drawn"]) == (40, sum(one["actual"] for one in strata["groups"]))
    for one in part["sampled"]:
        assert sum(group["size"] for group in one["groups"]) == 40
        assert sum(group["expected"] for group in one["groups"]) == pytest.approx(part["drawn"])
        assert (one["verdict"], one["freedom"], one["p"]) == ("fixed", 0, None), (
            "strata, tiers and one district fix all"
        )
    assert [(one["group"], one["size"], one["actual"]) for one in tiers["groups"]] == [
        ("A", 36, part["drawn"] - 4),
        ("D", 4, 4),
    ]
    assert [one["group"] for one in (*kinds["groups"], *districts["groups"])] == ["cinema", "110101"]
    assert strata["told"].startswith("The design fixes")

    seats, pairs, balance = part["staffing"]
    assert (part["seeds"], part["seeds_show"]["least_p"]) == (1199, 0.000833333), "as many as are ever taken"
    assert (part["redraws"], part["redraws_show"]) == (0, None), "nothing was drawn again"
    assert len(seats["groups"]) == 6
    assert sum(one["actual"] for one in seats["groups"]) == 2 * part["drawn"]
    assert sum(one["expected"] for one in seats["groups"]) == pytest.approx(2 * part["drawn"])
    assert sum(one["actual"] for one in pairs["groups"]) == part["drawn"]
    assert all(one["p"] > 0.001 for one in (seats, pairs, balance))
    assert (told["warnings"], told["aftermath"], told["void"]) == ([], [], False)

    assert done(staff["handler"].get(place))["parts"][0]["sampled"][0]["name"] == "层"
    with assembly.database.reader() as session:
        looks = session.connection().exec_driver_sql("SELECT count(*) FROM query_log WHERE purpose = 'draw_fairness'")
        assert looks.scalar_one() == 2

    listed = staff["auditor"].get(f"{place}.csv")
    rows = list(csv.DictReader(io.StringIO(listed.get_data(as_text=True).removeprefix("\ufeff"))))
    assert {row["dimension"] for row in rows} == {*names, "inspectors", "pairs"}
    assert sum(int(row["actual"]) for row in rows if row["dimension"] == "inspectors") == 2 * part["drawn"]


def test_visits_called_off_are_counted_by_who_did_so_and_those_of_a_void_draw_are_not(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    first, second, third, *others = done(staff["approver"].post(f"/v1/draws/{number}/visits"), 201)["opened"].values()
    named = caller("handler", authority=drawing.HERE, person="CY-07")
    for visit, client in ((first, named), (second, named), (third, staff["handler"])):
        done(client.post(f"/v1/visits/{visit}/cancellation", json={"reason": "no time"}), 204)
    done(staff["handler"].post(f"/v1/draws/{number}/void-proposals", json={"reason": "court_order"}), 204)
    done(caller("approver", authority=drawing.ABOVE).post(f"/v1/draws/{number}/void"))
    follow_draws(assembly.database)
    told = done(staff["auditor"].get(f"/v1/draws/{number}/fairness"))
    assert others
    assert told["void"]
    assert sorted(one["events"] for one in told["aftermath"]) == [1, 2], "not what the void draw took back"
    assert {(one["kind"], one["reason"]) for one in told["aftermath"]} == {("cancel", "cancelled")}
    assert {one["events"] for one in told["aftermath"] if one["by"] == "CY-07"} == {2}
