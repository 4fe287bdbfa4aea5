"""Lists as CSV that spreadsheet programs open as they are meant."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A heading and one line for each row (RFC 4180, with the mark by which spreadsheet programs know UTF-8)."""
    piece = StringIO(newline="")
    writer = csv.writer(piece)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return "\ufeff" + piece.getvalue()


def sheet_pieces(columns: Sequence[str], rows: Iterable[Sequence[Sequence[object]]]) -> Iterator[str]:
    """The same, piece by piece: of a list that is never in memory as a whole."""
    yield sheet(columns, ())
    for some in rows:
        piece = StringIO(newline="")
        csv.writer(piece).writerows([_safe(cell) for cell in row] for row in some)
        yield piece.getvalue()


def _safe(cell: object) -> object:
    """A text that begins like a formula is kept from being one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
