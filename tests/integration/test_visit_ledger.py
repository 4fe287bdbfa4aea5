"""The ledger of visits: caps over all departments, races for the last one, types that may go beyond, visits joined."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.inspections.plans import planning
from service.inspections.visits import Opened, Team, open_triggered
from service.inspections.visits.reading import acts_of, one_visit, team_of
from service.inspections.visits.vocabulary import result_codes, visit_types
from service.platform import Database, FixedClock, Problem
from service.register.inspecting import ITEMS, enter_record
from tests.builders import visiting
from tests.builders.inspecting import item
from tests.builders.overridden import overridden
from tests.builders.planning import inspected
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 6, 8, 4, tzinfo=UTC)
OTHERS = (("DC-03", 0), ("DC-04", 1))
WINDOW = (date(2026, 6, 8), date(2026, 6, 20))
JOINED = text("SELECT state FROM visit WHERE merged_into = :into")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW), pool_size=8)
    yield database
    database.close()


def entity(database: Database, visits: int = 0, **said: Any) -> str:  # noqa: ANN401 of the district
    """A cinema in tier A, which permits two visits a year, visited so often; returns its key."""
    (number,) = visiting.district(database, 1, **said)
    for day in range(visits):
        inspected(database, number, date(2026, 2, 1 + day))
    return town.key_of(database, number)


def triggered(database: Database, key: str, type_: str, **said: Any) -> Opened:  # noqa: ANN401 of the use case
    with database.unit_of_work(town.OPERATOR) as uow:
        return open_triggered(
            uow,
            **{
                "type_": type_,
                "authority": visiting.HERE,
                "source": f"12345/{type_}",
                "items": ["CINEMA-1"],
                "team": Team(key, visiting.TEAM),
                "window": WINDOW,
                "method": "on_site",
                "reason": "a report",
                **said,
            },
        )


def code_of(refused: dict[str, Problem]) -> dict[str, str]:
    return {key: problem.code for key, problem in refused.items()}


def test_two_departments_racing_for_the_last_visit_one_wins(database: Database) -> None:
    key = entity(database, visits=1)
    tasks = [visiting.task(database, items=[code]) for code in ("CINEMA-1", "CINEMA-2")]
    gate = threading.Barrier(2)

    def take(place: int) -> Opened:
        gate.wait()
        return visiting.opened(database, tasks[place], key, source=f"draw:{place}")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(take, range(2)))
    assert sorted(len(one.opened) for one in answers) == [0, 1]
    (loser,) = (one for one in answers if one.refused)
    assert code_of(dict(loser.refused)) == {key: "visit_cap_reached"}
    assert loser.refused[key].params["taken"] == 2


def test_the_same_dispatch_sent_at_once_opens_one_visit(database: Database) -> None:
    key = entity(database)
    task = visiting.task(database)
    gate = threading.Barrier(3)

    def dispatch(_: int) -> Opened:
        gate.wait()
        return visiting.opened(database, task, key)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(dispatch, range(3)))
    numbers = {number for one in answers for number in (*one.opened.values(), *one.held.values())}
    assert len(numbers) == 1
    assert sorted(len(one.opened) for one in answers) == [0, 0, 1]


def test_an_entity_whose_cap_is_reached_is_told_and_the_others_go_on(database: Database) -> None:
    ids = visiting.district(database, 3)
    keys = [town.key_of(database, number) for number in ids]
    for day in (1, 2):
        inspected(database, ids[1], date(2026, 3, day))
    answer = visiting.opened(database, visiting.task(database), *keys)
    assert sorted(answer.opened) == sorted([keys[0], keys[2]])
    assert code_of(dict(answer.refused)) == {keys[1]: "visit_cap_reached"}


def test_a_visit_of_last_year_does_not_count(database: Database) -> None:
    ids = visiting.district(database, 1)
    key = town.key_of(database, ids[0])
    for day in (1, 2):
        inspected(database, ids[0], date(2025, 12, day))
    assert visiting.opened(database, visiting.task(database), key).opened


def test_a_complaint_is_followed_up_beyond_the_cap_with_its_reason_and_counts(database: Database) -> None:
    key = entity(database, visits=1)
    assert triggered(database, key, "complaint").opened
    with pytest.raises(Problem) as refused:
        triggered(database, key, "special")
    assert (refused.value.code, refused.value.params["taken"]) == ("visit_cap_reached", 2)
    with pytest.raises(Problem) as refused:
        triggered(database, key, "case", reason="")
    assert refused.value.code == "visit_cap_needs_reason"
    number = triggered(database, key, "case").opened[key]
    with database.reader() as session:
        assert one_visit(session, number).reason == "a report"
    assert number.startswith("110101-2026-CASE-V")
    beyond = [one for one in overridden(database) if one[0] == "visit_beyond_cap"]
    assert [(number_, reason) for _, number_, reason in beyond][-1] == (number, "a report")


@pytest.mark.parametrize("type_", ["recheck", "nonsense"])
def test_a_type_that_is_not_opened_by_hand_is_refused(database: Database, type_: str) -> None:
    with pytest.raises(Problem) as refused:
        triggered(database, entity(database), type_)
    assert refused.value.code == "visit_type_unknown"


def test_visits_of_one_merging_group_become_one(database: Database) -> None:
    key = entity(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        for code in ("HALL-1", "HALL-2"):
            enter_record(uow, ITEMS, body=item(code, authority=visiting.HERE, kinds=["cinema"], merging_group="hall"))
    first = visiting.opened(database, visiting.task(database, items=["HALL-1"]), key).opened[key]
    task = visiting.task(database, items=["HALL-2"])
    answer = visiting.opened(database, task, key, source="draw:2", members=OTHERS, window=WINDOW)
    assert (answer.opened, answer.merged) == ({}, {key: first})
    with database.reader() as session:
        visit = one_visit(session, first)
        assert session.scalars(JOINED, {"into": visit.id}).all() == ["replaced"]
        assert [row["item"] for row in visit.checklist["entries"]] == ["HALL-1", "HALL-2"]
        assert team_of(session, visit) == ("DC-01", "DC-02", "DC-03", "DC-04")
        assert (visit.first_day, visit.last_day) == WINDOW
        acts = len(acts_of(session, visit))
    again = visiting.opened(database, task, key, source="draw:2", members=OTHERS, window=WINDOW)
    assert again.held == {key: first}
    with database.reader() as session:
        assert len(acts_of(session, one_visit(session, first))) == acts


def test_days_that_do_not_meet_are_two_visits(database: Database) -> None:
    key = entity(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        enter_record(uow, ITEMS, body=item("HALL-1", authority=visiting.HERE, kinds=["cinema"], merging_group="hall"))
    task = visiting.task(database, items=["HALL-1"])
    spans = ((date(2026, 6, 8), date(2026, 6, 12)), (date(2026, 6, 13), date(2026, 6, 20)))
    answers = [visiting.opened(database, task, key, source=f"draw:{n}", window=span) for n, span in enumerate(spans)]
    assert [len(one.opened) for one in answers] == [1, 1]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ((("DC-01", 0),), "visit_team_too_small"),
        ((("DC-01", 0), ("DC-02", 0)), "visit_team_too_small"),
        ((("DC-01", 0), ("GHOST-1", 1)), "visit_inspector_unknown"),
    ],
)
def test_a_team_that_may_not_go_is_refused_and_nothing_is_opened(
    database: Database, members: tuple[tuple[str, int], ...], code: str
) -> None:
    key = entity(database)
    task = visiting.task(database)
    answer = visiting.opened(database, task, key, members=members)
    assert (answer.opened, code_of(dict(answer.refused))) == ({}, {key: code})
    assert visiting.opened(database, task, key).opened[key].endswith("-V0001")


def test_a_certificate_that_ends_within_the_days_of_a_visit_is_refused(database: Database) -> None:
    key = entity(database)
    task = visiting.task(database, last_day="2027-01-05", deadline="2027-02-01")
    answer = visiting.opened(database, task, key)
    assert code_of(dict(answer.refused)) == {key: "visit_certificate_invalid"}


def test_every_type_and_result_that_does_not_count_is_known_to_the_plans() -> None:
    uncounted = set(planning()["uncounted"])
    assert {row.occasion for row in visit_types().values() if row.code in {"recheck", "ordered"}} <= uncounted
    assert "attempt" in uncounted
    assert {row.occasion for row in visit_types().values()} - uncounted == {
        "routine",
        "targeted",
        "special",
        "case",
        "complaint",
    }
    assert [code for code, row in result_codes().items() if row.attempt] == ["6", "7", "9", "10", "11", "12", "F"]
