"""Receiving a file: its bytes and its job are committed before anybody is told that it was accepted."""

from __future__ import annotations

from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import insert, text

from service.evidence import tables
from service.evidence.bulk.fieldmap import field_map
from service.evidence.bulk.limits import LIMITS, PIECE, Limits
from service.evidence.bulk.lines import ENCODINGS, surveyed, unpacked, watched
from service.evidence.bulk.records import csv_header
from service.evidence.bulk.workbook import csv_of
from service.platform import UTF_8, EncodingSniffer, Problem, refusing_identity_numbers, spooled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from service.evidence.bulk.lines import Line
    from service.platform import Actor, UnitOfWork

_GZIP = b"\x1f\x8b"
_NEXT = text("SELECT nextval(pg_get_serial_sequence('bulk_file', 'id'))")
_FILE = text("INSERT INTO bulk_file (id, sha256, size) OVERRIDING SYSTEM VALUE VALUES (:id, :sha256, :size)")


class Submission(NamedTuple):
    """What is to be done with a file. ``mode``: keep the good rows, or all or none."""

    format: Literal["ndjson", "csv", "xlsx"]
    mode: Literal["good", "all"] = "good"
    field_map: str | None = None


class Received(NamedTuple):
    """A received file and its job. ``sha256``: of the file as it was sent."""

    job_id: int
    sha256: bytes
    size: int


def submit_bulk(
    *, uow: UnitOfWork, pieces: Iterable[bytes], submission: Submission, limits: Limits = LIMITS
) -> Received:
    """Store a file (packed with gzip or not) and its job; ``work_off`` does the rest. Memory stays bounded.

    Raises:
        Problem: the file as a whole cannot be taken: empty, damaged or explosive packing, a line or header that
            cannot be, an unknown field map, an identity number in it; nothing is stored.
    """
    if submission.field_map is not None:
        field_map(submission.field_map)
    if submission.format != "xlsx":
        return _received(uow, pieces, submission, limits)
    with spooled(_bounded(pieces, limits)) as book:
        workbook = file_digest(book, "sha256").digest()  # type: ignore[arg-type] # in memory or on disk, a file
        book.seek(0)
        return _received(uow, csv_of(book, limits), submission._replace(format="csv"), limits, workbook)


def _received(
    uow: UnitOfWork, pieces: Iterable[bytes], submission: Submission, limits: Limits, workbook: bytes | None = None
) -> Received:
    intake = _Intake(uow.session, pieces)
    compressed = intake.begins_with(_GZIP)
    size = _inspected(intake.pieces(), submission, limits, compressed=compressed)
    digest = intake.finish()
    job = {
        "file_id": intake.file_id,
        "format": submission.format,
        "compressed": compressed,
        "field_map": submission.field_map,
        "mode": submission.mode,
        "actor": actor_document(uow.actor),
        "state": "queued",
        "size": size,
        "created_at": uow.now,
        **dict.fromkeys(("rows", "stored", "held", "refused", "warned"), 0),
        **dict.fromkeys(("position", "read_rows", "read_position"), 0),
        "tree": {"size": 0, "peaks": []},
        "bounds": {},
        "workbook_sha256": workbook,
    }
    number = uow.session.execute(insert(tables.BulkJob).values(job).returning(tables.BulkJob.id)).scalar_one()
    said = {"sha256": digest.hex(), "size": intake.size}
    if workbook is not None:
        said["workbook_sha256"] = workbook.hex()
    uow.audit("evidence.file_received", f"bulk:{number}", said)
    uow.wake("bulk", number)
    return Received(number, workbook or digest, intake.size)


def _bounded(pieces: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    """The pieces of a workbook, as many as one may have."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.workbook.workbook:
            raise Problem("import_xlsx_too_large")
        yield piece


def _inspected(pieces: Iterator[bytes], submission: Submission, limits: Limits, *, compressed: bool) -> int:
    """Read the whole file once; returns its size as unpacked."""
    blocks = unpacked(pieces, limits, compressed=compressed)
    sniffer, is_csv = EncodingSniffer(), submission.format == "csv"

    def look(line: Line) -> None:
        if is_csv:
            csv_header(line, limits, sniffer, mapped=submission.field_map is not None)

    watching = watched(blocks, sniffer, read=ENCODINGS if is_csv else UTF_8.upper())
    return surveyed(refusing_identity_numbers(watching, _identity_number), limits, look)


def _identity_number(row: int) -> Problem:
    return Problem("identity_number_in_file", row=row)


class _Intake:
    """Stores pieces of even size as they are read."""

    def __init__(self, session: Session, pieces: Iterable[bytes]) -> None:
        self._session = session
        self._source = _even(pieces)
        self._first = next(self._source, b"")
        self._digest = sha256()
        self._number = 0
        self.size = 0
        self.file_id: int = session.execute(_NEXT).scalar_one()

    def begins_with(self, mark: bytes) -> bool:
        """Whether the file begins with these bytes."""
        return self._first.startswith(mark)

    def pieces(self) -> Iterator[bytes]:
        """The pieces, each stored before it is handed on."""
        if self._first:
            yield self._kept(self._first)
        for piece in self._source:
            yield self._kept(piece)

    def _kept(self, piece: bytes) -> bytes:
        row = {"file_id": self.file_id, "number": self._number, "bytes": piece}
        self._session.execute(insert(tables.BulkChunk), [row])
        self._digest.update(piece)
        self.size += len(piece)
        self._number += 1
        return piece

    def finish(self) -> bytes:
        """Store the file's own row; returns its SHA-256."""
        digest = self._digest.digest()
        self._session.execute(_FILE, {"id": self.file_id, "sha256": digest, "size": self.size})
        return digest


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, but for the last."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)


def actor_document(actor: Actor) -> dict[str, Any]:
    """An actor as a job keeps it."""
    return {
        "kind": actor.kind,
        "id": actor.id,
        "role": actor.role.value,
        "authority": actor.authority,
        "regions": list(actor.regions),
        "subject": actor.subject,
        "below": sorted(actor.below),
        "sources": list(actor.sources),
        "others": sorted(actor.others),
    }
