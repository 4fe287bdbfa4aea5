"""An edition proposed by one, approved by another: in force at midnight of its place, or withdrawn before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from service import editions
from service.editions import digests_in_force, propose, shelf
from service.platform import Actor, Database, FixedClock, Problem, Role
from service.ratings import current, decide_edition, drain, put_edition_in_force, withdraw_edition
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)
"""A second before midnight in Shanghai, where the first of July begins eight hours before it does in UTC."""
EDITOR, APPROVER = (
    Actor("token", role.value, role, authority="bj-culture") for role in (Role.RULEBOOK_EDITOR, Role.APPROVER)
)
HARSHER = (
    town.EDITION.replace('id = "town.2025"', 'id = "town.2026"\npredecessor = "town.2025"')
    .replace("force_from = 2020-01-01", 'force_from = 2026-07-01\ntransition = "restate"')
    .replace("at_least = 90", "at_least = 70")
    .replace("points = -20", "points = -10")
)
CASES = """
[[case]]
title = { zh = "一次罚款", en = "One fine" }
kind = "cinema"
as_of = 2026-08-01
events = [{ code = "fine", decided_on = 2026-07-10 }]
expect = { score = 90, grade = "A", tier = "A" }
"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(BEFORE - timedelta(days=10))


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    database = Database(database_url, clock=clock)
    town.found(database)
    yield database
    database.close()


def proposed(database: Database, words: str = HARSHER, cases: str = CASES) -> int:
    with database.unit_of_work(EDITOR) as uow:
        number, _ = propose(uow=uow, words=words, cases=cases, reason="太严")
        return number


def approve(database: Database, number: int, actor: Actor = APPROVER) -> None:
    with database.unit_of_work(actor) as uow:
        decide_edition(uow=uow, proposal=number, outcome="approved", reason="同意")


def withdraw(database: Database, number: int) -> None:
    with database.unit_of_work(EDITOR) as uow:
        withdraw_edition(uow=uow, proposal=number, reason="再议")


def periods(database: Database) -> dict[str, tuple[date, date | None]]:
    with database.reader() as session:
        return {one.id: (one.force_from, one.force_to) for one in shelf(session).editions}


def standing(database: Database, key: str, clock: FixedClock) -> tuple[str | None, str, date | None]:
    with database.reader() as session:
        found = current(session, key, clock.now())
        assert found is not None
        return found.tier, found.summary["cinema"]["edition"], found.next_change_on


def code_of(act: object, *given: object) -> str:
    with pytest.raises(Problem) as refused:
        act(*given)  # type: ignore[operator]
    for language in ("zh", "en"):
        assert refused.value.text(language).detail
    return refused.value.code


def test_what_was_rated_before_the_adoption_follows_at_midnight_of_its_place(
    database: Database, clock: FixedClock
) -> None:
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    drain(database=database)
    key = town.key_of(database, shop)
    assert standing(database, key, clock) == ("D", "town.2025", date(2027, 1, 10))
    approve(database, proposed(database))
    assert standing(database, key, clock) == ("D", "town.2025", date(2026, 7, 1)), "read before the drain comes"
    drain(database=database)
    assert standing(database, key, clock) == ("D", "town.2025", date(2026, 7, 1))
    clock.advance(BEFORE - clock.now())
    assert standing(database, key, clock)[:2] == ("D", "town.2025")
    clock.advance(timedelta(seconds=1))
    assert standing(database, key, clock)[:2] == ("A", "town.2026"), "nobody swept and nothing drained"


def test_the_predecessor_ends_where_the_successor_begins_and_its_text_stays(database: Database) -> None:
    with database.reader() as session:
        before = editions.text_of(session, "town.2025")
    approve(database, proposed(database))
    first = date(2026, 7, 1)
    assert periods(database) == {"town.2025": (date(2020, 1, 1), first), "town.2026": (first, None)}
    with database.reader() as session:
        assert editions.text_of(session, "town.2025") == before
        assert [set(digests_in_force(session, on=first - timedelta(days))) for days in (1, 0)] == [
            {"town.2025"},
            {"town.2026"},
        ]


def test_withdrawn_before_its_day_it_leaves_the_predecessor_as_it_was(database: Database, clock: FixedClock) -> None:
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    number = proposed(database)
    approve(database, number)
    drain(database=database)
    withdraw(database, number)
    assert periods(database) == {"town.2025": (date(2020, 1, 1), None)}
    assert standing(database, town.key_of(database, shop), clock) == ("D", "town.2025", date(2027, 1, 10))
    assert code_of(withdraw, database, number) == "edition_proposal_withdrawn"
    again = HARSHER.replace('"town.2026"', '"town.2026b"')
    approve(database, proposed(database, again))
    assert set(periods(database)) == {"town.2025", "town.2026b"}


