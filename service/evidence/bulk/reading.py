"""The stored bytes of a file back to records, from where a job stands."""

from __future__ import annotations

from itertools import chain, count, islice
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.evidence.bulk.columns import body_of
from service.evidence.bulk.fieldmap import field_map
from service.evidence.bulk.lines import lines, unpacked, watched
from service.evidence.bulk.records import csv_records, ndjson
from service.evidence.bulk.workbook import without_formulas
from service.platform import EncodingSniffer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from service.evidence.bulk.jobs import Job
    from service.evidence.bulk.limits import Limits
    from service.evidence.bulk.records import Record
    from service.platform import Database

_PIECE = text("SELECT bytes FROM bulk_chunk WHERE file_id = :file AND number = :number")


def records_of(pieces: Iterable[bytes], job: Job, limits: Limits) -> Iterator[Record]:
    """The records that a job has not worked off yet, of all the pieces of its file."""
    blocks = unpacked(pieces, limits, compressed=job.compressed)
    if job.format == "ndjson":
        return ndjson(line for line in lines(blocks, limits) if line.end > job.position)
    sniffer = EncodingSniffer()
    every = lines(watched(blocks, sniffer), limits)
    rename = None if job.field_map is None else field_map(job.field_map).body
    if job.workbook is not None:
        rename = without_formulas(rename or body_of)
    header = islice(every, 1)
    rest = (line for line in every if line.end > job.position)
    return csv_records(chain(header, rest), limits, sniffer, rename)


def pieces(database: Database, file_id: int) -> Iterator[bytes]:
    """The bytes of a file as they came, piece by piece."""
    for number in count():
        with database.reader() as session:
            piece = _piece(session, file_id, number)
        if piece is None:
            return
        yield piece


def pieces_in(session: Session, file_id: int) -> Iterator[bytes]:
    """The same, in one session."""
    for number in count():
        piece = _piece(session, file_id, number)
        if piece is None:
            return
        yield piece


def _piece(session: Session, file_id: int, number: int) -> bytes | None:
    piece: bytes | None = session.execute(_PIECE, {"file": file_id, "number": number}).scalar_one_or_none()
    return piece
