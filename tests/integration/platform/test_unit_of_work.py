"""A unit of work keeps everything or nothing, and never keeps a write that nobody answers for."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, ProgrammingError

from service.platform import Database, FixedClock, UnauditedWriteError, next_number, note_done, request_scope, undone
from tests.integration.platform.conftest import ACTOR


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.reader() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def test_audit_marks_and_outbox_are_one_transaction(database: Database, clock: FixedClock) -> None:
    with request_scope("request-77"), database.unit_of_work(ACTOR) as uow:
        number = uow.audit("tests.happened", "uscc:1", {"name": "城", "count": 3, "absent": None})
        uow.mark([5, 6], "event")
        uow.publish("tier.changed", "uscc:1", {"tier": "A"})
        uow.publish("tier.changed", "uscc:2", {"tier": "B"})
    assert rows(database, "SELECT id, recorded_at, actor_kind, actor_id, role, authority, request_id FROM audit") == [
        (number, clock.now(), "token", "t-1", "handler", "bj-culture", "request-77")
    ]
    assert rows(database, "SELECT detail FROM audit") == [({"name": "城", "count": 3, "absent": None},)]
    assert rows(database, "SELECT subject, reason FROM rerate_mark ORDER BY id") == [(5, "event"), (6, "event")]
    assert rows(database, "SELECT subject, payload FROM outbox ORDER BY id") == [
        ("uscc:1", {"tier": "A"}),
        ("uscc:2", {"tier": "B"}),
    ]


def test_an_exception_undoes_everything_and_runs_nothing_after(database: Database) -> None:
    ran: list[str] = []

    def fail_after_writing() -> None:
        with database.unit_of_work(ACTOR) as uow:
            uow.audit("tests.happened", "uscc:1", {})
            uow.mark([1], "event")
            uow.flush()
            uow.after_commit(lambda: ran.append("ran"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    assert rows(database, "SELECT id FROM audit") == rows(database, "SELECT id FROM rerate_mark") == []
    assert ran == []


@pytest.mark.parametrize(
    "statement", ["INSERT INTO counter (name) VALUES ('x')", "DELETE FROM counter WHERE name = 'y'"]
)
def test_a_write_without_an_audit_row_is_refused(database: Database, statement: str) -> None:
    with database.bookkeeping() as session:
        session.execute(text("INSERT INTO counter (name) VALUES ('y')"))
    with pytest.raises(UnauditedWriteError), database.unit_of_work(ACTOR) as uow:
        uow.session.execute(text(statement))
    assert rows(database, "SELECT name FROM counter") == [("y",)]


def test_a_unit_of_work_that_only_reads_needs_no_audit_row(database: Database) -> None:
    with database.unit_of_work(ACTOR) as uow:
        assert uow.session.execute(text("SELECT 1")).scalar_one() == 1


def test_an_abandoned_unit_of_work_keeps_nothing_and_wakes_nobody(database: Database) -> None:
    ran: list[str] = []
    with database.unit_of_work(ACTOR) as uow:
        uow.session.execute(text("CREATE TEMPORARY TABLE staged (x int) ON COMMIT DROP"))
        uow.session.execute(text("INSERT INTO counter (name) VALUES ('x')"))
        uow.mark([1], "event")
        uow.after_commit(lambda: ran.append("ran"))
        uow.abandon()
    assert rows(database, "SELECT name FROM counter") == rows(database, "SELECT subject FROM rerate_mark") == []
    assert ran == []


def test_an_audit_row_flushed_early_still_counts(database: Database) -> None:
    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.first", "uscc:1", {})
        uow.flush()
        uow.mark([1], "event")
    assert rows(database, "SELECT subject FROM rerate_mark") == [(1,)]


def test_what_fails_after_the_commit_does_not_undo_it_nor_stop_the_next(database: Database) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise RuntimeError

    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.happened", "uscc:1", {})
        uow.after_commit(fail)
        uow.after_commit(lambda: ran.append("ran"))
    assert ran == ["ran"]
    assert len(rows(database, "SELECT id FROM audit")) == 1


@pytest.mark.parametrize("table", ["audit", "outbox", "ledger_seal", "query_log"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_what_was_recorded(database: Database, table: str, change: str) -> None:
    column = "seq" if table == "ledger_seal" else "subject"
    with pytest.raises(ProgrammingError, match="permission denied"), database.bookkeeping() as session:
        session.execute(text(change.format(table, column, column)))


def test_a_reader_cannot_write_and_sees_one_snapshot(database: Database) -> None:
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM audit")).scalar_one() == 0
        with database.unit_of_work(ACTOR) as uow:
            uow.audit("tests.happened", "uscc:1", {})
        assert session.execute(text("SELECT count(*) FROM audit")).scalar_one() == 0
        with pytest.raises(InternalError, match="read-only"):
            session.execute(text("DELETE FROM rerate_mark"))


def test_audit_numbers_are_unique_across_threads_and_forks(database: Database) -> None:
    def write(count: int) -> None:
        for _ in range(count):
            with database.unit_of_work(ACTOR) as uow:
                uow.audit("tests.happened", "uscc:1", {})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, [40] * 4))
    parent = database._numbers[:]  # noqa: SLF001 - what a fork inherits is the point
    database._pid = os.getpid() + 1  # noqa: SLF001 - as if this were the child
    write(1)
    written = [row[0] for row in rows(database, "SELECT id FROM audit ORDER BY recorded_at")]
    assert len(set(written)) == 161
    assert not set(parent) & set(written)


def test_counters_have_no_gaps_even_when_a_transaction_is_undone(database: Database) -> None:
    def take() -> int:
        with database.unit_of_work(ACTOR) as uow:
            number = next_number(uow, "draw")
            uow.audit("tests.numbered", f"draw:{number}", {})
        return number

    def take_and_fail() -> None:
        with database.unit_of_work(ACTOR) as uow:
            next_number(uow, "draw")
            raise InterruptedError

    assert take() == 1
    for expected in (2, 3):
        with pytest.raises(InterruptedError):
            take_and_fail()
        assert take() == expected


def test_a_consumer_sees_late_commits_and_never_a_row_twice(database: Database) -> None:
    with database.unit_of_work(ACTOR) as late:
        late.publish("tier.changed", "late", {})
        late.audit("tests.late", "late", {})
        late.flush()
        with database.unit_of_work(ACTOR) as early:
            early.publish("tier.changed", "early", {})
            early.publish("other", "elsewhere", {})
            early.audit("tests.early", "early", {})
        with database.bookkeeping() as session:
            found = undone(session, "notices", ["tier.changed"])
            assert [row.subject for row in found] == ["early"]
            note_done(session, "notices", [row.id for row in found])
    with database.bookkeeping() as session:
        assert [row.subject for row in undone(session, "notices", ["tier.changed"])] == ["late"]
        assert [row.subject for row in undone(session, "others", ["tier.changed"])] == ["late", "early"]
