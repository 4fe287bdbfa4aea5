"""Working a file off: chunk by chunk, each with its own commit, and exactly once whatever happens between two of them.

The rows of a file bear one audit number, set aside at the start. Its audit row is written at the end, with the digest
of the file and the Merkle root of its records; until then the rows are not sealed, and no entity is marked.
"""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from scoring.kernel.merkle import MerkleTree
from service.evidence import tables
from service.evidence.bulk.jobs import WORK_LOCK, Job, OvertakenError, begin, note, note_read, reload, unflushed
from service.evidence.bulk.limits import LIMITS, Limits
from service.evidence.bulk.parsing import Chunk, chunks
from service.evidence.bulk.reading import pieces, records_of
from service.evidence.bulk.stage import Remark, Stage, driver, mark_touched
from service.evidence.intake.applying import apply, target_of
from service.evidence.intake.checker import Fault
from service.evidence.queries.catalogue import catalogue
from service.platform import Problem, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from service.evidence.catalogue import Catalogue
    from service.platform import Database, UnitOfWork

_TELLS: Final = 10_000
"""Remarks that are kept where nothing else is."""
_SWITCH: Final = 0.0005
"""Seconds that a thread which waits for the interpreter is kept waiting by another that computes."""
_OBJECTS: Final = 100_000
"""Objects made between two searches for cycles."""
_TRY = text("SELECT pg_try_advisory_lock(:lock, :job)")
_LET_GO = text("SELECT pg_advisory_unlock(:lock, :job)")


class _NothingKeptError(Exception):
    """Some row was refused and all or none was asked for: undo what was stored."""


class _StoppedError(Exception):
    """We were told to stop: whoever comes next goes on from what is committed."""


def work_off(
    *,
    database: Database,
    job_id: int,
    on_progress: Callable[[Job], None] = lambda _: None,
    limits: Limits = LIMITS,
    stopping: Callable[[], bool] = lambda: False,
) -> Job:
    """Work a job off, from where it stands; returns how it stands then. A job that another works on is left to it.

    ``stopping`` is asked after every chunk whether to leave the rest, for a later call to go on with.

    Raises:
        Problem: ``bulk_job_not_found``.
    """
    with _alone(database, job_id) as alone, _two_threads():
        job = begin(database, job_id) if alone else reload(database, job_id)
        if alone and job.state == "running":

            def tell(job: Job) -> None:
                on_progress(job)
                if stopping():
                    raise _StoppedError

            with suppress(OvertakenError, _StoppedError):
                _go_on(database, job, tell, limits)
    return reload(database, job_id)


def _go_on(database: Database, job: Job, tell: Callable[[Job], None], limits: Limits) -> None:
    try:
        (_all if job.mode == "all" else _good)(database, job, tell, limits)
    except Problem as problem:
        _give_up(database, job.id, problem)


@contextmanager
def _two_threads() -> Iterator[None]:
    """The interpreter set for one thread that reads and one that stores, until the block ends.

    The thread that stores mostly waits for the server, and must not wait for the other too whenever it goes on. The
    rows of a chunk live together and make no cycles: to look among them for some took a third of the time of reading.
    """
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(_SWITCH)
    gc.set_threshold(_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)


@contextmanager
def _alone(database: Database, job_id: int) -> Iterator[bool]:
    """Whether nobody else works on the job; a process that dies lets go of it."""
    with database.engine.connect() as connection:
        key = {"lock": WORK_LOCK, "job": job_id % 2**31}
        taken = bool(connection.execute(_TRY, key).scalar_one())
        connection.commit()
        try:
            yield taken
        finally:
            if taken:
                _let_go(connection, key)


def _let_go(connection: Connection, key: Mapping[str, int]) -> None:
    """Let go of a job; where the session was cut, the lock is gone already."""
    try:
        connection.execute(_LET_GO, key)
        connection.commit()
    except DBAPIError:
        connection.invalidate()


def _good(database: Database, job: Job, tell: Callable[[Job], None], limits: Limits) -> None:
    """Keep the good rows: every chunk is a transaction, which also moves the job on."""
    known = catalogue(database, afresh=True)
    for chunk in _ahead(_chunks(database, job, known, limits)):
        with database.bookkeeping() as session:
            unflushed(session)
            stored = _store(session, database, job, chunk, known)
            former, job = job, job.after(chunk, *stored)
            job.save(session, former=former)
        tell(job)
    with database.unit_of_work(job.actor) as uow:
        job = _close(uow, job, former=job)
    tell(job)


