"""Lines to records: one JSON object a line, or CSV with a header."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import orjson

from service.evidence.bulk.columns import body_of, is_column
from service.evidence.intake.checker import Fault
from service.platform import UTF_8, XLSX, Problem, repeated_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from service.evidence.bulk.limits import Limits
    from service.evidence.bulk.lines import Line
    from service.platform import EncodingSniffer


class Record(NamedTuple):
    """One record of a file: the line it begins at, where it ends, its bytes, and its body or what is wrong with it."""

    number: int
    end: int
    raw: bytes
    body: Mapping[str, Any] | Fault


Format: TypeAlias = Literal["ndjson", "csv", "xlsx"]
Mapper: TypeAlias = "Callable[[Mapping[str, str]], Mapping[str, Any] | Fault]"

FORMATS: Final[Mapping[str, Format]] = {
    "application/x-ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "text/csv": "csv",
    XLSX: "xlsx",
}


def ndjson(lines: Iterator[Line]) -> Iterator[Record]:
    """One JSON object a line; blank lines are passed over."""
    loads = orjson.loads
    for number, content, end, start in lines:
        if not content or content.isspace():
            continue
        body: object
        try:
            body = loads(content)
        except orjson.JSONDecodeError:
            body = _unreadable(content, start)
        else:
            repeated = repeated_name(content, body)
            if repeated is not None:
                body = Fault(repeated.pointer, "repeated_name", {"name": repeated.name})
        yield Record(number, end, content, body if isinstance(body, dict | Fault) else Fault("", "line_malformed"))


def _unreadable(content: bytes, start: int) -> Fault:
    """Why a line is no JSON, which is always UTF-8 (RFC 8259 §8.1)."""
    if b"\0" in content:
        return Fault("", "nul_byte")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return _wrong_encoding(start + error.start, UTF_8)
    return Fault("", "line_malformed")


def _wrong_encoding(offset: int, encoding: str) -> Fault:
    """Bytes that are no text. ``offset``: of the first of them in the unpacked file, from 0."""
    return Fault("", "line_encoding", {"offset": offset, "encoding": encoding.upper()})


def csv_records(
    lines: Iterator[Line], limits: Limits, sniffer: EncodingSniffer, rename: Mapper | None = None
) -> Iterator[Record]:
    """CSV with a header line, in the encoding that the sniffer found; see ``columns`` for the headings.

    ``rename`` makes a body of the cells by heading, where a field map is in use.

    Raises:
        Problem: ``csv_header``, ``line_encoding``, ``line_too_long``: an open quote makes one record of all that
            follows it, and a file of which nobody knows where its rows end is refused as a whole.
    """
    header = csv_header(next(lines, None), limits, sniffer, mapped=rename is not None)
    make = rename or body_of
    feed = _Feed(lines, sniffer, limits.line)
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
            yield feed.record(feed.fault)
        elif cells and len(cells) != len(header):
            yield feed.record(Fault("", "csv_columns", {"value": len(cells), "expected": len(header)}))
        elif cells:
            yield feed.record(make(dict(zip(header, cells, strict=True))))


class _Feed:
    """Lines as the CSV reader takes them, remembering the bytes of the record being read."""

    def __init__(self, lines: Iterator[Line], sniffer: EncodingSniffer, longest: int) -> None:
        self._lines = lines
        self._sniffer = sniffer
        self._longest = longest
        self.begin()

    def begin(self) -> None:
        """A new record begins."""
        self._read: list[Line] = []
        self._size = 0
        self.fault: Fault | None = None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._read.append(line)
        self._size += len(line.content)
        if self._size > self._longest:
            raise Problem("line_too_long", row=self._read[0].number, limit=self._longest)
        if b"\0" in line.content:
            self.fault = self.fault or Fault("", "nul_byte")
        encoding = self._sniffer.encoding or UTF_8
        try:
            return line.content.decode(encoding) + "\n"
        except UnicodeDecodeError as error:
            self.fault = self.fault or _wrong_encoding(line.start + error.start, encoding)
            return line.content.decode(encoding, errors="replace") + "\n"

    def record(self, body: Mapping[str, Any] | Fault) -> Record:
        """The record whose lines were read."""
        raw = b"\n".join(line.content for line in self._read)
        return Record(self._read[0].number, self._read[-1].end, raw, body)


def csv_header(line: Line | None, limits: Limits, sniffer: EncodingSniffer, *, mapped: bool = False) -> list[str]:
    """The headings of a CSV file; with a field map, columns that it does not name are passed over.

    Raises:
        Problem: ``csv_header``, ``file_empty``, ``line_encoding``.
    """
    if line is None:
        raise Problem("file_empty")
    encoding = sniffer.encoding or UTF_8
    try:
        header = [cell.strip() for cell in next(csv.reader([line.content.decode(encoding)], strict=True), [])]
    except UnicodeDecodeError as error:
        place = line.start + error.start
        raise Problem("line_encoding", row=line.number, offset=place, encoding=encoding.upper()) from error
    except csv.Error as error:
        raise Problem("csv_header", value="?") from error
    wrong = [name for name in header if not name or header.count(name) > 1]
    if not mapped:
        wrong += [name for name in header if not is_column(name)]
    if wrong or not header or len(header) > limits.columns:
        raise Problem("csv_header", value=", ".join(dict.fromkeys(wrong))[:200] or str(len(header)))
    return header
