"""How a file's job stands: read, moved on, closed. A job is no evidence: its row moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import select, text, update

from scoring.kernel.merkle import MerkleTree
from service.evidence import tables
from service.evidence.bulk.stage import Bounds, bounds
from service.platform import Actor, Problem, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.evidence.bulk.parsing import Chunk
    from service.evidence.bulk.stage import Remark
    from service.platform import Database

GREATEST: Final = (1 << 63) - 1
"""The greatest number that a row can have."""
WORK_LOCK: Final = 7_346_602
"""First half of the advisory lock that whoever works on a job holds; the second is the job's number."""
_AT_WORK = text("""
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = :lock AND objsubid = 2
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
""")
_MOVING = ("rows", "stored", "held", "refused", "warned", "position", "state", "problem", "finished_at")


_RECORDED = text("""
SELECT a.id, a.detail, j.id AS job FROM audit a LEFT JOIN bulk_job j ON j.audit_id = a.id
 WHERE a.action = 'evidence.file_recorded' ORDER BY a.id
""")
_HANDED_IN_BY = text("""
(actor ->> 'kind', actor ->> 'id') IN
  (SELECT split_part(hand, ':', 1), split_part(hand, ':', 2) FROM unnest(CAST(:hands AS text[])) AS hand)
""")
_UNFLUSHED = text("SET LOCAL synchronous_commit = off")


class OvertakenError(Exception):
    """Another worker moved the job on meanwhile: what was done since is its to do, so undo it here."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file being worked off. ``rows`` of it so far: ``stored`` + ``held`` already + ``refused``; some ``warned``.

    ``position`` of ``size`` bytes as unpacked. ``read_rows``, ``read_position``: how far it was read at least, where
    nothing is kept before the end. ``problem``: why nothing was kept, as code and parameters. ``workbook``: SHA-256 of
    the workbook of which ``sha256`` is the CSV.
    """

    id: int
    file_id: int
    format: Literal["ndjson", "csv"]
    compressed: bool
    field_map: str | None
    mode: Literal["good", "all"]
    actor: Actor
    state: Literal["queued", "running", "done", "refused"]
    audit_id: int
    rows: int
    stored: int
    held: int
    refused: int
    warned: int
    position: int
    read_rows: int
    read_position: int
    size: int
    tree_size: int
    peaks: tuple[bytes, ...]
    bounds: Bounds
    problem: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None
    sha256: bytes
    workbook: bytes | None = None

    def after(self, chunk: Chunk, stored: int, held: int, remarks: list[Remark]) -> Job:
        """The job with a chunk worked off."""
        return replace(
            self,
            rows=self.rows + chunk.records,
            stored=self.stored + stored,
            held=self.held + held,
            refused=self.refused + len({remark.number for remark in remarks if remark.refused}),
            warned=self.warned + len({remark.number for remark in remarks if not remark.refused}),
            position=chunk.position,
            tree_size=chunk.size,
            peaks=tuple(chunk.peaks),
        )

    def done(self, now: datetime) -> Job:
        """The job with all worked off."""
        return replace(self, state="done", finished_at=now, position=self.size)

    def refused_by(self, problem: Problem) -> Job:
        """The job given up."""
        params = {name: str(value) for name, value in problem.params.items()}
        return replace(self, state="refused", problem={"code": problem.code, "params": params})

    def with_counts_of(self, other: Job) -> Job:
        """This job with what was read and refused in a try of which nothing was kept."""
        return replace(self, rows=other.rows, refused=other.refused, warned=other.warned)

    def audit_detail(self) -> dict[str, Any]:
        """What the audit row of the file says."""
        return {
            "sha256": self.sha256.hex(),
            "merkle_root": self.tree().root().hex(),
            **{name: getattr(self, name) for name in ("rows", "stored", "held", "refused")},
        }

    def tree(self) -> MerkleTree:
        """The Merkle tree over the bytes of the records so far."""
        return MerkleTree(self.tree_size, self.peaks)

    def save(self, session: Session, *, former: Job) -> None:
        """Write how the job stands, if it still stood as in ``former``.

        The lock of whoever works on a job goes with its session; a worker that lost it unawares must not count twice.

        Raises:
            OvertakenError: it stood elsewhere; nothing of this transaction may be kept.
        """
        row = tables.BulkJob
        values = {name: getattr(self, name) for name in _MOVING}
        tree = {"size": self.tree_size, "peaks": [peak.hex() for peak in self.peaks]}
        as_before = (row.state == former.state, row.position == former.position, row.rows == former.rows)
        moved = session.execute(
            update(row).where(row.id == self.id, *as_before).values(**values, tree=tree).returning(row.id)
        )
        if moved.one_or_none() is None:
            raise OvertakenError(self.id)


