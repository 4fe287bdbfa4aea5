"""A file of evidence whose worker is killed at each point: it goes on where it stood, and every row counts once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import text

from service import evidence
from service.evidence import Submission, left_lying, read_job, submit_bulk, work_off
from service.platform import Database, FixedClock
from tests.faults.stalling import end_where_it_waits, kill_where_it_waits, table
from tests.integration.ratings import town
from workers.jobs import bulk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.evidence import Job

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SOURCE = "killed"
CHUNK = 10_000  # rows of one transaction
IN_CHUNK_TWO = """
    INSERT INTO event (entity_id, source, source_ref, body_sha256, decision_kind, code, decided_on, final, audit_id)
    SELECT id, 'killed', 'r10005', '', 'penalty', 'fine', '2026-01-10', true, 1 FROM entity LIMIT 1
"""
"""Whoever wants to store this reference waits until it is known whether it is taken."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        town.found(database)
        with database.unit_of_work(town.OPERATOR) as uow:
            evidence.seed(uow)
        yield database
    finally:
        database.close()


def hand_in(database: Database, rows: int, mode: str) -> int:
    """A file about two entities, whose registration marks are already taken; returns the number of its job."""
    keys = [town.key_of(database, shop) for shop in town.people(database, 2)]
    with database.bookkeeping() as session:
        session.execute(text("DELETE FROM rerate_mark"))
    event: dict[str, Any] = {"source": SOURCE, "code": "problem_found", "decided_on": "2026-01-10"}
    lines = (orjson.dumps({**event, "source_ref": f"r{n}", "entity": keys[n % 2]}) + b"\n" for n in range(rows))
    with database.unit_of_work(town.OPERATOR) as uow:
        submission = Submission("ndjson", "all" if mode == "all" else "good")
        return submit_bulk(uow=uow, pieces=[b"".join(lines)], submission=submission).job_id


def job_of(database: Database, number: int) -> Job:
    with database.reader() as session:
        return read_job(session, number)


def stored(database: Database) -> tuple[int, int, int]:
    """Events of the file, marks, audit rows of files that were worked off."""
    with database.reader() as session:
        found = session.execute(
            text(
                "SELECT (SELECT count(*) FROM event WHERE source = :source), (SELECT count(*) FROM rerate_mark),"
                " (SELECT count(*) FROM audit WHERE action = 'evidence.file_recorded')"
            ),
            {"source": SOURCE},
        ).one()
        return found[0], found[1], found[2]


def finish(database: Database, number: int, rows: int) -> None:
    """The sweeper finds the job, whoever takes it up ends it, and once more changes nothing."""
    with database.reader() as session:
        assert left_lying(session) == number
    for _ in range(2):
        done = work_off(database=database, job_id=number)
        assert (done.state, done.rows, done.stored, done.held, done.refused) == ("done", rows, rows, 0, 0)
        assert stored(database) == (rows, 2, 1)


@pytest.mark.parametrize("mode", ["good", "all"])
@pytest.mark.parametrize(
    ("held", "kept"),
    [
        (table("bulk_job"), False),  # before the job is begun
        (table("event"), False),  # begun, nothing stored
        (table("rerate_mark"), True),  # every row stored, nobody marked
        (table("audit"), True),  # marked, not yet noted in the ledger
    ],
)
def test_a_file_killed_at_any_point_is_worked_off_once(
    database: Database, database_url: str, mode: str, held: str, *, kept: bool
) -> None:
    number = hand_in(database, 40, mode)
    kill_where_it_waits(database_url, partial(bulk.run, number), held)
    assert stored(database) == (40 if kept and mode == "good" else 0, 0, 0)
    assert job_of(database, number).stored == stored(database)[0]
    finish(database, number, 40)


@pytest.mark.parametrize("mode", ["good", "all"])
def test_a_file_killed_between_two_chunks_goes_on_with_the_second(
    database: Database, database_url: str, mode: str
) -> None:
    rows = CHUNK + 50
    number = hand_in(database, rows, mode)
    kill_where_it_waits(database_url, partial(bulk.run, number), IN_CHUNK_TWO)
    so_far = CHUNK if mode == "good" else 0
    assert (stored(database), job_of(database, number).rows) == ((so_far, 0, 0), so_far)
    finish(database, number, rows)


@pytest.mark.parametrize(("mode", "kept"), [("good", 2 * CHUNK), ("all", 0)])
def test_a_file_whose_worker_is_told_to_stop_ends_with_the_chunk_and_goes_on_later(
    database: Database, database_url: str, mode: str, kept: int
) -> None:
    rows = 2 * CHUNK + 50
    number = hand_in(database, rows, mode)
    assert end_where_it_waits(database_url, partial(bulk.run, number), IN_CHUNK_TWO) == 0
    assert (stored(database), job_of(database, number).rows) == ((kept, 0, 0), kept)
    finish(database, number, rows)
