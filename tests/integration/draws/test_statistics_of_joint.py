"""Statistics of a draw of two departments whose visits are one: each answers for its own items and its own part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service import evidence, insight
from service.inspections import visits
from tests.builders import draw_life, drawing, joint, visited
from tests.integration.ratings import town

if TYPE_CHECKING:
    from service.platform import Database


def findings(database: Database, authority: str) -> insight.Findings:
    with database.reader() as session:
        now = database.clock.now()
        year = insight.asked(session, town.OPERATOR, authority=authority, year=None, now=now)
        return insight.findings_of(session, year)


def test_what_one_department_finds_at_a_joint_visit_is_no_finding_of_the_other(database: Database) -> None:
    joint.departments(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        evidence.seed(uow)
    number, _, _ = joint.prepared(database)
    draw_life.dispatched(database, number)
    draw_life.move(database, int(visited.VISIT_DAY.timestamp()))
    with database.unit_of_work(drawing.HANDLER) as uow:
        visits.open_drawn(uow, draw=number)
    held = visited.held(database, number)
    for visit in sorted(set(held.values())):
        visited.visit(database, visit, visited.PROBLEM, failing={"TAX-1"})
    ours, theirs = findings(database, drawing.HERE), findings(database, joint.OTHER)
    assert (ours.draws, theirs.draws) == ([number], [number])
    assert ours.drawn == theirs.drawn == ours.answered == theirs.answered == len(held)
    assert (ours.rates["all", "all"].rate, theirs.rates["all", "all"].rate) == (0, 1)
    assert ours.rates["all", "all"].entities == pytest.approx(12)
