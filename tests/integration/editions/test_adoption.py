"""An edition proposed by one, approved by another: in force at midnight of its place, or withdrawn before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service import editions
from service.editions import digests_in_force, propose, shelf
from service.platform import Actor, Database, FixedClock, Problem, Role
from service.ratings import current, decide_edition, drain, put_edition_in_force, switch, withdraw_edition
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
RIVAL = HARSHER.replace('predecessor = "town.2025"\n', "").replace("town", "rival")
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


def proposed(database: Database, words: str = HARSHER, cases: str = CASES, actor: Actor = EDITOR) -> int:
    with database.unit_of_work(actor) as uow:
        number, _ = propose(uow=uow, words=words, cases=cases, reason="太严")
        return number


def approve(database: Database, number: int, actor: Actor = APPROVER) -> None:
    with database.unit_of_work(actor) as uow:
        decide_edition(uow=uow, proposal=number, outcome="approved", reason="同意")


def put(database: Database, words: str) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=words, reason="test")


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
    assert code_of(put, database, HARSHER) == "edition_taken_back"
    again = HARSHER.replace('"town.2026"', '"town.2026b"')
    approve(database, proposed(database, again))
    assert set(periods(database)) == {"town.2025", "town.2026b"}


def test_withdrawn_it_is_forgotten_by_those_too_who_were_rated_by_a_clock_that_was_behind(
    database: Database, clock: FixedClock
) -> None:
    (shop,) = town.people(database, 1)
    number = proposed(database)
    approve(database, number)
    clock.advance(timedelta(hours=-1))
    drain(database=database)
    clock.advance(timedelta(hours=1))
    known = "SELECT next_change_on FROM rating_head"
    with database.reader() as session:
        assert session.execute(text(known)).scalar_one() == date(2026, 7, 1)
    withdraw(database, number)
    assert town.marks(database) == 1
    drain(database=database)
    with database.reader() as session:
        assert session.execute(text(known)).scalar_one() is None
    assert standing(database, town.key_of(database, shop), clock) == ("A", "town.2025", None)


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
        ('rulebook = "town"', 'rulebook = "village"', "edition_predecessor_unknown"),
        ("force_from = 2026-07-01", "force_from = 2020-01-01", "edition_before_predecessor"),
        ('id = "town.2026"', 'id = "town.2025"', "edition_id_taken"),
        ("points = -10", 'points = -10\nno_such = "1"', "edition_invalid"),
        ("points = -10", "points = -11", "edition_cases_fail"),
        ('code = "fine"', 'code = "fine2"', "edition_invalid"),
        ("points = -10", "points = " + "[" * 5_000, "edition_invalid"),
        ("points = -10", "points = -" + "9" * 5_000, "edition_invalid"),
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
    assert code_of(proposed, database, RIVAL) == "edition_overlaps"
    elsewhere = RIVAL.replace("110000", "310000")
    approve(database, proposed(database, elsewhere, actor=replace(EDITOR, authority=None)), town.OPERATOR)
    assert code_of(put, database, RIVAL.replace("rival.2026", "rival.2027")) == "edition_overlaps"


def test_an_authority_makes_no_law_for_places_beyond_its_own(database: Database) -> None:
    district = replace(EDITOR, authority=town.AUTHORITY)
    own = RIVAL.replace('authority = "bj-culture"', f'authority = "{town.AUTHORITY}"')
    everywhere = own.replace('regions = ["110000"]\n', "")
    for words in (everywhere, own.replace('"110000"', '"110101", "110102"')):
        assert code_of(proposed, database, words, CASES, district) == "out_of_scope"
    assert code_of(proposed, database, everywhere) == "out_of_scope", "nor does the city for the country"
    number = proposed(database, own.replace("110000", town.REGION), actor=district)
    approve(database, number, replace(APPROVER, authority=town.AUTHORITY))
    country = replace(EDITOR, authority="cn-samr")
    assert proposed(database, everywhere.replace(town.AUTHORITY, "cn-samr").replace("rival", "nation"), actor=country)


def test_where_the_day_has_begun_further_east_it_is_neither_ahead_nor_taken_back(
    database: Database, clock: FixedClock
) -> None:
    town.people(database, 1)
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.audit("test.moved", town.AUTHORITY, {})
        moved = text("UPDATE authority SET timezone = 'Pacific/Auckland' WHERE code = :code")
        uow.session.execute(moved, {"code": town.AUTHORITY})
    waiting, number = (proposed(database, HARSHER.replace("town.2026", name)) for name in ("late", "town.2026"))
    clock.advance(datetime(2026, 6, 30, 11, 59, tzinfo=UTC) - clock.now())
    approve(database, number)
    withdraw(database, number)
    clock.advance(timedelta(minutes=1))
    assert code_of(approve, database, waiting) == "edition_day_not_ahead", "midnight in Auckland, evening in Shanghai"
    clock.advance(timedelta(minutes=-1))
    approve(database, waiting)
    clock.advance(timedelta(minutes=1))
    assert code_of(withdraw, database, waiting) == "edition_in_force_already"


def test_a_withdrawal_that_waited_over_midnight_finds_the_pointer_moved(database: Database, clock: FixedClock) -> None:
    town.people(database, 1)
    number = proposed(database)
    approve(database, number)
    clock.advance(BEFORE + timedelta(seconds=1) - clock.now())
    assert switch(database=database) == 1
    clock.advance(timedelta(seconds=-1))  # the instant at which the transaction of whoever withdraws began
    assert code_of(withdraw, database, number) == "edition_in_force_already"
    assert set(periods(database)) == {"town.2025", "town.2026"}


def test_two_that_are_put_in_force_at_once_are_both_seen(database: Database) -> None:
    first, second = (RIVAL.replace("rival", name).replace("110000", f"{name[-2:]}0000") for name in ("r31", "r32"))
    with ThreadPoolExecutor(1) as pool:
        with database.unit_of_work(town.OPERATOR) as uow:
            put_edition_in_force(uow=uow, words=first, reason="test")
            later = pool.submit(put, database, second)
            wait([later], timeout=0.3)
            periods(database)
        later.result()
    assert set(periods(database)) == {"town.2025", "r31.2026", "r32.2026"}
