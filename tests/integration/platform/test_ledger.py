"""The ledger: sealed in order, answered for, and any later change found."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from service.platform import (
    Database,
    FixedClock,
    Problem,
    last_position,
    ledger_check,
    position_at,
    seal,
    sealed_through,
)
from tests.builders.owning import behind_the_back
from tests.integration.platform.conftest import ACTOR


def write(database: Database, subject: str) -> int:
    with database.unit_of_work(ACTOR) as uow:
        return uow.audit("tests.happened", subject, {"subject": subject, "list": [1, True, None]})


def position(database: Database, instant: datetime) -> int:
    with database.reader() as session:
        return position_at(session, instant)


def test_rows_are_sealed_in_the_order_of_recording_whatever_their_numbers(
    database: Database, clock: FixedClock
) -> None:
    first = write(database, "first")
    database._numbers.clear()  # noqa: SLF001 - the next number comes from a later block, as another process's would
    clock.advance(-timedelta(seconds=5))
    second = write(database, "recorded earlier")
    assert second > first
    clock.advance(timedelta(seconds=10))
    assert seal(database) == 2
    with database.reader() as session:
        sealed = session.execute(text("SELECT seq, audit_id FROM ledger_seal ORDER BY seq")).all()
    assert [tuple(row) for row in sealed] == [(1, second), (2, first)]


def test_batches_make_one_chain(database: Database) -> None:
    for index in range(7):
        write(database, str(index))
    assert seal(database, batch=3) == 7
    with database.reader() as session:
        report = ledger_check(session)
    assert (report.sealed, report.unsealed, report.faults) == (7, 0, ())
    assert report.intact
    assert seal(database) == 0


def test_known_at_resolves_to_the_last_seal_at_that_instant(database: Database, clock: FixedClock) -> None:
    before = clock.now()
    write(database, "one")
    clock.advance(timedelta(seconds=1))
    seal(database)
    at_first = clock.now()
    write(database, "two")
    clock.advance(timedelta(seconds=1))
    seal(database)
    assert [position(database, instant) for instant in (before, at_first, clock.now())] == [0, 1, 2]


def test_an_instant_after_the_last_sealing_is_refused_until_it_is_sealed(database: Database, clock: FixedClock) -> None:
    with pytest.raises(Problem, match="not_yet_sealed"):
        position(database, clock.now())
    seal(database)
    assert position(database, clock.now()) == 0
    with pytest.raises(Problem, match="not_yet_sealed") as caught:
        position(database, clock.now() + timedelta(microseconds=1))
    assert caught.value.status == 409
    clock.advance(timedelta(seconds=1))
    seal(database)
    assert position(database, clock.now()) == 0


def test_an_instant_once_answered_never_changes_even_when_the_clock_stands_still_or_goes_back(
    database: Database, clock: FixedClock
) -> None:
    seal(database)
    asked = clock.now()
    assert position(database, asked) == 0
    write(database, "same instant")
    seal(database)
    clock.advance(-timedelta(hours=1))
    write(database, "clock went back")
    seal(database)
    assert position(database, asked) == 0
    with database.reader() as session:
        assert last_position(session) == 2
        horizon = sealed_through(session)
    assert horizon is not None
    assert horizon > asked
    assert position(database, horizon) == 2


def test_a_row_that_commits_late_is_sealed_later(database: Database, clock: FixedClock) -> None:
    with database.unit_of_work(ACTOR) as late:
        late.audit("tests.late", "late", {})
        late.flush()
        write(database, "early")
        clock.advance(timedelta(seconds=1))
        assert seal(database) == 1
        asked = clock.now()
    clock.advance(timedelta(seconds=1))
    assert seal(database) == 1
    assert (position(database, asked), position(database, clock.now())) == (1, 2)


def test_only_one_sealer_works_at_a_time(database: Database, database_url: str) -> None:
    write(database, "one")
    other = Database(database_url)
    with other.bookkeeping() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(7346602)"))
        assert seal(database) == 0
    other.close()
    assert seal(database) == 1


@pytest.mark.parametrize(
    ("forgery", "sentence"),
    [
        ("UPDATE audit SET detail = '{}' WHERE subject = '1'", "seal 2 does not fit"),
        ("UPDATE audit SET actor_id = 'x' WHERE subject = '0'", "seal 1 does not fit"),
        ("DELETE FROM audit WHERE subject = '1'", "which is gone"),
        ("DELETE FROM ledger_seal WHERE seq = 2", "stands where 2 is due"),
        ("UPDATE ledger_seal SET hash = decode(repeat('00', 32), 'hex') WHERE seq = 3", "seal 3 does not fit"),
        ("DELETE FROM ledger_seal WHERE seq = 3", "1 audit rows bear no seal"),
    ],
)
def test_any_change_behind_the_back_of_the_triggers_is_found(database: Database, forgery: str, sentence: str) -> None:
    for index in range(3):
        write(database, str(index))
    seal(database)
    behind_the_back(database, forgery)
    with database.reader() as session:
        report = ledger_check(session)
    assert any(sentence in fault for fault in report.faults), report.faults
    assert sentence in report.sentence()
