"""Lines to records: one JSON object a line, or CSV with a header."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import orjson

from service.evidence.intake.bodies import EVENT, OCCASION
from service.evidence.intake.checker import Fault
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from service.evidence.bulk.limits import Limits
    from service.evidence.bulk.lines import Line


class Record(NamedTuple):
    """One record of a file: the line it begins at, where it ends, its bytes, and its body or what is wrong with it."""

    number: int
    end: int
    raw: bytes
    body: Mapping[str, Any] | Fault


Mapper: TypeAlias = "Callable[[Mapping[str, str]], Mapping[str, Any] | Fault]"

FORMATS: Final = {"application/x-ndjson": "ndjson", "application/jsonl": "ndjson", "text/csv": "csv"}
_FIELDS: Final = frozenset(field.name for field in (*EVENT, *OCCASION)) - {"attributes"}
_ATTRIBUTE: Final = "attributes."
_FLAGS: Final = {"true": True, "false": False}
_MANY: Final = ";"


def ndjson(lines: Iterator[Line]) -> Iterator[Record]:
    """One JSON object a line; blank lines are passed over."""
    loads = orjson.loads
    for number, content, end in lines:
        if not content or content.isspace():
            continue
        body: object
        try:
            body = loads(content)
        except orjson.JSONDecodeError:
            body = Fault("", _unreadable(content))
        yield Record(number, end, content, body if isinstance(body, dict | Fault) else Fault("", "line_malformed"))


def _unreadable(content: bytes) -> str:
    """Why a line is no JSON."""
    if b"\0" in content:
        return "nul_byte"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "line_encoding"
    return "line_malformed"


def csv_records(lines: Iterator[Line], limits: Limits, rename: Mapper | None = None) -> Iterator[Record]:
    """CSV with a header line: fields by name, ``attributes.x`` for attributes, kinds separated by semicolons.

    ``rename`` makes a body of the cells by heading, where a field map is in use.

    Raises:
        Problem: ``csv_header``.
    """
    header = csv_header(next(lines, None), limits, mapped=rename is not None)
    make = rename or body_of
    feed = _Feed(lines)
    reader = csv.reader(feed, strict=True)
    while True:
        feed.begin()
        try:
            cells = next(reader, None)
        except csv.Error:
            reader = csv.reader(feed, strict=True)
            yield feed.record(Fault("", "csv_malformed"))
            continue
        if cells is None:
            return
        if feed.fault is not None:
            yield feed.record(Fault("", feed.fault))
        elif cells and len(cells) != len(header):
            yield feed.record(Fault("", "csv_columns", {"value": len(cells), "expected": len(header)}))
        elif cells:
            yield feed.record(make(dict(zip(header, cells, strict=True))))


class _Feed:
    """Lines as the CSV reader takes them, remembering the bytes of the record being read."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.begin()

    def begin(self) -> None:
        """A new record begins."""
        self._read: list[Line] = []
        self.fault: str | None = None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._read.append(line)
        if b"\0" in line.content:
            self.fault = "nul_byte"
        try:
            return line.content.decode() + "\n"
        except UnicodeDecodeError:
            self.fault = "line_encoding"
            return line.content.decode(errors="replace") + "\n"

    def record(self, body: Mapping[str, Any] | Fault) -> Record:
        """The record whose lines were read."""
        raw = b"\n".join(line.content for line in self._read)
        return Record(self._read[0].number, self._read[-1].end, raw, body)


def csv_header(line: Line | None, limits: Limits, *, mapped: bool = False) -> list[str]:
    """The headings of a CSV file; with a field map, columns that it does not name are passed over.

    Raises:
        Problem: ``csv_header``, ``file_empty``.
    """
    if line is None:
        raise Problem("file_empty")
    try:
        header = [cell.strip() for cell in next(csv.reader([line.content.decode()], strict=True), [])]
    except (csv.Error, UnicodeDecodeError) as error:
        raise Problem("csv_header", value="?") from error
    wrong = [name for name in header if not name or header.count(name) > 1]
    if not mapped:
        wrong += [name for name in header if name not in _FIELDS and not name.startswith(_ATTRIBUTE)]
    if wrong or not header or len(header) > limits.columns:
        raise Problem("csv_header", value=", ".join(dict.fromkeys(wrong))[:200] or str(len(header)))
    return header


def body_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """A body of the cells of a row; an empty cell is an absent field."""
    body: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    for name, cell in cells.items():
        if not cell:
            continue
        if name.startswith(_ATTRIBUTE):
            attributes[name.removeprefix(_ATTRIBUTE)] = cell
        elif name == "kinds":
            body[name] = cell.split(_MANY)
        elif name == "closed":
            body[name] = _FLAGS.get(cell, cell)
        else:
            body[name] = cell
    if attributes:
        body["attributes"] = attributes
    return body
