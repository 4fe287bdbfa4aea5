"""Who was drawn from a year ago and is not now: gone from the register, or left out of the frame."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections import plans
from service.inspections.plans.schemas import TaskSchema
from service.platform import FixedClock
from service.register import change_entity
from tests.api.inspections.test_draws import done, refused
from tests.builders import draw_life, drawing
from tests.builders.draws import material
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, web

    Caller = Callable[..., FlaskClient]

YEAR = timedelta(days=366)
SECONDS = int(YEAR.total_seconds())


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


def a_year_later(database: Database, clock: FixedClock) -> str:
    """The same task a year later, frozen; returns the number of its draw."""
    clock.advance(YEAR)
    days = {"cut_off_day": "2024-08-23", "first_day": "2024-09-01", "last_day": "2024-11-30", "deadline": "2024-12-15"}
    with database.unit_of_work(drawing.HANDLER) as uow:
        names = {"zh": "2024年度抽查计划", "en": "Inspection plan for 2024"}
        plan = plans.draft_plan(uow, authority=drawing.HERE, year=2024, names=names, special=True, reason="again")
        task = plans.put_task(uow, plan=plan, body=TaskSchema().dump(TaskSchema().load(drawing.task(**days))))
        plans.submit_plan(uow, plan=plan)
    with database.unit_of_work(drawing.APPROVER) as uow:
        plans.decide_plan(uow, plan=plan, approved=True, reason="fits")
        plans.publish_plan(uow, plan=plan)
    said = drawing.terms()
    later = {name: said[name] + SECONDS for name in ("close_at", "result_by", "publish_by")}
    source = {**material.DRAND, "round": material.ROUND + SECONDS // 3}
    attempt = {**said["attempts"][0], "sources": [source], "deadline": said["attempts"][0]["deadline"] + SECONDS}
    terms = {**said, **later, "attempts": [attempt]}
    number: str = draw_life.act(database, draw_life.draws.prepare_draw, task=task, terms=terms)
    draw_life.frozen(database, number)
    return number


def test_who_was_drawn_from_a_year_ago_and_is_not_now_is_counted_for_everybody(
    assembly: web.Assembly, clock: FixedClock, anonymous: FlaskClient, caller: Caller
) -> None:
    database = assembly.database
    ids = drawing.district(database)
    first = draw_life.prepared(database)
    refused(anonymous.get(f"/v1/draws/{first}/left-out"), "draw_step_too_early")
    draw_life.frozen(database, first)
    assert [part["earlier"] for part in done(anonymous.get(f"/v1/draws/{first}/left-out"))["parts"]] == [None]
    moved, unlicensed = town.key_of(database, ids[4]), town.key_of(database, ids[5])
    with database.unit_of_work(town.OPERATOR) as uow:
        gone = {"status": "moved_out", "status_on": "2023-08-22", "status_evidence": "notice/9"}
        change_entity(uow, key=moved, change=gone)
    with database.unit_of_work(town.OPERATOR) as uow:
        change_entity(uow, key=unlicensed, change={"kinds": []})
    number = a_year_later(database, clock)

    (part,) = done(anonymous.get(f"/v1/draws/{number}/left-out"))["parts"]
    assert (part["earlier"], part["before"], part["left_out"], "entities" in part) == (first, 12, 2, False)
    assert part["counts"] == [{"reason": "absent", "entities": 1}, {"reason": "moved", "entities": 1}]
    auditor = caller("auditor", authority=drawing.HERE)
    (part,) = done(auditor.get(f"/v1/draws/{number}/left-out/entities"))["parts"]
    found: dict[str, Any] = {one["entity"]: one["reason"] for one in part["entities"]}
    assert found == {moved: "moved", unlicensed: "absent"}
    refused(caller("handler", authority=drawing.HERE).get(f"/v1/draws/{number}/left-out/entities"), "forbidden")
