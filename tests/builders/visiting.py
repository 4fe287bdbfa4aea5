"""A district whose cinemas lose points by findings, and visits to them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from service import evidence
from service.inspections.plans import draft_plan, put_task
from service.inspections.plans.schemas import TaskSchema
from service.inspections.visits import Opened, Team, open_visits
from service.platform import Actor, Role
from service.register.inspecting import INSPECTORS, ITEMS, enter_record
from tests.builders import planning
from tests.builders.fillings import with_shipped
from tests.builders.inspecting import inspector, item
from tests.integration.ratings import town

if TYPE_CHECKING:
    from service.platform import Database, UnitOfWork
    from tests.builders.fillings import Filling

HERE = planning.HERE
BEFORE = datetime(2026, 6, 1, 4, tzinfo=UTC)
POINTS = """
[[rating.event]]
code = "problem_found"
clause = "1"
name = { zh = "检查发现问题", en = "Problem found" }
dimension = "conduct"
points = -20
"""
TEAM = (("DC-01", 0), ("DC-02", 1))


def district(database: Database, cinemas: int = 2, *, frequencies: str = planning.FREQUENCIES) -> list[int]:
    """The district of ``planning`` whose findings cost points, with two more inspectors."""
    ids = planning.district(database, cinemas, frequencies=POINTS + frequencies)
    with database.unit_of_work(town.OPERATOR) as uow:
        evidence.seed(uow)
        enrol(uow, "DC-03", "DC-04")
        enter_record(uow, ITEMS, body=item("CINEMA-2", authority=HERE, kinds=["cinema"]))
    return ids


@cache
def standing(cinemas: int) -> Filling:
    """A filling: the district with so many cinemas, a week before its task begins."""

    def fill(database_url: str) -> None:
        with with_shipped(database_url, BEFORE) as database:
            district(database, cinemas)

    return fill


def enrol(uow: UnitOfWork, *codes: str, **said: Any) -> None:  # noqa: ANN401 fields of an inspector
    """Inspectors of the district who may lead."""
    for code in codes:
        enter_record(uow, INSPECTORS, body=inspector(code, authority=HERE, **{"skills": ["leader"], **said}))


def task(database: Database, **said: Any) -> str:  # noqa: ANN401 fields of the task
    """A task of a plan of the district; returns its number."""
    with database.unit_of_work(town.OPERATOR) as uow:
        names = {"zh": "计划", "en": "Plan"}
        plan = draft_plan(uow, authority=HERE, year=2026, names=names, special=True, reason="a campaign")
        return put_task(uow, plan=plan, body=TaskSchema().dump(TaskSchema().load(planning.task(**said))))


def opened(database: Database, number: str, *keys: str, source: str = "draw:1", **said: Any) -> Opened:  # noqa: ANN401
    """Visits of a task to entities, by the first two inspectors unless something else is said."""
    members = said.pop("members", TEAM)
    with database.unit_of_work(town.OPERATOR) as uow:
        return open_visits(uow, task=number, source=source, teams=[Team(key, members) for key in keys], **said)


def staff(role: Role = Role.INSPECTOR, person: str | None = None) -> Actor:
    """A member of staff of the district, by his token."""
    return Actor("token", f"{role}-{person}", role, HERE, person=person)


def finding(client_id: str = "c1", **said: Any) -> dict[str, Any]:  # noqa: ANN401 fields of a finding
    """A pass at the one entry of the district's item, as a device sends it."""
    return {
        "client_id": client_id,
        "item": "CINEMA-1",
        "entry": "minors",
        "result": "pass",
        "noted_at": "2026-06-08T10:00:00+08:00",
        **said,
    }
