"""A worker whose lock was cut without its knowing: whatever two of them do, a file is counted once."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.evidence import left_lying, read_job, work_off
from service.evidence.bulk.jobs import WORK_LOCK, OvertakenError
from service.evidence.bulk.limits import Limits
from tests.integration.evidence.bulk_files import EVENT, events, ndjson, receive

if TYPE_CHECKING:
    from service.evidence import Job
    from service.platform import Database

FILE = ndjson(*events(20), {**EVENT, "source_ref": "bad", "entity": "own:nobody"}, *events(9, source="other"))
CHUNKS = Limits(rows=7)


def cut_lock(database: Database) -> int:
    """End the session that holds the lock of a job, as a broken network would; returns how many there were.

    Returns once the server has let go of the lock: until then whoever looks still finds the job in work.
    """
    statement = text(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND classid = :lock"
    )
    with database.bookkeeping() as session:
        ended = session.scalars(statement, {"lock": WORK_LOCK}).all()
    assert all(ended)
    return len(ended)


def counted(database: Database) -> dict[str, int]:
    """How many rows there are of what a file leaves behind."""
    with database.reader() as session:
        return {
            what: int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 - a test's own
            for what in ("event", "rerate_mark", "bulk_row_error", "audit WHERE action = 'evidence.file_recorded'")
        }


def figures(job: Job) -> tuple[str, int, int, int, int]:
    return (job.state, job.rows, job.stored, job.held, job.refused)


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_worker_overtaken_after_its_lock_was_cut_writes_nothing_more(database: Database, at: int) -> None:
    job_id = receive(database, FILE)
    others: list[Job] = []
    told: list[int] = []

    def cut(job: Job) -> None:
        told.append(job.rows)
        if len(told) == at:
            assert cut_lock(database) == 1
            with database.reader() as session:
                assert left_lying(session) == job_id
            others.append(work_off(database=database, job_id=job_id, limits=CHUNKS))

    mine = work_off(database=database, job_id=job_id, on_progress=cut, limits=CHUNKS)
    assert len(told) == at
    assert figures(mine) == figures(others[0]) == ("done", 30, 29, 0, 1)
    assert list(counted(database).values()) == [29, 1, 1, 1]
    assert len(mine.tree().root()) == 32
    assert mine.tree().root() == others[0].tree().root()


def test_a_worker_overtaken_only_in_part_leaves_the_rest_to_the_other(database: Database) -> None:
    """The other dies after one more chunk: a third goes on from there, and the first keeps out of it."""
    job_id = receive(database, FILE)

    class DeadError(Exception):
        """The other worker dies."""

    def die(_: Job) -> None:
        raise DeadError

    def cut(_: Job) -> None:
        cut_lock(database)
        with pytest.raises(DeadError):
            work_off(database=database, job_id=job_id, on_progress=die, limits=CHUNKS)

    mine = work_off(database=database, job_id=job_id, on_progress=cut, limits=CHUNKS)
    assert figures(mine) == ("running", 14, 14, 0, 0)
    assert figures(work_off(database=database, job_id=job_id, limits=CHUNKS)) == ("done", 30, 29, 0, 1)
    assert list(counted(database).values()) == [29, 1, 1, 1]


def test_two_at_once_on_a_file_of_all_or_none_keep_it_once(database: Database) -> None:
    job_id = receive(database, ndjson(*events(40)), mode="all")
    others: list[Future[Job]] = []
    with ThreadPoolExecutor(1) as threads:

        def cut(_: Job) -> None:
            if not others:
                cut_lock(database)
                others.append(threads.submit(work_off, database=database, job_id=job_id, limits=CHUNKS))

        mine = work_off(database=database, job_id=job_id, on_progress=cut, limits=CHUNKS)
        other = others[0].result()
    assert figures(mine) == figures(other) == ("done", 40, 40, 0, 0)
    assert list(counted(database).values()) == [40, 1, 0, 1]


def test_a_worker_whose_lock_was_cut_ends_well_where_nobody_followed(database: Database) -> None:
    job_id = receive(database, FILE)
    mine = work_off(database=database, job_id=job_id, on_progress=lambda _: cut_lock(database) and None, limits=CHUNKS)
    assert figures(mine) == ("done", 30, 29, 0, 1)


def test_a_worker_that_gives_up_late_does_not_undo_what_the_other_finished(database: Database) -> None:
    """The first meets a line that its own, lower limit forbids; by then the file is done."""
    job_id = receive(database, ndjson(*events(20), {**EVENT, "case_ref": "x" * 120}))

    def cut(_: Job) -> None:
        cut_lock(database)
        work_off(database=database, job_id=job_id)

    mine = work_off(database=database, job_id=job_id, on_progress=cut, limits=Limits(rows=7, line=150))
    assert figures(mine) == ("done", 21, 21, 0, 0)
    assert mine.problem is None


@pytest.mark.parametrize("changed", ["rows", "position", "state"])
def test_a_job_is_moved_only_from_where_it_stands(database: Database, changed: str) -> None:
    job_id = receive(database, FILE)
    with database.reader() as session:
        job = read_job(session, job_id)
    value = "'done'" if changed == "state" else "1"
    with database.bookkeeping() as session:
        session.execute(text(f"UPDATE bulk_job SET {changed} = {value}"))  # noqa: S608 - a test's own
    with pytest.raises(OvertakenError), database.bookkeeping() as session:
        job.save(session, former=job)
