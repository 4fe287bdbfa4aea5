"""Whatever happens in whatever order while ratings are staged and folded: every answer is that of a recompute."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from sqlalchemy import text

from service.platform import Database, FixedClock, Problem
from service.ratings import (
    Pace,
    cancel_rerate,
    current,
    drain,
    drain_batch,
    recomputed,
    rerates,
    restart_rerate,
    summaries,
    sweep_due,
    switch,
    work_on,
)
from service.ratings.rerates import work as working
from tests.faults.reckoning import faults_of_ledger, faults_of_ratings
from tests.integration.editions.test_adoption import APPROVER
from tests.integration.editions.test_adoption_sequences import decided, offered
from tests.integration.ratings import town
from tests.integration.ratings.rerating import rehearsed
from tests.integration.ratings.rerating.rehearsed import told

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from service.ratings import Standing

MOST = 6
MOVE = text("UPDATE entity SET region = :region, body = jsonb_set(body, '{region}', :body) WHERE id = :id")
SHOP = st.integers(0, rehearsed.SHOPS - 1)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["punish", "move", "register"]), SHOP),
        st.tuples(st.just("propose"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["withdraw", "cancel", "restart"]), st.integers(0, 1)),
        st.tuples(st.sampled_from(["drain", "drain some", "work", "work some", "switch", "sweep"]), st.just(0)),
        st.tuples(st.just("pass"), st.integers(1, 3)),
    ),
    min_size=4,
    max_size=10,
)


@given(acts=ACTS)
@example(acts=[("work", 0), ("cancel", 0)])  # staged, and over before it was dropped
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_answer_is_that_of_a_recompute(
    new_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch, acts: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    monkeypatch.setattr(working, "WAY", 0.0)  # nobody drains meanwhile
    clock = FixedClock(rehearsed.TEN_DAYS_BEFORE + timedelta(days=8))
    with closing(Database(new_database(rehearsed.adopted_town), clock=clock)) as held:
        for act, given_number in acts:
            with suppress(Problem):
                do(held, clock, act, given_number)
            clock.advance(timedelta(seconds=1))
            assert wrong(held) == [], act
        settle(held)
        assert wrong(held) == []
        clock.advance(timedelta(days=5))  # beyond the first day of every edition that was adopted
        settle(held)
        keys = [town.key_of(held, shop) for shop in town.ids(held)]
        assert faults_of_ratings(held, keys) == []
        assert faults_of_ledger(held) == []
        assert told(held, "SELECT id FROM rerate_run WHERE outcome IS NULL") == []
        assert rehearsed.staged(held) == 0


def do(database: Database, clock: FixedClock, act: str, number: int) -> None:
    """One act of a person, of a job or of time."""
    jobs = {
        "drain": lambda: drain(database=database),
        "drain some": lambda: drain_batch(database=database, batch=2),
        "work": lambda: work_on(database=database),
        "work some": lambda: work_on(database=database, pace=Pace(stopping=after(2))),
        "switch": lambda: switch(database=database),
        "register": lambda: town.people(database, int(len(town.ids(database)) < MOST)),
    }
    if act in jobs:
        jobs[act]()
    elif act == "pass":
        clock.advance(timedelta(days=number))
    elif act == "propose":
        decided(database, "approve", offered(database, clock, number))
    else:
        of_people(database, clock, act, number)


def of_people(database: Database, clock: FixedClock, act: str, number: int) -> None:
    if act == "withdraw":
        proposals = told(database, "SELECT id FROM edition_proposal ORDER BY id DESC")
        decided(database, "withdraw", proposals[number % len(proposals)][0])
    elif act in {"cancel", "restart"}:
        with database.unit_of_work(APPROVER) as uow:
            runs = rerates(uow.session)
            does = cancel_rerate if act == "cancel" else restart_rerate
            does(uow=uow, run=runs[number % len(runs)].run, reason="再议")
    elif act == "sweep":
        with database.unit_of_work(town.OPERATOR) as uow:
            sweep_due(uow=uow)
    elif act == "punish":
        town.punish(database, town.ids(database)[number], on=clock.now().date())
    else:
        with database.unit_of_work(town.OPERATOR) as uow:
            shop = town.ids(database)[number]
            (here,) = uow.session.execute(text("SELECT region FROM entity WHERE id = :id"), {"id": shop}).one()
            region = "310101" if here == town.REGION else town.REGION
            uow.session.execute(MOVE, {"region": region, "body": Jsonb(region), "id": shop})
            uow.mark([shop], "register")
            uow.audit("test.moved", str(shop), {})


def after(times: int) -> object:
    """A wish to stop that comes once it was asked so often."""
    asked = iter([False] * times)
    return lambda: next(asked, True)


def settle(database: Database) -> None:
    """Everything that waits is done."""
    for _ in range(2):
        rehearsed.worked(database)


def wrong(database: Database) -> list[str]:
    """Entities of which something else is told than the evidence and the law of today give."""
    found = []
    with database.reader() as session:
        now = database.clock.now()
        keys = list(session.scalars(text("SELECT public_key FROM entity ORDER BY id")))
        rows = summaries(session, keys, now)
        for key in keys:
            said = current(session, key, now)
            true = recomputed(session, key, now=now, as_of=None, position=None)
            assert said is not None
            assert true is not None
            if parts(said) != parts(true):
                found.append(f"{key}: {parts(said)} should be {parts(true)}, live {said.live}")
            row = rows.get(key)
            if row is not None and not row["pending"] and not said.live and row["tier"] != said.tier:
                found.append(f"{key} in a list: {row}")
    return found


def parts(said: Standing) -> list[object]:
    """What is compared: everything but the explanation, which tells the law known when it was written."""
    kinds = [(kind["edition"], kind["score"], kind["grade"]) for kind in said.summary.values()]
    return [said.tier, said.state, said.domains, said.disputed, said.next_change_on, *kinds]
