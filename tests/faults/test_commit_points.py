"""The drain and the sealer, killed at each point of their transactions: nothing is half done, all is done once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy import table as sql_table

from service.platform import Database, FixedClock, ledger_check, seal
from service.ratings import drain, history, tier_counts
from tests.faults.stalling import kill_where_it_waits, table
from tests.integration.ratings import town
from workers import process
from workers.jobs import drain as draining
from workers.jobs import seal as sealing

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        town.found(database)
        yield database
    finally:
        database.close()


def run_sealer() -> None:
    sealing.run(process.database())


def count(database: Database, table_name: str) -> int:
    with database.reader() as session:
        return int(session.execute(select(func.count()).select_from(sql_table(table_name))).scalar_one())


@pytest.mark.parametrize(
    "held",
    [
        table("rating_head"),  # before heads are opened
        table("rerate_mark"),  # heads locked, marks not yet taken
        table("event", "ACCESS EXCLUSIVE"),  # marks taken, evidence not yet read
        table("rating"),  # rated, not yet written
        table("audit"),  # written, traces not yet left
        table("outbox"),
    ],
)
def test_a_drain_killed_anywhere_leaves_all_marks_and_no_rating(
    database: Database, database_url: str, held: str
) -> None:
    shops = town.people(database, 5)
    town.punish(database, shops[0])
    told = count(database, "outbox")
    kill_where_it_waits(database_url, draining.run, held)
    assert (town.marks(database), count(database, "rating"), count(database, "outbox")) == (6, 0, told)
    assert drain(database=database).rated == 5
    with database.reader() as session:
        assert [len(history(session, shop, kind=None)) for shop in shops] == [1] * 5
        assert tier_counts(session) == {"A": 4, "D": 1}
    assert (town.marks(database), count(database, "outbox")) == (0, told + 5)


@pytest.mark.parametrize("held", [table("ledger_seal"), table("audit_unsealed"), table("ledger_horizon")])
def test_a_sealer_killed_anywhere_leaves_a_chain_without_gap_or_repeat(
    database: Database, database_url: str, held: str
) -> None:
    town.people(database, 3)
    rows = count(database, "audit")
    kill_where_it_waits(database_url, run_sealer, held)
    assert count(database, "ledger_seal") == 0
    assert seal(database) == rows
    with database.reader() as session:
        report = ledger_check(session)
    assert (report.faults, report.sealed, report.unsealed) == ((), rows, 0)
