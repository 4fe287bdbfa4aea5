"""Figures read from the database: bounded, kept for a while, and told of when they cannot be had."""

import socket
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.platform import Database, FixedClock, SystemClock, ledger_check, note_check, note_done, seal, take_lead
from service.platform.metrics import Family, Figure, Readings, backlog, platform_figures, readings
from service.platform.verified_backups import backup_figures, note_verified
from tests.builders.owning import behind_the_back
from tests.integration.platform.conftest import ACTOR

ONE = Family("test_rows", "Rows of a test", ())
ASKED = 0


def counted(_session: Session, _now: datetime) -> Iterator[Figure]:
    global ASKED  # noqa: PLW0603 - how often it was asked is what the test asks
    ASKED += 1
    yield ONE.of(ASKED)


def broken(session: Session, _now: datetime) -> Iterable[Figure]:
    session.execute(text("SELECT * FROM no_such_table"))
    return ()


def slow(session: Session, _now: datetime) -> Iterable[Figure]:
    session.execute(text("SELECT pg_sleep(60)"))
    return ()


def told(figures: Iterable[Figure]) -> dict[tuple[str, ...], float]:
    return {(one.family.name, *one.labels): one.value for one in figures}


def platform(database: Database, now: datetime | None = None) -> dict[tuple[str, ...], float]:
    with database.reader() as session:
        return told(platform_figures(session, now or database.clock.now()))


def test_a_room_that_fails_or_takes_too_long_keeps_no_other_from_being_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "PATIENCE", 60.0)
    rooms = {"broken": broken, "counted": counted, "slow": slow}
    found = told(Readings(database_url, SystemClock(), rooms, kept=0).figures())
    assert found[("database_up",)] == 1
    assert {room: found[("figures_read", room)] for room in rooms} == {"broken": 0, "counted": 1, "slow": 0}
    assert ("test_rows",) in found


def test_what_was_read_stands_for_a_while(database_url: str) -> None:
    kept = Readings(database_url, SystemClock(), {"counted": counted}, kept=600)
    assert kept.figures() == kept.figures()
    fresh = Readings(database_url, SystemClock(), {"counted": counted}, kept=0)
    assert fresh.figures() != fresh.figures()


@pytest.fixture(params=["refused", "silent"])
def away(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port of this machine where nobody is, or where somebody takes connections and never says a word."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        if request.param == "silent":
            held.listen()
        yield held.getsockname()[1]


@pytest.mark.timeout(60)  # without a bound of our own a silent server is waited for without end
def test_a_database_that_is_away_is_told_of(away: int) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{away}/none"
    found = told(Readings(url, SystemClock(), {"counted": counted}, kept=0).figures())
    assert found == {("database_up",): 0, ("figures_read", "counted"): 0}


def test_who_leads_is_told_for_as_long_as_it_does(database: Database) -> None:
    assert platform(database)[("leader_up", "scheduler")] == 0
    with database.engine.connect() as leading, database.engine.connect() as other:
        assert take_lead(leading, "scheduler")
        assert not take_lead(other, "scheduler")
        leading.commit()
        found = platform(database)
        leading.invalidate()
    assert (found[("leader_up", "scheduler")], found[("leader_up", "deliverer")]) == (1, 0)
    (since,) = [found[name] for name in found if name[:2] == ("leader_since_timestamp_seconds", "scheduler")]
    assert since > datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def test_the_ledger_tells_how_far_it_is_sealed_and_when_it_was_checked(database: Database, clock: FixedClock) -> None:
    assert ("ledger_check_intact",) not in platform(database)
    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.acted", "x", {})
    assert platform(database)[("audit_unsealed_rows",)] == 1
    seal(database)
    checked = clock.now()
    with database.reader() as session:
        note_check(database, ledger_check(session))
    clock.advance(timedelta(seconds=90))
    found = platform(database)
    assert (found[("audit_unsealed_rows",)], found[("ledger_horizon_seconds",)]) == (0, 90)
    assert (found[("ledger_check_intact",)], found[("ledger_check_timestamp_seconds",)]) == (1, checked.timestamp())


def test_a_chain_that_was_changed_is_told_of(database: Database) -> None:
    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.acted", "x", {})
    seal(database)
    behind_the_back(database, "UPDATE ledger_seal SET hash = decode('00', 'hex')")
    with database.reader() as session:
        note_check(database, ledger_check(session))
    assert platform(database)[("ledger_check_intact",)] == 0


def waiting(database: Database) -> tuple[float, float]:
    with database.reader() as session:
        found = told(backlog(session, database.clock.now(), "tests", ["wanted"]))
    return found[("outbox_waiting", "tests")], found[("outbox_oldest_seconds", "tests")]


def test_a_consumer_has_before_it_what_it_has_not_noted(database: Database, clock: FixedClock) -> None:
    for topic in ("wanted", "unwanted", "wanted", "wanted"):
        with database.unit_of_work(ACTOR) as uow:
            uow.audit("tests.acted", "x", {})
            uow.publish(topic, "x", {})
        clock.advance(timedelta(seconds=10))
    assert waiting(database) == (3, 40)
    with database.bookkeeping() as session:
        note_done(session, "tests", [4])
    assert waiting(database) == (2, 40)  # those below were left lying
    with database.bookkeeping() as session:
        note_done(session, "tests", [1])
    assert waiting(database) == (1, 20)
    with database.bookkeeping() as session:
        note_done(session, "tests", [3])
    assert waiting(database) == (0, 0)


def test_backups_tell_until_when_they_restore_where_somebody_is_to_be_alarmed(
    database: Database, clock: FixedClock
) -> None:
    def said(hours: int) -> dict[tuple[str, ...], float]:
        with database.reader() as session:
            return told(backup_figures(hours)(session, clock.now()))

    assert said(0) == {}
    assert said(30) == {("backup_restorable_timestamp_seconds",): 0, ("backup_age_most_seconds",): 108_000}
    for until in (clock.now() - timedelta(days=3), clock.now() - timedelta(minutes=5)):
        note_verified(database, until)
        assert said(30)[("backup_restorable_timestamp_seconds",)] == until.timestamp()
