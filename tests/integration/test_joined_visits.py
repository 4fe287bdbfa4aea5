"""Visits that became one and are taken apart again: by cancelling either, by whoever leaves, once it has begun."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from service.inspections.visits import cancel_visit, change_member, enter_without_code
from service.inspections.visits.allowance import taken
from service.inspections.visits.queries import task_progress, visit_view
from service.platform import Database, FixedClock, Problem
from service.register.inspecting import ITEMS, enter_record
from tests.builders import visiting
from tests.builders.inspecting import item
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.inspections.visits.queries import VisitView

NOW = datetime(2026, 6, 8, 4, tzinfo=UTC)
LATER = (date(2026, 6, 10), date(2026, 6, 20))
LATEST = (date(2026, 6, 12), date(2026, 6, 25))
HALLS = ("HALL-1", "HALL-2", "HALL-3")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    visiting.district(database, 1)
    with database.unit_of_work(town.OPERATOR) as uow:
        for code in HALLS:
            enter_record(uow, ITEMS, body=item(code, authority=visiting.HERE, kinds=["cinema"], merging_group="hall"))
    yield database
    database.close()


@pytest.fixture
def key(database: Database) -> str:
    return town.key_of(database, 1)


def three(database: Database, key: str) -> list[str]:
    """Tasks of the three halls whose visits became one; the first task's visit is it."""
    tasks = [visiting.task(database, items=[code]) for code in HALLS]
    visiting.opened(database, tasks[0], key, source="task:1")
    visiting.opened(database, tasks[1], key, source="task:2", members=(("DC-03", 0), ("DC-01", 1)), window=LATER)
    visiting.opened(database, tasks[2], key, source="task:3", members=(("DC-04", 0), ("DC-03", 1)), window=LATEST)
    return tasks


def seen(database: Database, number: str) -> VisitView:
    with database.reader() as session:
        return visit_view(session, town.OPERATOR, number)


def act(database: Database, step: Callable[..., object], **said: object) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        step(uow, **said)


def said(view: VisitView) -> tuple[str, tuple[str, ...], list[str], date, date]:
    visit = view.visit
    items = [row["item"] for row in visit.checklist["entries"]]
    return visit.state, view.team, items, visit.first_day, visit.last_day


def test_each_keeps_what_it_brought(database: Database, key: str) -> None:
    first, second, third = (f"{task}-V0001" for task in three(database, key))
    whole = seen(database, first)
    assert said(whole) == ("dispatched", ("DC-01", "DC-02", "DC-03", "DC-04"), list(HALLS), LATEST[0], LATER[1])
    assert (whole.part_of, whole.parts) == (None, [second, third])
    part = seen(database, second)
    assert said(part) == ("replaced", ("DC-03", "DC-01"), ["HALL-2"], *LATER)
    assert part.part_of == first


def test_one_that_is_cancelled_leaves_and_takes_along_only_its_own(database: Database, key: str) -> None:
    first, second, third = (f"{task}-V0001" for task in three(database, key))
    act(database, cancel_visit, number=second, reason="the plan was amended")
    assert said(seen(database, second)) == ("cancelled", ("DC-03", "DC-01"), ["HALL-2"], *LATER)
    assert said(seen(database, first)) == (
        "dispatched",
        ("DC-01", "DC-02", "DC-04", "DC-03"),
        ["HALL-1", "HALL-3"],
        *LATEST,
    )
    act(database, cancel_visit, number=third, reason="the plan was amended")
    last = seen(database, first)
    assert said(last) == ("dispatched", ("DC-01", "DC-02"), ["HALL-1"], date(2026, 6, 8), date(2026, 6, 30))
    assert [one.act for one in last.acts] == ["dispatched", "joined", "joined", "parted", "parted"]


def test_when_the_first_is_cancelled_the_others_go_on_as_one(database: Database, key: str) -> None:
    first, second, third = (f"{task}-V0001" for task in three(database, key))
    act(database, cancel_visit, number=first, reason="the plan was amended")
    assert said(seen(database, first))[:3] == ("cancelled", ("DC-01", "DC-02"), ["HALL-1"])
    assert said(seen(database, second)) == (
        "dispatched",
        ("DC-03", "DC-01", "DC-04"),
        ["HALL-2", "HALL-3"],
        LATEST[0],
        LATER[1],
    )
    assert seen(database, third).part_of == second
    with database.reader() as session:
        assert taken(session, [1], 2026) == {1: 1}, "one visit, as before"


def test_whoever_leaves_a_joined_visit_leaves_all_that_brought_him(database: Database, key: str) -> None:
    tasks = three(database, key)
    first, second, _ = (f"{task}-V0001" for task in tasks)
    seat = seen(database, first).team.index("DC-04")
    with pytest.raises(Problem) as refused:
        act(database, change_member, number=first, seat=seat, inspector="DC-03", reason="on leave")
    assert refused.value.code == "visit_seat_unknown", "already on the team"
    with database.unit_of_work(town.OPERATOR) as uow:
        visiting.enrol(uow, "DC-05")
    seat = seen(database, first).team.index("DC-03")
    act(database, change_member, number=first, seat=seat, inspector="DC-05", reason="on leave")
    assert seen(database, first).team == ("DC-01", "DC-02", "DC-05", "DC-04")
    act(database, cancel_visit, number=first, reason="the plan was amended")
    assert seen(database, second).team == ("DC-05", "DC-01", "DC-04")


def test_what_has_begun_goes_on_whole(database: Database, key: str) -> None:
    tasks = three(database, key)
    first, second, _ = (f"{task}-V0001" for task in tasks)
    assert isinstance(database.clock, FixedClock)
    database.clock.advance(datetime(2026, 6, 15, tzinfo=UTC) - NOW)
    with database.unit_of_work(visiting.staff(person="DC-01")) as uow:
        enter_without_code(uow, number=first, inspectors=["DC-01", "DC-02"], reason="no phone there")
    with pytest.raises(Problem) as refused:
        act(database, cancel_visit, number=second, reason="the plan was amended")
    assert (refused.value.code, refused.value.params["visit"]) == ("visit_wrong_state", first)
    with database.reader() as session:
        assert {one.task: one[1:3] for one in task_progress(session, tasks)} == dict.fromkeys(tasks, (1, 0))
