"""XLSX to rows of text. The first sheet is read; formulas are not worked out: what they show is not in the file."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 16 * 1024**2
_ENTRIES = 2_000
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BLOCK = 64 * 1024
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of the former format begin, and how encrypted workbooks do."""
_SHEETS: Final = "worksheets/"
_MARKS_OF_A_CELL: Final = 100
_MACROS = "vbaproject.bin"


class WorkbookBounds(Protocol):
    """How much of a workbook is read before it is refused; see ``WorkbookLimits``."""

    @property
    def expansion(self) -> int: ...  # noqa: D102 -- as WorkbookLimits says
    @property
    def expansion_from(self) -> int: ...  # noqa: D102 -- as above
    @property
    def line(self) -> int: ...  # noqa: D102 -- as above
    @property
    def columns(self) -> int: ...  # noqa: D102 -- as above
    @property
    def workbook(self) -> int: ...  # noqa: D102 -- as above
    @property
    def marks(self) -> int: ...  # noqa: D102 -- as above


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """Bounds of one workbook.

    Attributes:
        expansion: unpacked bytes for one packed byte, looked at from ``expansion_from`` unpacked bytes on.
        line: bytes of one text.
        columns: columns of the sheet.
        workbook: bytes as unpacked; the reader may hold parts of them until the end.
        marks: tags and attributes, likewise: some 100 bytes each. 60,000 rows of 8 columns have 4 million.
    """

    expansion: int = 250
    expansion_from: int = 8 * 1024**2
    line: int = 1024**2
    columns: int = 200
    workbook: int = 128 * 1024**2
    marks: int = 6_000_000


class WorkbookError(Exception):
    """A workbook that cannot be read on: a code of this room's problems. ``row`` counts from 1 where it is known."""

    def __init__(self, code: str, *, row: int | None = None, **params: int) -> None:
        super().__init__(code, row, params)
        self.code = code
        self.row = row
        self.params: dict[str, Any] = params


class WorkbookRow(NamedTuple):
    """A row: its number from 1, its cells as texts, and the first column from 1 that is a formula, if one is."""

    number: int
    cells: Sequence[str]
    formula: int | None


@contextmanager
def spooled(blocks: Iterable[bytes]) -> Iterator[IO[bytes]]:
    """The blocks as one file that can be read from any place; beyond some size it lies on disk."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        for block in blocks:
            file.write(block)
        file.seek(0)
        yield file


def workbook_rows(file: IO[bytes], limits: WorkbookBounds) -> Iterator[WorkbookRow]:
    """Rows of the first sheet. Of a formula the cell holds its text, with ``=`` before it.

    Raises:
        WorkbookError: ``import_xlsx_damaged``, ``import_xlsx_encrypted``, ``import_xlsx_macros``,
            ``import_gzip_bomb``, ``import_xlsx_too_large``, ``import_too_many_columns``.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 -- 180 modules, for those who read workbooks

    _look_inside(file, limits)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(), 1):
                yield _row(number, cells, limits)
        finally:
            book.close()
    except (WorkbookError, MemoryError):
        raise
    except Exception as error:  # whatever the reader stumbles over, of a file that others made
        raise WorkbookError("import_xlsx_damaged") from error


def _look_inside(file: IO[bytes], limits: WorkbookBounds) -> None:
    """Refuse what would not fit into memory: by the directory of the archive, then by what its parts hold."""
    if file.read(len(_COMPOUND)) == _COMPOUND:
        raise WorkbookError("import_xlsx_encrypted")
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
            if unpacked > limits.expansion_from and unpacked > packed * limits.expansion:
                raise WorkbookError("import_gzip_bomb", limit=limits.expansion)
            if len(entries) > _ENTRIES or unpacked > limits.workbook:
                raise WorkbookError("import_xlsx_too_large")
            if any(entry.compress_type not in _PACKINGS for entry in entries):
                raise WorkbookError("import_xlsx_damaged")
            if any(entry.filename.lower().endswith(_MACROS) for entry in entries):
                raise WorkbookError("import_xlsx_macros")
            _weigh(archive, entries, limits)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, zlib.error) as error:
        raise WorkbookError("import_xlsx_damaged") from error
    file.seek(0)


def _weigh(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo], limits: WorkbookBounds) -> None:
    """Count the tags and attributes of all parts, and measure texts and rows: the reader makes objects of them."""
    marks = 0
    for entry in entries:
        text, row = _Longest(b"<", len), _Longest(b"<row", _marks)
        of_row = limits.columns * _MARKS_OF_A_CELL if _SHEETS in entry.filename else limits.marks
        with archive.open(entry) as part:
            while block := part.read(_BLOCK):
                marks += _marks(block)
                if marks > limits.marks or text.fed(block) > limits.line or row.fed(block) > of_row:
                    raise WorkbookError("import_xlsx_too_large")


def _marks(content: bytes) -> int:
    return content.count(b"<") + content.count(b"=")


class _Longest:
    """The greatest measure of what stands between two separators, of a content that comes in blocks."""

    def __init__(self, separator: bytes, measure: Callable[[bytes], int]) -> None:
        self._separator = separator
        self._measure = measure
        self._run = self._most = 0

    def fed(self, block: bytes) -> int:
        """The greatest so far, this block included."""
        first, *others = map(self._measure, block.split(self._separator))
        self._most = max(self._most, self._run + first, *others)
        self._run = others[-1] if others else self._run + first
        return self._most


def _row(number: int, cells: Sequence[object], limits: WorkbookBounds) -> WorkbookRow:
    if len(cells) > limits.columns:
        raise WorkbookError("import_too_many_columns", row=number, limit=limits.columns)
    texts: list[str] = []
    formula: int | None = None
    for column, cell in enumerate(cells, 1):
        said = _text(getattr(cell, "value", None))
        if getattr(cell, "data_type", "n") == "f":
            formula = formula or column
            said = "=" + said.removeprefix("=")
        texts.append(said)
    return WorkbookRow(number, texts, formula)


def _text(value: object) -> str:
    """A cell as the text that a person would have typed into a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
