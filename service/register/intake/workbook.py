"""XLSX to rows of text. The first sheet is read; formulas are refused, since what they show is not in the file."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, datetime, time
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, TypeAlias

from service.register.intake.flaws import FileFlaw, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.register.intake.limits import Limits

_IN_MEMORY = 16 * 1024**2
_ENTRIES = 2_000
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BLOCK = 64 * 1024

CellRow: TypeAlias = "tuple[int, Sequence[str] | Flaw]"


@contextmanager
def spooled(blocks: Iterable[bytes]) -> Iterator[IO[bytes]]:
    """The blocks as one file that can be read from any place; beyond some size it lies on disk."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        for block in blocks:
            file.write(block)
        file.seek(0)
        yield file


def workbook_rows(file: IO[bytes], limits: Limits) -> Iterator[CellRow]:
    """Rows of the first sheet as texts; a row with a formula is a flaw whose ``column`` counts from 1.

    Raises:
        FileFlaw: ``import_xlsx_damaged``, ``import_gzip_bomb``, ``import_xlsx_too_large``,
            ``import_too_many_columns``.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 -- 180 modules, for those who read workbooks
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- as above

    _look_inside(file, limits)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(), 1):
                yield number, _texts(number, cells, limits)
        finally:
            book.close()
    except FileFlaw:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        SyntaxError,
        OSError,
        EOFError,
        zlib.error,
    ) as error:
        raise FileFlaw("import_xlsx_damaged") from error


def _look_inside(file: IO[bytes], limits: Limits) -> None:
    """Refuse what would not fit into memory: by the directory of the archive, then by what its parts hold."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
            if unpacked > limits.expansion_from and unpacked > packed * limits.expansion:
                raise FileFlaw("import_gzip_bomb", limit=limits.expansion)
            if len(entries) > _ENTRIES or unpacked > limits.workbook:
                raise FileFlaw("import_xlsx_too_large")
            if any(entry.compress_type not in _PACKINGS for entry in entries):
                raise FileFlaw("import_xlsx_damaged")
            _weigh(archive, entries, limits)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, zlib.error) as error:
        raise FileFlaw("import_xlsx_damaged") from error
    file.seek(0)


def _weigh(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo], limits: Limits) -> None:
    """Count the tags and attributes of all parts, and measure the longest text: the reader makes objects of them."""
    marks = 0
    for entry in entries:
        run = 0
        with archive.open(entry) as part:
            while block := part.read(_BLOCK):
                marks += block.count(b"<") + block.count(b"=")
                first, *others = map(len, block.split(b"<"))
                longest = max(run + first, *others) if others else run + first
                run = others[-1] if others else longest
                if marks > limits.marks or longest > limits.line:
                    raise FileFlaw("import_xlsx_too_large")


def _texts(number: int, cells: Sequence[object], limits: Limits) -> Sequence[str] | Flaw:
    if len(cells) > limits.columns:
        raise FileFlaw("import_too_many_columns", row=number, limit=limits.columns)
    texts: list[str] = []
    for column, cell in enumerate(cells, 1):
        if getattr(cell, "data_type", "n") == "f":
            return Flaw("", "import_xlsx_formula", {"column": column})
        texts.append(_text(getattr(cell, "value", None)))
    return texts


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
