"""The refused rows of a table as a workbook to be put right in: wrong cells coloured, remarks on a second sheet."""

from __future__ import annotations

import csv
from itertools import groupby, islice
from typing import IO, TYPE_CHECKING, Any

from service.evidence.bulk.limits import LIMITS
from service.evidence.bulk.lines import unpacked
from service.evidence.bulk.reading import pieces
from service.evidence.bulk.refused import refused_rows
from service.evidence.queries.bulk import bulk_remarks
from service.platform import UTF_8, EncodingSniffer, Problem, WrongCell, written_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.evidence.bulk.jobs import Job
    from service.platform import Database

    Tell = Callable[[Any], Sequence[str]]
    """What is said of one remark, cell by cell."""

ROWS, REMARKS = "有误的行 Rows", "问题 Errors"


def mending_workbook(database: Database, job: Job, headings: Sequence[str], tell: Tell) -> IO[bytes]:
    """The workbook; its first sheet, put right, is handed in as a file of its own. ``headings``: of the second.

    Raises:
        Problem: ``bulk_no_table``, of a file of JSON; ``bulk_too_many_refused``.
    """
    if job.format != "csv":
        raise Problem("bulk_no_table")
    if job.refused > LIMITS.mended:
        raise Problem("bulk_too_many_refused", value=job.refused, limit=LIMITS.mended)
    return written_workbook([(ROWS, _rows(database, job)), (REMARKS, _remarks(database, job, headings, tell))])


def _rows(database: Database, job: Job) -> Iterator[Sequence[str | WrongCell]]:
    encoding = _encoding(database, job)
    records = (_cells(raw, encoding) for raw in refused_rows(database, job))
    headings = next(records, [])
    yield headings
    with database.reader() as session:
        refused = (remark for remark in bulk_remarks(session, job.id) if remark.refused)
        wrong = ([remark.pointer for remark in of_row] for _, of_row in groupby(refused, lambda remark: remark.row))
        for cells, pointers in zip(records, wrong, strict=False):
            columns = {_column(headings, pointer) for pointer in pointers}
            yield [WrongCell(cell) if place in columns else cell for place, cell in enumerate(cells)]


def _remarks(database: Database, job: Job, headings: Sequence[str], tell: Tell) -> Iterator[Sequence[str]]:
    yield headings
    with database.reader() as session:
        for remark in islice(bulk_remarks(session, job.id), LIMITS.mended * LIMITS.faults):
            yield tell(remark)


def _column(headings: Sequence[str], pointer: str) -> int | None:
    """The column that a pointer is about: the longest heading that it begins with."""
    steps = pointer.removeprefix("/").split("/")
    names = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((headings.index(name) for name in names if name in headings), None)


def _cells(raw: bytes, encoding: str) -> list[str]:
    """The cells of a row; of one that is no CSV, its text in the first."""
    text = raw.decode(encoding, errors="replace").removesuffix("\n").removesuffix("\r")
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return [text]


def _encoding(database: Database, job: Job) -> str:
    sniffer = EncodingSniffer()
    for block in unpacked(pieces(database, job.file_id), LIMITS, compressed=job.compressed):
        sniffer.feed(block)
        if sniffer.encoding is not None:
            break
    return sniffer.encoding or UTF_8
