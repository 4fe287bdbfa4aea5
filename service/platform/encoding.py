"""Which of UTF-8 and GB18030 a text is in, told by its first bytes beyond ASCII: shared by every reader of files."""

import codecs

UTF_8, GB18030 = "utf-8", "gb18030"
_NOT_BY_CHANCE = 8
_FOREIGN_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


class ForeignEncodingError(Exception):
    """The text begins with the mark of an encoding that is not read (UTF-16, UTF-32)."""


class EncodingSniffer:
    """Watches a text's blocks go by. ``encoding`` is None as long as all of it was ASCII."""

    def __init__(self) -> None:
        self.encoding: str | None = None
        self._begun = False

    def feed(self, block: bytes) -> bytes:
        """The block, without a byte order mark at the beginning of the text.

        Raises:
            ForeignEncodingError: it begins with another encoding's mark.
        """
        content = block
        if not self._begun:
            self._begun = True
            if content.startswith(_FOREIGN_MARKS):
                raise ForeignEncodingError
            if content.startswith(codecs.BOM_UTF8):
                content, self.encoding = content[len(codecs.BOM_UTF8) :], UTF_8
        if self.encoding is None and not content.isascii():
            self.encoding = _encoding_of(content)
        return content


def incremental(encoding: str) -> codecs.IncrementalDecoder:
    """A decoder that takes a text in blocks and refuses what is not of its encoding."""
    return codecs.getincrementaldecoder(encoding)("strict")


def _encoding_of(block: bytes) -> str:
    """The encoding of a block: UTF-8 where it begins so, else the one that goes wrong later.

    A damaged UTF-8 file must not be taken for GB18030, which would read most of it as other characters; while two
    characters of GB18030 in a row are UTF-8 by chance, several are not.
    """
    right = _right_until(block, UTF_8)
    if right == len(block):
        return UTF_8
    beyond_ascii = sum(not char.isascii() for char in block[:right].decode())
    by_chance = beyond_ascii < _NOT_BY_CHANCE
    return GB18030 if by_chance and _right_until(block, GB18030) > right else UTF_8


def _right_until(block: bytes, encoding: str) -> int:
    try:
        incremental(encoding).decode(block)
    except UnicodeDecodeError as error:
        return error.start
    return len(block)