def test_once_in_force_or_succeeded_it_is_not_withdrawn(database: Database, clock: FixedClock) -> None:
    number = proposed(database)
    approve(database, number)
    next_one = HARSHER.replace('id = "town.2026"\npredecessor = "town.2025"', 'id = "n"\npredecessor = "town.2026"')
    later = proposed(database, next_one.replace("2026-07-01", "2026-08-01"))
    approve(database, later)
    assert code_of(withdraw, database, number) == "edition_has_successor"
    withdraw(database, later)
    clock.advance(BEFORE + timedelta(seconds=1) - clock.now())
    assert code_of(withdraw, database, number) == "edition_in_force_already"
    assert set(periods(database)) == {"town.2025", "town.2026"}


def test_a_proposal_is_decided_once_and_by_another(database: Database) -> None:
    number = proposed(database)
    assert code_of(approve, database, number, EDITOR) == "edition_same_person"
    with database.unit_of_work(APPROVER) as uow:
        decide_edition(uow=uow, proposal=number, outcome="refused", reason="不同意")
    assert code_of(approve, database, number) == "edition_proposal_decided"
    assert code_of(approve, database, number, replace(APPROVER, authority=town.AUTHORITY)) == "out_of_scope"
    assert code_of(approve, database, number, replace(APPROVER, regions=("330000",))) == "out_of_scope"
    assert code_of(approve, database, 10**30) == "edition_proposal_not_found"
    assert set(periods(database)) == {"town.2025"}


def test_what_held_when_it_was_proposed_is_asked_again_at_approval(database: Database, clock: FixedClock) -> None:
    first, second = proposed(database), proposed(database, HARSHER.replace('"town.2026"', '"rival"'))
    approve(database, first)
    assert code_of(approve, database, second) == "edition_not_successor"
    withdraw(database, first)
    clock.advance(BEFORE + timedelta(seconds=1) - clock.now())
    assert code_of(approve, database, second) == "edition_day_not_ahead"
    assert set(periods(database)) == {"town.2025"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("force_from = 2026-07-01", "force_from = 2026-06-20", "edition_day_not_ahead"),
        ("force_from = 2026-07-01", "force_from = 2026-06-30", ""),
        ('predecessor = "town.2025"\n', "", "edition_not_successor"),
        ('predecessor = "town.2025"', 'predecessor = "none"', "edition_not_successor"),
        ('id = "town.2026"', 'id = "town.2025"', "edition_id_taken"),
        ("points = -10", 'points = -10\nno_such = "1"', "edition_invalid"),
        ("points = -10", "points = -11", "edition_cases_fail"),
        ('code = "fine"', 'code = "fine2"', "edition_invalid"),
    ],
)
def test_each_bad_proposal_is_refused_by_its_own_name_and_leaves_nothing(
    database: Database, old: str, new: str, code: str
) -> None:
    words = HARSHER.replace(old, new)
    assert words != HARSHER
    if code:
        assert code_of(proposed, database, words) == code
    else:
        assert proposed(database, words)


def test_cases_that_cannot_be_read_or_fail_are_told_one_by_one(database: Database) -> None:
    assert code_of(proposed, database, HARSHER, CASES.replace("score", "socre")) == "edition_cases_unreadable"
    with pytest.raises(Problem) as refused:
        proposed(database, HARSHER, CASES.replace("score = 90", "score = 91"))
    (one,) = refused.value.errors
    assert one.text("en").detail == "One fine: score: expected 91.00, found 90.00"
    assert one.text("zh").detail == "一次罚款：score：应为 91.00，实为 90.00"


def test_another_rulebook_in_the_same_place_overlaps(database: Database) -> None:
    rival = HARSHER.replace('predecessor = "town.2025"\n', "").replace("town", "rival")
    assert code_of(proposed, database, rival) == "edition_overlaps"
    elsewhere = rival.replace("110000", "330000")
    approve(database, proposed(database, elsewhere))
    with database.unit_of_work(town.OPERATOR) as uow, pytest.raises(Problem):
        put_edition_in_force(uow=uow, words=rival.replace("rival.2026", "rival.2027"), reason="test")
