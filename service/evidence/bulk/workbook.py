"""A workbook of records as the CSV that it would be: one path for both from there on.

One line is one row of the sheet, blank ones too, so that a row has the number under which the sheet shows it; breaks
within a cell become spaces. A cell that begins with ``=`` is a formula, whatever it shows: its row is refused.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import IO, TYPE_CHECKING, Any

from service.evidence.intake.checker import Fault
from service.platform import Problem, WorkbookError, workbook_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.evidence.bulk.limits import Limits
    from service.evidence.bulk.records import Mapper

_FORMULA = "="
_AT_ONCE = 1_000


def csv_of(book: IO[bytes], limits: Limits) -> Iterator[bytes]:
    """The first sheet as CSV in UTF-8, piece by piece; columns without a heading are kept where a row fills them.

    Raises:
        Problem: ``import_xlsx_*`` and others of a workbook that cannot be read on; ``file_empty``.
    """
    width = 0
    try:
        piece = StringIO(newline="")
        writer = csv.writer(piece, lineterminator="\n")
        for number, cells, _ in workbook_rows(book, limits.workbook):
            texts = _trimmed([" ".join(cell.split()) if number == 1 else _one_line(cell) for cell in cells])
            width = width or len(texts)
            writer.writerow(texts + [""] * (width - len(texts)) if texts else ())
            if number % _AT_ONCE == 0:
                yield _taken(piece)
    except WorkbookError as error:
        raise Problem(error.code, row=error.row or 0, **error.params) from error
    yield _taken(piece)


def without_formulas(make: Mapper) -> Mapper:
    """Bodies of the cells by heading as ``make`` makes them, where no cell is a formula."""

    def body(cells: Mapping[str, str]) -> Mapping[str, Any] | Fault:
        for column, (heading, cell) in enumerate(cells.items(), 1):
            if cell.startswith(_FORMULA):
                return Fault("/" + heading.replace(".", "/"), "import_xlsx_formula", {"column": column})
        return make(cells)

    return body


def _trimmed(cells: Sequence[str]) -> list[str]:
    filled = [place for place, cell in enumerate(cells, 1) if cell]
    return list(cells[: filled[-1]]) if filled else []


def _one_line(cell: str) -> str:
    return " ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell


def _taken(piece: StringIO) -> bytes:
    content = piece.getvalue().encode()
    piece.seek(0)
    piece.truncate()
    return content
