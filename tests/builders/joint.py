"""A second department that inspects the district's cinemas too, and draws of both under one commitment."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from service.inspections import draws
from service.platform import Database, FixedClock, Role
from service.register.inspecting import INSPECTORS, ITEMS, enter_record
from tests.builders import drawing
from tests.builders.draw_life import act
from tests.builders.inspecting import inspector, item
from tests.integration.ratings import town

OTHER = "cn-tax"
OTHER_HANDLER = drawing.person("h2", authority=OTHER)
OTHER_APPROVER = drawing.person("a2", Role.APPROVER, OTHER)

MIXED = [{"authority": OTHER, "skills": ["leader"]}, {"authority": drawing.HERE, "skills": []}]
"""Seats of a team out of both departments, so that a task of either can be drawn by itself."""


def departments(database: Database) -> None:
    """To the district of ``drawing`` the other department's item and six inspectors, every second of whom leads."""
    with database.unit_of_work(town.OPERATOR) as uow:
        enter_record(uow, ITEMS, body=item("TAX-1", authority=OTHER, kinds=["cinema"], valid_from="2022-01-01"))
        for n in range(1, 7):
            skills = ["leader"] if n % 2 else []
            enter_record(uow, INSPECTORS, body=inspector(f"TX-{n:02}", authority=OTHER, skills=skills))


def standing(database_url: str) -> None:
    """A filling: both departments, at the freeze."""
    drawing.standing(database_url)
    with closing(Database(database_url, clock=FixedClock(drawing.at(drawing.FREEZING)))) as database:
        departments(database)


def task(**said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of a task
    """The other department's task on the district's cinemas, with its own seats."""
    seats = [{"authority": OTHER, "skills": ["leader"]}, {"authority": OTHER, "skills": []}]
    return drawing.task(**{"lead": OTHER, "partners": [drawing.HERE], "items": ["TAX-1"], "seats": seats, **said})


def published(database: Database, **said: Any) -> tuple[str, str]:  # noqa: ANN401 fields of both tasks
    """A published task of each department; returns their numbers, the district's first."""
    (ours,) = drawing.published(database, drawing.task(**said))
    (theirs,) = drawing.published(
        database, task(**said), authority=OTHER, handler=OTHER_HANDLER, approver=OTHER_APPROVER
    )
    return ours, theirs


def terms(theirs: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of the terms
    """Terms that join the other department's task, with equal turns."""
    return drawing.terms(**{"joint": [{"task": theirs, "tickets": "shared", "rotation": [0, 1]}], **said})


def prepared(database: Database, *, rotation: tuple[int, int] = (0, 1), **said: Any) -> tuple[str, str, str]:  # noqa: ANN401
    """A joint draw that the other department has approved; returns its number and the tasks."""
    ours, theirs = published(database, **said)
    joint = [{"task": theirs, "tickets": "shared", "rotation": list(rotation)}]
    number = act(database, draws.prepare_draw, task=ours, terms=drawing.terms(joint=joint))
    act(database, draws.approve_part, OTHER_APPROVER, draw=number, task=theirs)
    act(database, draws.attach_evidence, draw=number, content=drawing.MINUTES)
    return number, ours, theirs
