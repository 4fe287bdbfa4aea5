"""The visits of a draw: dispatched once, only after the draw is, and as it stands after replacements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.platform import FixedClock
from tests.api.inspections.test_draws import committed, concluded, done
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
    drawing.district(assembly.database)
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    return {**here, "custodian": caller("partner")}


def test_the_visits_of_a_draw_are_dispatched_once_and_follow_its_replacements(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    place = f"/v1/draws/{number}/visits"
    early = staff["handler"].post(place)
    assert (early.status_code, early.json["code"]) == (409, "draw_step_too_early")
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    opened = done(staff["handler"].post(place), 201)
    names = done(staff["handler"].get(f"/v1/draws/{number}/names"))["items"]
    drawn = {one["entity"]: one["team"] for one in names}
    assert set(opened["opened"]) == set(drawn)
    assert opened["refused"] == []
    again = done(staff["handler"].post(place), 201)
    assert (again["opened"], again["held"]) == ({}, opened["opened"])
    tiers = {}
    for key, visit in opened["opened"].items():
        seen = done(staff["handler"].get(f"/v1/visits/{visit}"))
        assert (seen["entity"], seen["source"], seen["type"]) == (key, f"draw:{number}", "random")
        tiers[key] = seen["tier"]
        assert seen["team"] == [person for person, _ in sorted(drawn[key], key=lambda seat: seat[1])]
    lead = caller("inspector", authority=drawing.HERE, person=seen["team"][0])
    assert seen["number"] in {one["number"] for one in lead.get("/v1/visits").json["items"]}

    gone = next(one for one in names if tiers[one["entity"]] == "A")  # both of tier D are drawn, so it has no reserve
    event = {"kind": "replace", "subject": gone["code"], "reason": "merged", "evidence": drawing.EVIDENCE}
    proposal = done(staff["handler"].post(f"/v1/draws/{number}/events", json=event), 201)["proposal"]
    decision = staff["approver"].post(f"/v1/draws/{number}/events/{proposal}/decision", json={"approved": True})
    assert decision.status_code < 300, decision.json
    after = done(staff["handler"].post(place), 201)
    assert len(after["opened"]) == 1
    assert gone["entity"] not in after["held"]
    visit = opened["opened"][gone["entity"]]
    assert done(staff["handler"].get(f"/v1/visits/{visit}"))["state"] == "replaced"
