"""Pieces of a file to lines: unpacked where packed, every line with the place where it ends."""

from __future__ import annotations

import zlib
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from service.platform import ForeignEncodingError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from service.evidence.bulk.limits import Limits
    from service.platform import EncodingSniffer

_GZIP_WINDOW: Final = 31
_BLOCK: Final = 256 * 1024
_PART: Final = 8 * 1024
"""Packed bytes unpacked at a time: what stands behind the end of a member is copied, and a piece may have thousands."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
ENCODINGS: Final = "UTF-8 / GB18030"


class Line(NamedTuple):
    """One line: its number from 1, its bytes without the line end, and its places in the unpacked file.

    ``start``: of the first of these bytes; ``end``: after the line end.
    """

    number: int
    content: bytes
    end: int
    start: int


def unpacked(pieces: Iterable[bytes], limits: Limits, *, compressed: bool) -> Iterator[bytes]:
    """The content of a file, in blocks of bounded size.

    Raises:
        Problem: ``gzip_malformed``, ``gzip_bomb``, ``file_too_large``.
    """
    total = 0
    for block in _gunzipped(pieces, limits) if compressed else pieces:
        total += len(block)
        if total > limits.unpacked:
            raise Problem("gzip_bomb" if compressed else "file_too_large", limit=limits.unpacked, ratio=limits.ratio)
        yield block


def watched(blocks: Iterable[bytes], sniffer: EncodingSniffer, *, read: str = ENCODINGS) -> Iterator[bytes]:
    """The same blocks, after the sniffer has seen them: of every line that comes of them the encoding is known.

    ``read``: the encodings that a file of this format may be in, for the sentence about another one.

    Raises:
        Problem: ``line_encoding``, where the file begins with the mark of an encoding that is not read.
    """
    for block in blocks:
        try:
            sniffer.feed(block)
        except ForeignEncodingError as error:
            raise Problem("line_encoding", row=1, offset=0, encoding=read) from error
        yield block


def _gunzipped(pieces: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    """A gzip file of one or more members."""
    packed = out = 0
    parts = (piece[start : start + _PART] for piece in pieces for start in range(0, len(piece), _PART))
    member = zlib.decompressobj(_GZIP_WINDOW)
    begun = False
    for part in parts:
        packed += len(part)
        waiting = part
        while waiting:
            try:
                block = member.decompress(waiting, _BLOCK)
            except zlib.error as error:
                raise Problem("gzip_malformed") from error
            begun = True
            out += len(block)
            if out > limits.ratio_from and out > packed * limits.ratio:
                raise Problem("gzip_bomb", limit=limits.unpacked, ratio=limits.ratio)
            if block:
                yield block
            waiting = member.unconsumed_tail
            if member.eof:
                waiting, member, begun = member.unused_data, zlib.decompressobj(_GZIP_WINDOW), False
    while block := member.decompress(b"", _BLOCK) if begun else b"":
        yield block
    if begun and not member.eof:
        raise Problem("gzip_malformed")


def lines(blocks: Iterable[bytes], limits: Limits) -> Iterator[Line]:
    """The lines of a file, without a byte order mark; a last line need not end.

    Raises:
        Problem: ``line_too_long``, with the row.
    """
    number = end = 0
    for parts, ended in _split(blocks, limits):
        for part in parts:
            number += 1
            start, end = end, end + len(part) + ended
            yield _first(part, end) if number == 1 else Line(number, part.removesuffix(b"\r"), end, start)


def _first(part: bytes, end: int) -> Line:
    content = part.removeprefix(BYTE_ORDER_MARK)
    return Line(1, content.removesuffix(b"\r"), end, len(part) - len(content))


def surveyed(blocks: Iterable[bytes], limits: Limits, look: Callable[[Line], object]) -> int:
    """Read a file to its end and keep nothing of it; returns its size. ``look`` is shown the first line.

    Most lines are only measured, many at once: who sends a million empty ones must not keep us busy.

    Raises:
        Problem: ``line_too_long``, with the row; ``file_empty``, where every line is blank.
    """
    size = 0
    filled = False
    first: Line | None = None

    def measured() -> Iterator[bytes]:
        nonlocal size
        for block in blocks:
            size += len(block)
            yield block

    for parts, _ in _split(measured(), limits):
        if parts and first is None:
            first = _first(parts.pop(0), 0)
            look(first)
            filled = bool(first.content.strip())
        filled = filled or (any(parts) and any(part and not part.isspace() for part in parts))
    if not filled:
        raise Problem("file_empty")
    return size


def _split(blocks: Iterable[bytes], limits: Limits) -> Iterator[tuple[list[bytes], bool]]:
    """The lines of each block, and whether they ended; only the last of a file may not."""
    rest = b""
    number = 0
    for block in blocks:
        parts = (rest + block).split(b"\n")
        rest = parts.pop()
        if max(map(len, parts), default=0) > limits.line:
            parts = list(takewhile(lambda part: len(part) <= limits.line, parts))
            rest = bytes(limits.line + 1)
        number += len(parts)
        yield parts, True
        if len(rest) > limits.line:
            raise Problem("line_too_long", row=number + 1, limit=limits.line)
    if rest:
        yield [rest], False
