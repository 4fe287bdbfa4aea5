"""Re-rating for an adopted edition, killed at each point: staged, switched and folded once or not at all."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from service.platform import Database, FixedClock
from service.ratings import Pace, drain, switch, work_on
from service.ratings.rerates import work as working
from tests.faults.once import once_or_not_at_all, stored
from tests.faults.reckoning import faults_of_ledger, faults_of_ratings
from tests.faults.stalling import kill_where_it_waits
from tests.integration.editions.test_adoption import BEFORE
from tests.integration.ratings import town
from tests.integration.ratings.rerating import rehearsed
from tests.integration.ratings.rerating.test_sequences import wrong

if TYPE_CHECKING:
    from tests.builders.fillings import Filling

MIDNIGHT = BEFORE + timedelta(seconds=1)
STORED = ("rating_staged", "rating", "rerate_switch", "rerate_mark", "outbox", "audit")
THIRD_HEAD = """
    SELECT FROM rating_head WHERE entity_id = (SELECT entity_id FROM rating_head ORDER BY 1 OFFSET 2 LIMIT 1) FOR UPDATE
"""


@pytest.fixture
def filling() -> Filling:
    return rehearsed.adopted_town


def work(url: str, *, batches: int | None = None) -> None:
    """What the worker does, two entities at a time."""
    working.BATCH, working.WAY = 2, 0.0
    asked = chain(repeat(False, batches), repeat(True)) if batches else repeat(False)
    with closing(Database(url, clock=FixedClock(MIDNIGHT))) as database:
        work_on(database=database, pace=Pace(stopping=lambda: next(asked)))


def work_before(url: str) -> None:
    working.BATCH, working.WAY = 2, 0.0
    with closing(Database(url, clock=FixedClock(BEFORE))) as database:
        work_on(database=database)


def move(url: str) -> None:
    with closing(Database(url, clock=FixedClock(MIDNIGHT))) as database:
        switch(database=database)


def test_staged_switched_and_folded_once_or_not_at_all(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    monkeypatch.setattr(working, "WAY", 0.0)
    clock = FixedClock(BEFORE)
    with closing(Database(database_url, clock=clock)) as database:
        kept = partial(once_or_not_at_all, database, database_url, names=STORED)
        kill_where_it_waits(database_url, partial(work_before, database_url), THIRD_HEAD)
        assert rehearsed.told(database, "SELECT reached, entities, staged FROM rerate_shard") == [(2, 2, 2)]
        assert stored(database, ["rating_staged"]) == {"rating_staged": 2}
        assert wrong(database) == []
        done = kept(partial(work_before, database_url), ("rating_staged", "rerate_shard", "audit"))
        assert done == {"rating_staged": 3, "audit": 2}
        clock.advance(timedelta(seconds=1))
        assert wrong(database) == []
        assert kept(partial(move, database_url), ("rerate_switch",)) == {"rerate_switch": 1, "audit": 1}
        town.punish(database, town.ids(database)[4], on=MIDNIGHT.date())
        assert wrong(database) == []
        points = ("rating", "rating_staged", "outbox")
        done = kept(partial(work, database_url, batches=1), points)
        assert (done["rating_staged"], done["rating"]) == (-2, 2)
        assert wrong(database) == []
        work(database_url)
        assert stored(database, ["rating_staged"]) == {"rating_staged": 1}, "the fifth is marked: it is the drain's"
        assert drain(database=database).rated == 1
        work(database_url)
        assert wrong(database) == []
        assert rehearsed.told(database, "SELECT outcome FROM rerate_run") == [("finished",)]
        keys = [town.key_of(database, shop) for shop in town.ids(database)]
        assert faults_of_ratings(database, keys) == []
        assert faults_of_ledger(database) == []
