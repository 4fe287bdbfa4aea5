"""A town of several cinemas and an edition that is adopted for the first of July, brought to its midnight."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.platform import Database, FixedClock
from service.ratings import Pace, current, drain, recomputed, switch, work_on
from tests.faults.reckoning import faults_of_ledger, faults_of_ratings
from tests.integration.editions.test_adoption import BEFORE, CASES, HARSHER, approve, proposed
from tests.integration.ratings import proposing, town

if TYPE_CHECKING:
    from service.ratings import Standing

TEN_DAYS_BEFORE = BEFORE - timedelta(days=10)
SHOPS = 5
OF_BEFORE = proposing.edition()
"""Falls to C and D wait for an approver."""
STRICTER = (
    OF_BEFORE.replace('id = "town.2025"', 'id = "town.2026"\npredecessor = "town.2025"')
    .replace("force_from = 2020-01-01", 'force_from = 2026-07-01\ntransition = "restate"')
    .replace("points = -20", "points = -60")
)
STRICTER_CASES = CASES.replace('score = 90, grade = "A", tier = "A"', 'score = 40, grade = "D", tier = "D"')
RATINGS = """
    SELECT entity_id, kind, as_of, edition, state, reason, score, grade, tier, next_change_on, encode(digest, 'hex'),
           status FROM rating ORDER BY id
"""
MOVES = "SELECT subject, payload FROM outbox WHERE topic = 'tier.changed' ORDER BY id"
HEADS = """
    SELECT entity_id, as_of, state, tier, next_change_on, summary, domains FROM rating_head ORDER BY entity_id
"""


PROPOSED = """
    SELECT entity_id, kind, edition, raised_on, due_on, score, grade, tier, proposed FROM rating_proposal ORDER BY id
"""
ALL = (RATINGS, MOVES, HEADS, PROPOSED)


def adopted_town(database_url: str) -> None:
    """Five cinemas, three of them fined, and an edition adopted under which a fine costs half as much."""
    clock = FixedClock(TEN_DAYS_BEFORE - timedelta(hours=1))
    with closing(Database(database_url, clock=clock)) as database:
        town.found(database)
        some_shops(database)
        clock.advance(timedelta(hours=1))
        adopted(database)


def stricter_town(database_url: str) -> None:
    """The same with an edition under which a fine costs three times as much, so that falls are proposed."""
    with closing(Database(database_url, clock=FixedClock(TEN_DAYS_BEFORE))) as database:
        town.found(database, edition=OF_BEFORE)
        some_shops(database)
        adopted(database, STRICTER, STRICTER_CASES)


def told(database: Database, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with database.reader() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def number(database: Database, statement: str) -> int:
    """The one number that a statement gives."""
    return int(told(database, statement)[0][0])


def adopted(database: Database, words: str = HARSHER, cases: str = CASES) -> int:
    """An edition proposed and approved; the number of its proposal."""
    given = proposed(database, words, cases)
    approve(database, given)
    return given


def some_shops(database: Database) -> list[int]:
    """Rated cinemas, every other of which was fined."""
    shops = town.people(database, SHOPS)
    for shop in shops[::2]:
        town.punish(database, shop)
    drain(database=database)
    return shops


def midnight(clock: FixedClock) -> None:
    """The first moment of the first of July in Shanghai."""
    clock.advance(BEFORE + timedelta(seconds=1) - clock.now())


def worked(database: Database) -> None:
    """Everything that waits for a run, and for the drain, is done."""
    switch(database=database)
    for _ in range(2):
        work_on(database=database, pace=Pace())
        drain(database=database)
    work_on(database=database, pace=Pace())


def staged(database: Database) -> int:
    """How many entities are staged."""
    return number(database, "SELECT count(*) FROM rating_staged")


def read(database: Database, shop: int) -> Standing:
    """What is told of a cinema now."""
    with database.reader() as session:
        found = current(session, town.key_of(database, shop), database.clock.now())
    assert found is not None
    return found


def faults(database: Database) -> list[str]:
    """What is stored otherwise than a recompute gives, and faults of the ledger."""
    keys = [town.key_of(database, shop) for shop in town.ids(database)]
    return faults_of_ratings(database, keys) + faults_of_ledger(database)


def not_as_recomputed(database: Database) -> list[int]:
    """Staged entities whose explanation is not that of a recompute for the day."""
    rows = told(database, "SELECT entity_id, as_of, summary FROM rating_staged ORDER BY entity_id")
    found = []
    with database.reader() as session:
        for shop, day, summary in rows:
            key = town.key_of(database, shop)
            fresh = recomputed(session, key, now=database.clock.now(), as_of=day, position=None)
            assert fresh is not None
            if fresh.summary != summary:
                found.append(shop)
    return found
