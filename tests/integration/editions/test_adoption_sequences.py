"""Whatever is proposed, approved and withdrawn in whatever order: each day one law, and the past as it was."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.editions import digests_in_force, propose, shelf
from service.platform import Database, FixedClock, Problem, last_position, seal
from service.ratings import decide_edition, drain, recomputed, withdraw_edition
from tests.integration.editions.test_adoption import APPROVER, CASES, EDITOR, HARSHER
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
TIPS = "SELECT edition_id FROM edition JOIN edition_force AS f ON f.edition = edition.id AND NOT isempty(period)"
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("propose"), st.integers(-1, 9)),
        st.tuples(st.sampled_from(["approve", "withdraw"]), st.integers(0, 1)),
        st.tuples(st.just("pass"), st.integers(1, 4)),
    ),
    min_size=3,
    max_size=12,
)


@pytest.fixture
def database(database_url: str) -> Iterator[tuple[Database, FixedClock, int]]:
    clock = FixedClock(NOW)
    database = Database(database_url, clock=clock)
    town.found(database)
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    drain(database=database)
    yield database, clock, shop
    database.close()


def past(database: Database, key: str, day: date) -> list[str]:
    with database.reader() as session:
        found = recomputed(session, key, now=NOW, as_of=day, position=None)
        assert found is not None
        return [found.tier or "", found.summary["cinema"]["edition"], found.summary["cinema"]["score"]]


@given(runs=ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_day_has_one_edition_and_the_past_reproduces(
    database: tuple[Database, FixedClock, int], runs: list[tuple[str, int]]
) -> None:
    held, clock, shop = database
    key, numbers = town.key_of(held, shop), []
    yesterday = clock.now().date() - timedelta(1)
    known = past(held, key, yesterday)
    states: dict[int, list[tuple[str, date | None]]] = {}
    for act, given_number in runs:
        with suppress(Problem):
            if act == "pass":
                clock.advance(timedelta(days=given_number))
            elif act == "propose":
                numbers.append(offered(held, clock, given_number))
            elif given_number < len(numbers):
                decided(held, act, numbers[-1 - given_number])
        with held.reader() as session:
            ahead = (clock.now().date() + timedelta(days) for days in range(-3, 15))
            assert {len(digests_in_force(session, on=day)) for day in ahead} == {1}
            states[sealed(held)] = law(session)
        assert past(held, key, yesterday) == known
    with held.reader() as session:
        assert {position: law(session, position) for position in states} == states, "as it was known at each position"
    drain(database=held)


def sealed(database: Database) -> int:
    """The position of the ledger, once everything is sealed."""
    seal(database)
    with database.reader() as session:
        return last_position(session)


def law(session: Session, position: int | None = None) -> list[tuple[str, date | None]]:
    """Which editions are in force at some time, and until when."""
    return [(one.id, one.force_to) for one in shelf(session, position).editions]


def offered(database: Database, clock: FixedClock, ahead: int) -> int:
    """A successor of the last edition, from so many days ahead; refused where that is not ahead."""
    day = clock.now().date() + timedelta(ahead)
    with database.unit_of_work(EDITOR) as uow:
        last: Any = uow.session.execute(text(TIPS + " ORDER BY lower(period) DESC LIMIT 1")).scalar_one()
        taken = uow.session.execute(text("SELECT count(*) FROM edition_proposal")).scalar_one()
        words = HARSHER.replace('"town.2026"', f'"next.{taken}"').replace('"town.2025"', f'"{last}"')
        words = words.replace("2026-07-01", day.isoformat())
        cases = CASES.replace("2026-08-01", (day + timedelta(2)).isoformat()).replace("2026-07-10", day.isoformat())
        number, _ = propose(uow=uow, words=words, cases=cases, reason="太严")
        return number


def decided(database: Database, act: str, number: int) -> None:
    if act == "approve":
        with database.unit_of_work(APPROVER) as uow:
            decide_edition(uow=uow, proposal=number, outcome="approved", reason="同意")
    else:
        with database.unit_of_work(EDITOR) as uow:
            withdraw_edition(uow=uow, proposal=number, reason="再议")
