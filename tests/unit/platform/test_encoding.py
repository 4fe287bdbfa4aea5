"""UTF-8 or GB18030, told by the first bytes beyond ASCII, however the text is cut into blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.platform import GB18030, UTF_8, EncodingSniffer, ForeignEncodingError, incremental

NAMES = ("北京市朝阳区文化市场", "网吧、影院与旅行社", "责令改正通知书")


def sniffed(content: bytes, size: int) -> tuple[str | None, bytes]:
    """The encoding found, and what is left of the text."""
    sniffer = EncodingSniffer()
    left = b"".join(sniffer.feed(content[at : at + size]) for at in range(0, len(content), size))
    return sniffer.encoding, left


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", [UTF_8, GB18030])
def test_a_chinese_text_is_known_whatever_ascii_comes_before_it(name: str, encoding: str) -> None:
    content = ("a,b,c\n" * 100 + name).encode(encoding)
    assert sniffed(content, 64) == (encoding, content)


def test_ascii_has_no_encoding_to_tell() -> None:
    assert sniffed(b"source,source_ref\n" * 9, 7) == (None, b"source,source_ref\n" * 9)


def test_the_mark_of_utf_8_is_taken_off_once_and_settles_the_question() -> None:
    assert sniffed(b"\xef\xbb\xbfa\n\xd6\xd0", 100) == (UTF_8, b"a\n\xd6\xd0")
    assert sniffed(b"abc\n\xef\xbb\xbfd", 4) == (UTF_8, b"abc\n\xef\xbb\xbfd")


@pytest.mark.parametrize("foreign", ["utf-16", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused_by_their_mark(foreign: str) -> None:
    mark = "" if foreign in {"utf-16", "utf-32"} else "\ufeff"
    with pytest.raises(ForeignEncodingError):
        EncodingSniffer().feed((mark + "a,b").encode(foreign))


def test_a_damaged_text_in_utf_8_is_not_taken_for_gb18030() -> None:
    damaged = "".join(NAMES).encode() + b"\xd6\xd0" + "".join(NAMES).encode()
    assert sniffed(damaged, 1000)[0] == UTF_8


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=8), st.integers(1, 50))
def test_a_text_in_utf_8_is_always_read_as_such(text: str, size: int) -> None:
    encoding, left = sniffed(text.encode(), size)
    assert encoding == UTF_8
    assert incremental(UTF_8).decode(left, final=True) == text
