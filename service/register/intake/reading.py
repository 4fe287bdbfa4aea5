"""Files to entries, one row at a time: CSV, NDJSON, XLSX. Memory does not grow with the file."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, TypeAlias

import orjson

from service.platform import (
    WorkbookError,
    holds_identity_number,
    identity_numbers_at,
    repeated_name,
    spooled,
    workbook_rows,
)
from service.register.intake.cells import ENTITY_COLUMNS, Columns
from service.register.intake.flaws import FileFlaw, Flaw
from service.register.intake.limits import Limits
from service.register.intake.streams import Source, lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.platform import WorkbookRow

Row: TypeAlias = "tuple[int, dict[str, object] | Flaw]"
"""Number of the row in its file, from 1; the entry, or why there is none."""


class Sent:
    """What was sent. ``headings``: of a table, as they stand there; ``cells``: of the row told last.

    A row of JSON is one cell: its line.
    """

    def __init__(self) -> None:
        self.headings: list[str] = []
        self.cells: list[str] = []


class Reading:
    """The rows of a file as they come; ``digest`` and ``bytes_read`` are complete when the rows have run out.

    ``sent``: the row told last, as it was sent.
    """

    def __init__(self, stream: IO[bytes], file_format: str, limits: Limits, columns: Columns) -> None:
        self._source = Source(stream, limits)
        self._read = FORMATS[file_format]
        self._limits = limits
        self._columns = columns
        self.sent = Sent()

    @property
    def digest(self) -> str:
        """SHA-256, hex, of the file as it came."""
        return self._source.digest

    @property
    def bytes_read(self) -> int:
        """Bytes of the file as it came."""
        return self._source.bytes_read

    def __iter__(self) -> Iterator[Row]:
        """Rows in order.

        Raises:
            FileFlaw: the file cannot be read on; every code begins with ``import_``.
        """
        for count, row in enumerate(self._read(self._source, self._limits, self._columns, self.sent)):
            if count >= self._limits.rows:
                raise FileFlaw("import_too_many_rows", row=row[0], limit=self._limits.rows)
            yield self._without_identity_number(row)

    def _without_identity_number(self, row: Row) -> Row:
        if isinstance(row[1], Flaw) or not holds_identity_number("\n".join(self.sent.cells)):
            return row
        return row[0], Flaw(next(identity_numbers_at(row[1]), ""), "identity_number")


def read_rows(
    stream: IO[bytes], file_format: str, limits: Limits | None = None, columns: Columns = ENTITY_COLUMNS
) -> Reading:
    """Begin to read a file of one of ``FORMATS``; the texts among them may come packed with gzip."""
    return Reading(stream, file_format, limits or Limits(), columns)


def _csv_rows(source: Source, limits: Limits, columns: Columns, sent: Sent) -> Iterator[Row]:
    reader = csv.reader(lines_of(text_of(source.blocks()), limits), strict=True)
    try:
        headings = next(reader, None)
        if headings is None:
            raise FileFlaw("import_empty_file")
        fields = columns.fields_of(headings, limits)
        sent.headings = headings
        for cells in reader:
            if not cells:
                continue
            sent.cells = cells
            yield reader.line_num, _entry(columns, fields, cells)
    except csv.Error as error:
        row = reader.line_num
        if "field limit" in str(error):
            raise FileFlaw("import_field_too_large", row=row, limit=csv.field_size_limit()) from error
        raise FileFlaw("import_csv_malformed", row=row) from error


def _entry(columns: Columns, fields: list[str], cells: list[str]) -> dict[str, object] | Flaw:
    if len(cells) != len(fields):
        return Flaw("", "import_column_count", {"expected": len(fields), "found": len(cells)})
    return columns.entry_of(fields, cells)


def _ndjson_rows(source: Source, limits: Limits, _columns: Columns, sent: Sent) -> Iterator[Row]:
    for number, line in enumerate(lines_of(text_of(source.blocks()), limits), 1):
        if line.isspace():
            continue
        sent.cells = [line]
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield number, Flaw("", "import_row_not_json")
            continue
        repeated = repeated_name(line.encode(), value)
        if repeated is not None:
            yield number, Flaw(repeated.pointer, "repeated_name", {"name": repeated.name})
            continue
        yield number, value if isinstance(value, dict) else Flaw("", "import_row_not_an_object")


def _xlsx_rows(source: Source, limits: Limits, columns: Columns, sent: Sent) -> Iterator[Row]:
    with spooled(source.blocks()) as file:
        try:
            yield from _sheet_rows(workbook_rows(file, limits), limits, columns, sent)
        except WorkbookError as error:
            raise FileFlaw(error.code, row=error.row, **error.params) from error


def _sheet_rows(rows: Iterator[WorkbookRow], limits: Limits, columns: Columns, sent: Sent) -> Iterator[Row]:
    first = next(rows, None)
    if first is None:
        raise FileFlaw("import_empty_file")
    if first.formula is not None:
        raise FileFlaw("import_xlsx_formula", row=first.number, column=first.formula)
    headings = list(first.cells)
    while headings and not headings[-1].strip():
        headings.pop()
    fields = columns.fields_of(headings, limits)
    sent.headings = headings
    for number, cells, formula in rows:
        sent.cells = list(cells)
        extra = cells[len(fields) :]
        if formula is not None:
            pointer = "/" + fields[formula - 1].replace(".", "/", 1) if formula <= len(fields) else ""
            yield number, Flaw(pointer, "import_xlsx_formula", {"column": formula})
        elif any(extra):
            yield number, Flaw("", "import_column_count", {"expected": len(fields), "found": len(cells)})
        elif any(cells):
            yield number, columns.entry_of(fields, [*cells, *[""] * (len(fields) - len(cells))][: len(fields)])


FORMATS: dict[str, Callable[[Source, Limits, Columns, Sent], Iterator[Row]]] = {
    "csv": _csv_rows,
    "ndjson": _ndjson_rows,
    "xlsx": _xlsx_rows,
}
"""What a file may be. Each reader makes rows of a source."""
