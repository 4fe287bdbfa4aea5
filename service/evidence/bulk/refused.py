"""The rows of a file that were refused, as they were sent: to be put right and handed in again."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.evidence import tables
from service.evidence.bulk.limits import LIMITS
from service.evidence.bulk.lines import lines, unpacked
from service.evidence.bulk.reading import pieces, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.evidence.bulk.jobs import Job
    from service.platform import Database

_AT_ONCE = 1_000


def refused_rows(database: Database, job: Job) -> Iterator[bytes]:
    """The refused rows of a file in their order and encoding, those of CSV below the file's own headings.

    Memory stays bounded.
    """
    if job.format == "csv":
        for header in islice(
            lines(unpacked(pieces(database, job.file_id), LIMITS, compressed=job.compressed), LIMITS), 1
        ):
            yield header.content + b"\n"
    wanted = _numbers(database, job.id)
    number = next(wanted, None)
    if number is None:
        return
    for record in records_of(pieces(database, job.file_id), replace(job, position=0), LIMITS):
        if record.number == number:
            yield record.raw + b"\n"
            number = next(wanted, None)
        if number is None:
            return


def _numbers(database: Database, job_id: int) -> Iterator[int]:
    """The numbers of the refused rows, ascending."""
    row = tables.BulkRowError.row
    statement = select(row).where(tables.BulkRowError.job_id == job_id, tables.BulkRowError.refused)
    with database.reader() as session:
        yield from session.scalars(statement.distinct().order_by(row).execution_options(yield_per=_AT_ONCE))
