"""Bytes to lines of text: gzip, encoding and line ends, a block at a time, everything bounded."""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import IO, TYPE_CHECKING

from service.platform import EncodingSniffer, ForeignEncodingError, incremental
from service.register.intake.flaws import FileFlaw

if TYPE_CHECKING:
    import codecs
    from collections.abc import Iterable, Iterator

    from service.register.intake.limits import Limits

BLOCK = 64 * 1024
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31


class Source:
    """A file being read: its blocks, unpacked where packed, and in the end its digest and size as it came."""

    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._digest = sha256()
        self.bytes_read = 0

    @property
    def digest(self) -> str:
        """SHA-256, hex, of the bytes read so far, as they came."""
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Unpacked blocks.

        Raises:
            FileFlaw: ``import_file_too_large``, ``import_gzip_damaged``, ``import_gzip_bomb``.
        """
        raw = self._raw()
        first = next(raw, b"")
        pieces = _unpacked(first, raw, self._limits) if first.startswith(_GZIP) else _chain(first, raw)
        total = 0
        for piece in pieces:
            total += len(piece)
            if total > self._limits.bytes:
                raise FileFlaw("import_file_too_large", limit=self._limits.bytes)
            yield piece

    def _raw(self) -> Iterator[bytes]:
        while block := self._stream.read(BLOCK):
            self._digest.update(block)
            self.bytes_read += len(block)
            yield block


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _unpacked(first: bytes, rest: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """The content of a gzip file of one or more members."""
    packed = unpacked = 0
    member = None
    for block in _chain(first, rest):
        packed += len(block)
        waiting = block
        more = True
        while more:
            member = member or zlib.decompressobj(_GZIP_WINDOW)
            try:
                piece = member.decompress(waiting, BLOCK)
            except zlib.error as error:
                raise FileFlaw("import_gzip_damaged") from error
            unpacked += len(piece)
            if unpacked > limits.expansion_from and unpacked > packed * limits.expansion:
                raise FileFlaw("import_gzip_bomb", limit=limits.expansion)
            if piece:
                yield piece
            waiting = member.unused_data if member.eof else member.unconsumed_tail
            more = bool(waiting) or (len(piece) == BLOCK and not member.eof)
            member = None if member.eof else member
    if member is not None:
        raise FileFlaw("import_gzip_damaged")


def text_of(blocks: Iterable[bytes]) -> Iterator[str]:
    """Blocks as text: UTF-8 (with or without mark) or GB18030, whichever the first bytes beyond ASCII turn out to be.

    Raises:
        FileFlaw: ``import_nul_byte``, ``import_wrong_encoding``; with the line.
    """
    sniffer = EncodingSniffer()
    decoder: codecs.IncrementalDecoder | None = None
    lines = 0
    for block in blocks:
        try:
            content = sniffer.feed(block)
        except ForeignEncodingError as error:
            raise FileFlaw("import_wrong_encoding", row=1) from error
        nul = content.find(b"\0")
        if nul >= 0:
            raise FileFlaw("import_nul_byte", row=lines + content.count(b"\n", 0, nul) + 1)
        if decoder is None and sniffer.encoding is not None:
            decoder = incremental(sniffer.encoding)
        try:
            yield decoder.decode(content) if decoder else content.decode("ascii")
        except UnicodeDecodeError as error:
            row = lines + error.object[: error.start].count(b"\n") + 1
            raise FileFlaw("import_wrong_encoding", row=row) from error
        lines += content.count(b"\n")
    try:
        yield decoder.decode(b"", final=True) if decoder else ""
    except UnicodeDecodeError as error:
        raise FileFlaw("import_wrong_encoding", row=lines + 1) from error


def lines_of(texts: Iterable[str], limits: Limits) -> Iterator[str]:
    """Lines with their ends, none longer than the limit.

    Raises:
        FileFlaw: ``import_line_too_long``, with the line.
    """
    rest = ""
    count = 0
    for text in texts:
        parts = (rest + text).split("\n")
        rest = parts.pop()
        for part in parts:
            count += 1
            if len(part) > limits.line:
                raise FileFlaw("import_line_too_long", row=count, limit=limits.line)
            yield part + "\n"
        if len(rest) > limits.line:
            raise FileFlaw("import_line_too_long", row=count + 1, limit=limits.line)
    if rest:
        yield rest
