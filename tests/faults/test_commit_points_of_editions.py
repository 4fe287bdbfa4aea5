"""An approval of an edition, killed at each point: the law as it was and nothing else, or the whole adoption."""

from __future__ import annotations

from contextlib import closing
from functools import partial

import pytest

from service.editions import propose
from service.platform import Database, FixedClock, Problem
from service.ratings import decide_edition, drain, withdraw_edition
from tests.builders.partners import rows
from tests.faults.once import once_or_not_at_all
from tests.integration.editions.test_adoption import APPROVER, BEFORE, CASES, EDITOR, HARSHER
from tests.integration.ratings import town

STORED = ("edition", "edition_step", "edition_force", "rerate_run", "rerate_shard", "rerate_mark", "outbox", "audit")
PERIODS = "SELECT period::text FROM edition_force ORDER BY id"


def approve(url: str, number: int) -> None:
    with closing(Database(url, clock=FixedClock(BEFORE))) as database, database.unit_of_work(APPROVER) as uow:
        decide_edition(uow=uow, proposal=number, outcome="approved", reason="同意")


def withdraw(url: str, number: int) -> None:
    with closing(Database(url, clock=FixedClock(BEFORE))) as database, database.unit_of_work(EDITOR) as uow:
        withdraw_edition(uow=uow, proposal=number, reason="再议")


def test_an_edition_is_adopted_and_withdrawn_once_or_not_at_all(database_url: str) -> None:
    with closing(Database(database_url, clock=FixedClock(BEFORE))) as database:
        town.found(database)
        shop, _ = town.people(database, 2)
        drain(database=database)
        with database.unit_of_work(EDITOR) as uow:
            number, _ = propose(uow=uow, words=HARSHER, cases=CASES, reason="太严")
        kept = partial(once_or_not_at_all, database, database_url, names=STORED)
        before = rows(database, PERIODS)
        done = kept(partial(approve, database_url, number), ("edition_step", "edition", "rerate_run", "audit"))
        assert done == {
            "edition": 1, "edition_step": 1, "edition_force": 1, "rerate_run": 1, "rerate_shard": 1,
            "outbox": 1, "audit": 2,
        }  # fmt: skip
        assert rows(database, PERIODS) == [("[2020-01-01,2026-07-01)",), ("[2026-07-01,)",)]
        with pytest.raises(Problem, match="edition_proposal_decided"):
            approve(database_url, number)
        town.punish(database, shop)
        drain(database=database)
        done = kept(partial(withdraw, database_url, number), ("edition_step", "rerate_run", "audit"))
        assert done == {"edition_step": 1, "rerate_mark": 1, "outbox": 1, "audit": 2}
        assert rows(database, PERIODS) == [*before, ("empty",)]