def _all(database: Database, job: Job, tell: Callable[[Job], None], limits: Limits) -> None:
    """Keep all rows or none: one transaction for the file."""
    known = catalogue(database, afresh=True)
    remarks: list[Remark] = []
    begun = job
    try:
        with database.unit_of_work(job.actor) as uow:
            for chunk in _ahead(_chunks(database, job, known, limits)):
                stored, held, told = _store(uow.session, database, job, chunk, known)
                job = job.after(chunk, stored, held, told)
                remarks += told[: _TELLS - len(remarks)]
                note_read(database, job)
                tell(job)
            job = _close(uow, job, former=begun)
    except _NothingKeptError:
        refused = begun.with_counts_of(job).refused_by(Problem("row_refused"))
        with database.bookkeeping() as session:
            replace(refused, finished_at=database.clock.now()).save(session, former=begun)
            _tell_rows(session, job.id, remarks)
    tell(job)


def _give_up(database: Database, job_id: int, problem: Problem) -> None:
    """End a job that cannot go on; what its earlier chunks stored is audited and marked as ever."""
    former = reload(database, job_id)
    job = former.refused_by(problem)
    if former.state != "running":
        raise OvertakenError(job_id)
    if not job.stored:
        note(database, job, former=former, now=database.clock.now())
        return
    with database.unit_of_work(job.actor) as uow:
        mark_touched(driver(uow.session), job.bounds, job.audit_id, "file")
        replace(job, finished_at=uow.now).save(uow.session, former=former)
        uow.audit("evidence.file_recorded", f"bulk:{job.id}", job.audit_detail(), number=job.audit_id)
        uow.wake("drain")


def _close(uow: UnitOfWork, job: Job, *, former: Job) -> Job:
    """Write the file's audit row and the marks, and end the job."""
    if job.mode == "all" and job.refused:
        raise _NothingKeptError
    ended = job.done(uow.now)
    ended.save(uow.session, former=former)
    mark_touched(driver(uow.session), ended.bounds, ended.audit_id)
    uow.audit("evidence.file_recorded", f"bulk:{ended.id}", ended.audit_detail(), number=ended.audit_id)
    uow.wake("drain")
    return ended


def _chunks(database: Database, job: Job, known: Catalogue, limits: Limits) -> Iterator[Chunk]:
    tree = MerkleTree(job.tree_size, job.peaks)
    records = records_of(pieces(database, job.file_id), job, limits)
    return chunks(records, known, limits, tree, job.actor)


def _ahead(source: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks, the next one made by a thread while one is stored."""
    with ThreadPoolExecutor(1, thread_name_prefix="bulk-parse") as pool:
        coming = pool.submit(next, source, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, source, None)
            yield chunk


def _store(
    session: Session, database: Database, job: Job, chunk: Chunk, known: Catalogue
) -> tuple[int, int, list[Remark]]:
    """Store a chunk: occasions, events, acts. Returns how many were stored, how many held, and what is said of rows."""
    now = database.clock.now()
    outcome = Stage(driver(session), job.actor, now, job.audit_id).store(chunk.rows, hopeful=not job.held)
    stored, held, remarks = outcome.stored, outcome.held, [*chunk.remarks, *outcome.remarks]
    for number, draft in chunk.acts:
        target = target_of(session, draft)
        if target is None:
            ref = "/".join(draft.event or ())
            remarks.append(Remark(number, Fault("/event", "event_not_found", {"value": ref}), refused=True))
            continue
        receipt = apply(session, draft, target, known, (job.actor, now, job.audit_id))
        if isinstance(receipt, list):
            remarks += [Remark(number, fault, refused=True) for fault in receipt]
        else:
            stored, held = stored + (not receipt.held), held + receipt.held
            remarks += [Remark(number, fault, refused=False) for fault in receipt.warnings]
    if job.mode == "good":
        _tell_rows(session, job.id, remarks)
    return stored, held, remarks


def _tell_rows(session: Session, job_id: int, remarks: list[Remark]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "job_id": job_id,
            "row": remark.number,
            "pointer": storable(remark.fault.pointer),
            "code": remark.fault.code,
            "refused": remark.refused,
            "params": {name: storable(str(value)) for name, value in remark.fault.params.items()},
        }
        for remark in sorted(remarks, key=lambda remark: remark.number)
    ]
    if rows:
        session.execute(insert(tables.BulkRowError), rows)
