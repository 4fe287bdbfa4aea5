"""Lists as a workbook, for people who put them right in a spreadsheet program and send them back."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

_IN_MEMORY: Final = 8 * 1024**2
_AS_TEXT: Final = "@"
_WIDTH: Final = 24
_WRONG: Final = "00FFC7CE"


class WrongCell(NamedTuple):
    """A cell that is to be put right: it is shown coloured."""

    text: str


Cell = str | WrongCell


def written_workbook(sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]]) -> IO[bytes]:
    """An XLSX of sheets, each its title and its rows, the headings first; to be closed by whoever takes it.

    Every cell is a text, and none becomes a formula: what is typed in its place stays as it is typed. Characters that
    no workbook can hold are left out. Memory does not grow with the rows.
    """
    from openpyxl import Workbook  # noqa: PLC0415 -- 180 modules, for those who write workbooks

    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.sheet_format.defaultColWidth = _WIDTH
        for row in rows:
            sheet.append([_cell(sheet, said) for said in row])
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- closed by who takes it
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, said: Cell) -> Any:  # noqa: ANN401 -- objects of a library that is imported late
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 -- as above
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 -- as above
    from openpyxl.styles import PatternFill  # noqa: PLC0415 -- as above

    text = said.text if isinstance(said, WrongCell) else said
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text) or None)
    cell.data_type = "s" if cell.value is not None else cell.data_type
    cell.number_format = _AS_TEXT
    if isinstance(said, WrongCell):
        cell.fill = PatternFill("solid", fgColor=_WRONG)
    return cell
