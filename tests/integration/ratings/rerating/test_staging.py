"""An adopted edition's ratings are staged before its first day, speak from its midnight on, and become history."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from service.platform import Database, FixedClock
from service.ratings import (
    all_ratings,
    in_words,
    reconcile,
    rerates_wait,
    summaries,
    sweep_due,
    switch,
    tier_counts,
    tiers_of,
    tiers_on,
)
from tests.integration.ratings import town
from tests.integration.ratings.rerating import rehearsed
from tests.integration.ratings.rerating.rehearsed import midnight, number, read, staged, told, worked
from workers.jobs import rerate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.builders.fillings import Filling

LAST_DAY, FIRST_DAY = date(2026, 6, 30), date(2026, 7, 1)


def test_an_approval_marks_nobody_and_everybody_is_staged_for_the_first_day(database: Database) -> None:
    shops = town.ids(database)
    assert (town.marks(database), staged(database)) == (0, 0)
    assert read(database, shops[0]).next_change_on == FIRST_DAY, "known at once, though nothing is written"
    moves, ratings = told(database, rehearsed.MOVES), told(database, rehearsed.RATINGS)
    worked(database)
    assert staged(database) == 5
    assert (told(database, rehearsed.MOVES), told(database, rehearsed.RATINGS)) == (moves, ratings), "nothing is told"
    assert told(database, "SELECT sum(entities), sum(staged), sum(failed) FROM rerate_shard") == [(5, 5, 0)]
    answer = read(database, shops[0])
    assert (answer.live, answer.tier, answer.next_change_on) == (False, "D", FIRST_DAY), (
        "the old edition, from the head"
    )
    with database.reader() as session:
        (told_in_words,) = in_words(session, answer, "en")
    assert "2026-07-01" in str(told_in_words)
    assert reconcile(database=database).differences == ()


def test_from_midnight_on_every_read_answers_by_what_was_staged(database: Database, clock: FixedClock) -> None:
    shops = town.ids(database)
    worked(database)
    midnight(clock)
    clock.advance(timedelta(seconds=-1))
    assert [read(database, shop).tier for shop in shops] == ["D", "A", "D", "A", "D"]
    clock.advance(timedelta(seconds=1))
    answers = [read(database, shop) for shop in shops]
    assert [(one.tier, one.live, one.pending, one.as_of) for one in answers] == [("A", False, False, FIRST_DAY)] * 5
    assert {one.summary["cinema"]["edition"] for one in answers} == {"town.2026"}
    assert '"edition":"town.2026"' in answers[0].documents[0]
    with database.reader() as session:
        key = town.key_of(database, shops[0])
        (row,) = summaries(session, [key], clock.now()).values()
        assert (row["tier"], row["pending"], row["as_of"]) == ("A", False, FIRST_DAY)
        rows = list(all_ratings(session, authorities=None, now=clock.now()))
        assert {(one["edition"], one["tier"], one["state"]) for one in rows} == {("town.2026", "A", "rated")}
        assert sorted(one["score"] for one in rows) == [9000, 9000, 9000, 10000, 10000]
        assert tiers_on(session, shops, day=FIRST_DAY).explained == 0
        assert tier_counts(session) == {"A": 2, "D": 3}, "no pointer has moved yet"
    assert switch(database=database) == 1
    with database.reader() as session:
        assert tier_counts(session) == {"A": 5}
        assert tiers_of(session, shops)[shops[0]].tiers == {"cinema": "A"}
    assert switch(database=database) == 0
    with database.unit_of_work(town.OPERATOR) as uow:
        assert sweep_due(uow=uow) == 0, "what is staged is folded, not rated again"


@pytest.mark.parametrize(("town_of", "falls"), [(rehearsed.adopted_town, 0), (rehearsed.stricter_town, 3)])
def test_folding_leaves_what_the_drain_would_have_left(
    new_database: Callable[..., str], town_of: Filling, falls: int
) -> None:
    left = []
    for staging in (True, False):
        clock = FixedClock(rehearsed.TEN_DAYS_BEFORE)
        with closing(Database(new_database(town_of), clock=clock)) as each:
            if staging:
                worked(each)
                assert staged(each) == rehearsed.SHOPS
            midnight(clock)
            worked(each)
            assert (staged(each), town.marks(each)) == (0, 0)
            assert told(each, "SELECT outcome FROM rerate_run") == [("finished",)]
            assert rehearsed.faults(each) == []
            assert number(each, "SELECT count(*) FROM audit WHERE action = 'ratings.folded'") == (3 if staging else 0)
            left.append([told(each, what) for what in rehearsed.ALL])
    assert left[0] == left[1]
    assert [len(rows) for rows in left[0]] == [10, 8, 5, falls]


def test_the_scheduler_works_runs_off_itself_while_redis_is_away(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RERATE_SHARE", "100")
    with database.reader() as session:
        assert rerates_wait(session, database.clock.now())
    rerate.look(database)
    assert staged(database) == 5
    with database.reader() as session:
        assert not rerates_wait(session, database.clock.now())
