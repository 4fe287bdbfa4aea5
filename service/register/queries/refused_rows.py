"""Refused rows of a file of entities, to be put right and sent again: as they were sent, or as a workbook."""

from __future__ import annotations

import csv
import io
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, Final

from sqlalchemy import text

from service.platform import Problem, WrongCell, written_workbook
from service.register.intake import FileFlaw, Limits
from service.register.intake.cells import fields_of
from service.register.queries.imports import import_flaws

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

MENDED: Final = 20_000
"""Refused rows that are written as a workbook, at most."""
JSON: Final = "ndjson"
ROWS, REMARKS = "有误的行 Rows", "问题 Errors"
_ROWS: Final = text("SELECT row, cells FROM entity_import_row WHERE import_id = :id ORDER BY row")
_ANY: Final = text("SELECT EXISTS (SELECT FROM entity_import_row WHERE import_id = :id)")
_PIECE: Final = 500


def refuse_where_none(session: Session, number: int) -> None:
    """Refuse an import that keeps no refused rows: there were none, or it is a catalogue's, or from before.

    Raises:
        Problem: ``import_no_refused_rows``.
    """
    if not session.execute(_ANY, {"id": number}).scalar_one():
        raise Problem("import_no_refused_rows")


def refused_rows(session: Session, number: int, file_format: str) -> Iterator[str]:
    """The refused rows as they were sent, a piece at a time: lines of JSON, or CSV under the headings of the table."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    if file_format != JSON:
        piece.write("\ufeff")
    for count, (row, cells) in enumerate(_stored(session, number), 1):
        if file_format != JSON:
            writer.writerow(cells)
        elif row:
            piece.write(f"{cells[0].rstrip()}\n")
        if count % _PIECE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def mending_workbook(session: Session, number: int, report: Mapping[str, Any], language: str) -> IO[bytes]:
    """A workbook of the refused rows of a table, wrong cells coloured, what is wrong on its second sheet.

    Raises:
        Problem: ``import_no_refused_rows``, ``import_no_table``, ``import_too_many_refused``.
    """
    refuse_where_none(session, number)
    if report["format"] == JSON:
        raise Problem("import_no_table")
    if report["refused"] > MENDED:
        raise Problem("import_too_many_refused", value=report["refused"], limit=MENDED)
    return written_workbook([(ROWS, _coloured(session, number)), (REMARKS, _remarks(session, number, language))])


def _coloured(session: Session, number: int) -> Iterator[Sequence[str | WrongCell]]:
    wrong = {
        row: [flaw.pointer or "" for _, flaw in flaws]
        for row, flaws in groupby(import_flaws(session, number), lambda one: one[0])
    }
    fields: list[str] = []
    for row, cells in _stored(session, number):
        if row == 0:
            fields = _fields(cells)
        places = {_place(fields, pointer) for pointer in wrong.get(row, ())}
        yield [WrongCell(cell) if place in places else cell for place, cell in enumerate(cells)]


def _remarks(session: Session, number: int, language: str) -> Iterator[Sequence[str]]:
    yield ("行 row", "pointer", "code", "说明 detail", "下一步 next")
    for row, flaw in import_flaws(session, number):
        said = flaw.text(language)
        yield (str(row), flaw.pointer or "", flaw.code, said.detail, said.next)


def _stored(session: Session, number: int) -> Iterator[tuple[int, list[str]]]:
    found = session.execute(_ROWS, {"id": number}, execution_options={"yield_per": 1_000})
    return ((row, cells) for row, cells in found)


def _fields(headings: Sequence[str]) -> list[str]:
    try:
        return fields_of(headings, Limits())
    except FileFlaw:  # headings that were known when the file was read
        return []


def _place(fields: Sequence[str], pointer: str) -> int | None:
    """The column that a pointer is about: the longest field that it begins with."""
    steps = pointer.removeprefix("/").split("/")
    names = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((fields.index(name) for name in names if name in fields), None)
