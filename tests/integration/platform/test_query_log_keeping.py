"""Notes of queries are kept for years; older ones go on purpose alone, by the owner, and the ledger tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.cli.commands import main
from service.platform import (
    ANONYMOUS,
    Database,
    FixedClock,
    Problem,
    QueryNotes,
    SettingsError,
    job_actor,
    kept_from,
    least_years,
    ledger_check,
    load_settings,
    purge_query_log,
    seal,
)
from tests.builders.owning import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2006, 11, 22, 4, tzinfo=UTC)
ACTOR = job_actor("tests")
OLD, NEW = ["a", "b", "c", "d", "e"], ["f", "g"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2001, 11, 20, tzinfo=UTC))


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    """Five notes of more than five years ago, and two of that very instant; it is 2006."""
    database = Database(database_url, clock=clock)
    notes = QueryNotes(database)
    for subject in OLD:
        notes.note_now(ANONYMOUS, "tier", subject)
        clock.advance(timedelta(hours=12))
    clock.advance(NOW.replace(year=2001) - clock.now())
    for subject in NEW:
        notes.note_now(ANONYMOUS, "tier", subject)
    clock.advance(NOW - clock.now())
    yield database
    database.close()


@pytest.fixture
def owned(database: Database, clock: FixedClock) -> Iterator[Database]:
    owned = Database(owner_of(database.engine.url.render_as_string(hide_password=False)), clock=clock)
    yield owned
    owned.close()


def subjects(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(text("SELECT subject FROM query_log ORDER BY id")))


def test_older_notes_go_in_batches_that_the_ledger_tells_and_the_others_stay(
    database: Database, owned: Database
) -> None:
    assert purge_query_log(owned, ACTOR, years=5, batch=2) == 5
    assert subjects(database) == NEW
    with database.reader() as session:
        told = session.scalars(text("SELECT detail FROM audit WHERE action = 'platform.query_log_purged' ORDER BY id"))
        details = list(told)
    assert [detail["count"] for detail in details] == [2, 2, 1]
    assert details[0] == {
        "count": 2,
        "years": 5,
        "first": "2001-11-20T00:00:00+00:00",
        "last": "2001-11-20T12:00:00+00:00",
        "before": "2001-11-22T04:00:00+00:00",
    }
    seal(database)
    with database.reader() as session:
        assert ledger_check(session).intact
    assert purge_query_log(owned, ACTOR, years=5) == 0


def test_afterwards_a_note_stands_as_before(database: Database, owned: Database) -> None:
    purge_query_log(owned, ACTOR, years=5)
    for statement in ("DELETE FROM query_log", "UPDATE query_log SET subject = 'x'"):
        for whose in (database, owned):
            with pytest.raises(DBAPIError), whose.bookkeeping() as session:
                session.execute(text(statement))
    assert subjects(database) == NEW


def test_the_role_of_the_service_takes_nothing_away(database: Database) -> None:
    with pytest.raises(Problem, match="query_log_not_owned"):
        purge_query_log(database, ACTOR, years=5)
    assert subjects(database) == OLD + NEW


def test_what_somebody_writes_meanwhile_keeps_the_batch_waiting_and_then_undone(
    database: Database, owned: Database
) -> None:
    with database.bookkeeping() as session:
        session.execute(text("LOCK TABLE query_log IN ROW EXCLUSIVE MODE"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            purge_query_log(owned, ACTOR, years=5)
    assert subjects(database) == OLD + NEW
    with pytest.raises(DBAPIError), owned.bookkeeping() as session:
        session.execute(text("DELETE FROM query_log"))


def test_fewer_years_than_the_law_asks_for_are_refused() -> None:
    with pytest.raises(ValueError, match="5 years at least"):
        kept_from(NOW, least_years() - 1)
    with pytest.raises(SettingsError, match="QUERY_LOG_YEARS"):
        load_settings({"DATABASE_URL": "postgresql://app@db/xinjian", "QUERY_LOG_YEARS": "4"})
    assert load_settings({"DATABASE_URL": "postgresql://app@db/xinjian", "QUERY_LOG_YEARS": "7"}).query_log_years == 7


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2023, 2, 28, tzinfo=UTC)),
        (datetime(2026, 11, 22, 4, tzinfo=UTC), datetime(2021, 11, 22, 4, tzinfo=UTC)),
    ],
)
def test_years_are_counted_by_the_calendar(now: datetime, since: datetime) -> None:
    assert kept_from(now, 5) == since


def test_the_command_tells_first_and_then_takes_away(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", owner_of(database_url))
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("QUERY_LOG_YEARS", "5")
    today = Database(database_url)
    QueryNotes(today).note_now(ANONYMOUS, "tier", "today")
    today.close()
    purge = ["query-log", "purge"]
    assert "已满 7 条" in CliRunner().invoke(main, [*purge, "--dry-run"]).output
    assert subjects(database) == [*OLD, *NEW, "today"]
    monkeypatch.setenv("QUERY_LOG_YEARS", "90")
    assert "已清除 0 条" in CliRunner().invoke(main, purge).output
    monkeypatch.setenv("QUERY_LOG_YEARS", "5")
    monkeypatch.delenv("DATABASE_OWNER_URL")
    refused = CliRunner().invoke(main, purge)
    assert refused.exit_code == 1
    assert "DATABASE_OWNER_URL" in refused.output
    monkeypatch.setenv("DATABASE_OWNER_URL", owner_of(database_url))
    assert "已清除 7 条" in CliRunner().invoke(main, purge).output
    assert subjects(database) == ["today"]
