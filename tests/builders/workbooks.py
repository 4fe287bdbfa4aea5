"""Workbooks as people make them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SHEET = "xl/worksheets/sheet1.xml"
_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def workbook(*rows: tuple[object, ...], epoch: datetime | None = None) -> bytes:
    """A workbook of one sheet. ``epoch``: from which its dates are counted, where not from 1900."""
    book = Workbook()
    if epoch is not None:
        book.epoch = epoch
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with a part of it exchanged, or one more."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def with_sheet(rows: str) -> bytes:
    """A workbook whose sheet has these rows, as XML."""
    return with_part(workbook(), SHEET, _SHEET.format(rows).encode())


def texts_of(book: bytes) -> list[list[list[str | None]]]:
    """The cells of every sheet of a workbook."""
    read = load_workbook(io.BytesIO(book))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in read.worksheets]  # type: ignore[misc,arg-type] # texts alone


MADE_TO_HARM: dict[str, Callable[[], bytes]] = {
    "import_xlsx_encrypted": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000),
    "import_xlsx_macros": lambda: with_part(workbook(("source",)), "xl/vbaProject.bin", b"macros"),
    "import_gzip_bomb": lambda: with_part(workbook(), SHEET, b" " * 32 * 1024**2),
    "import_xlsx_too_large": lambda: with_sheet("<row>" + "<c/>" * 1_000_000 + "</row>"),
    "import_too_many_columns": lambda: with_sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'),
    "import_xlsx_damaged": lambda: with_part(workbook(("source",)), SHEET, b"<worksheet><sheetData><row>"),
}
"""Files by the code that refuses each: encrypted, with macros, a bomb, a million cells, a far column, cut off."""