def begin(database: Database, job_id: int) -> Job:
    """Start a queued job: set its audit number aside and note what was there before. A started one goes on."""
    with database.bookkeeping() as session:
        row = _row(session, job_id)
        if row.state == "queued":
            connection: Any = session.connection().connection.driver_connection
            row.audit_id = database.next_audit_id(connection)
            row.bounds = bounds(connection)._asdict()
            row.state = "running"
        if row.state == "running":
            row.read_rows, row.read_position = row.rows, row.position
        session.flush()
        return _job(session, row)


def reload(database: Database, job_id: int) -> Job:
    """How a job stands.

    Raises:
        Problem: ``bulk_job_not_found``.
    """
    with database.reader() as session:
        return _job(session, _row(session, job_id))


def read_job(session: Session, job_id: int) -> Job:
    """How a job stands, in a session.

    Raises:
        Problem: ``bulk_job_not_found``.
    """
    return _job(session, _row(session, job_id))


def jobs_of(session: Session, actor: Actor, *, before: int | None, limit: int) -> list[Job]:
    """The jobs of the files that somebody handed in, by whichever of their tokens and accounts, newest first."""
    row = tables.BulkJob
    statement = select(row).where(_HANDED_IN_BY).params(hands=sorted(actor.hands)).order_by(row.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(row.id < before)
    return [_job(session, one) for one in session.scalars(statement)]


def note(database: Database, job: Job, *, former: Job, now: datetime) -> None:
    """Write that a job was given up.

    Raises:
        OvertakenError: another worker moved it on meanwhile.
    """
    with database.bookkeeping() as session:
        replace(job, finished_at=now).save(session, former=former)


def note_read(database: Database, job: Job) -> None:
    """Write how far a try has read that keeps nothing before its end; a transaction of its own, beside the try's."""
    row = tables.BulkJob
    with database.bookkeeping() as session:
        unflushed(session)
        session.execute(
            update(row)
            .where(row.id == job.id, row.state == "running")
            .values(read_rows=job.rows, read_position=job.position)
        )


def recorded(session: Session) -> Iterator[tuple[int, Mapping[str, Any], Job | None]]:
    """Every file's entry in the ledger: its number, what it says, and the job of the file if that is there."""
    entries = session.execute(_RECORDED).all()
    for number, detail, job_id in entries:
        row = None if job_id is None else session.get(tables.BulkJob, job_id)
        yield number, detail, None if row is None else _job(session, row)


def unflushed(session: Session) -> None:
    """Let this transaction commit without waiting for the disk.

    For what a crash of the server may take away unseen, since it is worked off again from the file: rows of a chunk
    together with the job's position. The transaction that ends a job waits, and what went before is on disk with it.
    """
    session.execute(_UNFLUSHED)


def left_lying(session: Session) -> int | None:
    """The oldest unfinished job while nobody works on any: its wake-up was lost, or its worker died."""
    if session.execute(_AT_WORK, {"lock": WORK_LOCK}).scalar_one():
        return None
    unfinished = tables.BulkJob.state.in_(("queued", "running"))
    return session.scalar(select(tables.BulkJob.id).where(unfinished).order_by(tables.BulkJob.id).limit(1))


def _row(session: Session, job_id: int) -> tables.BulkJob:
    row = None if job_id > GREATEST else session.get(tables.BulkJob, job_id)
    if row is None:
        raise Problem("bulk_job_not_found", value=job_id)
    return row


def _job(session: Session, row: tables.BulkJob) -> Job:
    file = session.get_one(tables.BulkFile, row.file_id)
    sets = {name: frozenset(row.actor.get(name, ())) for name in ("below", "others")}  # earlier releases name none
    lists = {name: tuple(row.actor.get(name, ())) for name in ("regions", "sources")}
    actor = {**row.actor, "role": Role(row.actor["role"]), **lists, **sets}
    return Job(
        id=row.id,
        file_id=row.file_id,
        format="csv" if row.format == "csv" else "ndjson",
        compressed=row.compressed,
        field_map=row.field_map,
        mode="all" if row.mode == "all" else "good",
        actor=Actor(**actor),
        state=row.state,  # type: ignore[arg-type] # this module writes no other
        audit_id=row.audit_id or 0,
        rows=row.rows,
        stored=row.stored,
        held=row.held,
        refused=row.refused,
        warned=row.warned,
        position=row.position,
        read_rows=row.read_rows,
        read_position=row.read_position,
        size=row.size,
        tree_size=row.tree["size"],
        peaks=tuple(bytes.fromhex(peak) for peak in row.tree["peaks"]),
        bounds=Bounds(**(row.bounds or {"event": 0, "occasion": 0, "act": 0})),
        problem=row.problem,
        created_at=row.created_at,
        finished_at=row.finished_at,
        sha256=file.sha256,
        workbook=row.workbook_sha256,
    )
