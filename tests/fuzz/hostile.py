"""Inputs made to harm: deep, wide, huge, packed to grow, of no encoding."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING, Final

from tests.builders.workbooks import MADE_TO_HARM, SHEET, with_part, with_sheet, workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY: Final = 1_000_000
LINES: Final = 50_000
"""Each of which is told to be wrong."""
ENCODINGS: Final = (b"\xff\xfe\0\0", b"\xff\xfea\0", b"\xef\xbb\xbf", b"\xff\xff\n", b"\0" * 4_096, b"\xed\xa0\x80")
LAUGHS: Final = b"".join(
    (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">',
        *(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(20)),
        b"]><worksheet><sheetData><row><c><v>&t;</v></c></row></sheetData></worksheet>",
    )
)
"""Entities within entities: a sheet of two kilobytes that would unfold to 10²⁰ words."""
ABROAD: Final = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'


def of_any_text() -> Iterator[bytes]:
    """What no text should be."""
    yield b""
    yield from ENCODINGS
    yield b"a,b\r1,2\n3,4\r\n5,6\r"
    yield b"9" * MANY
    yield b" " * MANY
    yield b"\n" * MANY
    yield b'"' + b"x\n" * LINES
    yield b"\\" * MANY
    yield b"'" * MANY


def of_json() -> Iterator[bytes]:
    """Deep and wide documents, numbers without end, names said twice."""
    yield from of_any_text()
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        yield opened * 100_000
        yield opened * 100_000 + b"1" + closed * 100_000
        yield opened * 900 + b"1" + closed * 900
    yield b"[" + b"0," * MANY + b"0]"
    yield b'{"a":' + b"9" * 100_000 + b"}"
    yield b'{"a":1e' + b"9" * 10_000 + b"}"
    yield b'{"a":1,"a":2}'
    yield b'{"a":"\\ud800","b":"\\u0000"}'
    yield b"{" + b",".join(b'"%d":0' % number for number in range(200_000)) + b"}"


def of_toml() -> Iterator[bytes]:
    """Deep tables, long keys, numbers without end."""
    yield from of_any_text()
    yield b"a = " + b"[" * 100_000
    yield b"a = " + b"[" * 90 + b"1" + b"]" * 90
    yield b"a = " + b"{b = " * 50_000
    yield b".".join([b"a"] * 20_000) + b" = 1\n"
    yield b"[" + b".".join([b"a"] * 20_000) + b"]\n"
    yield b"[[a]]\n" * 100_000
    yield b"a = " + b"9" * 10_000
    yield b"a = 1e" + b"9" * 10_000
    yield b"a = 0x" + b"f" * 100_000
    yield b'a = """' + b"\\\n" * 100_000
    yield b"".join(b"k%d = 1\n" % number for number in range(LINES))


def of_table(heading: bytes) -> Iterator[bytes]:
    """Tables by comma, of the one heading and a million others, packed to grow."""
    yield from of_any_text()
    yield heading + b",a" * MANY + b"\n"
    yield heading + b"\n" + b"," * MANY + b"\n"
    yield heading + b"\n" + b'"' * MANY
    yield heading + b"\n" + b"x\n" * LINES
    yield heading + b"\n" + b"x" * MANY
    yield gzip.compress(heading + b"\n" + b" " * 24 * MANY)
    yield gzip.compress(heading)[:-4]
    yield gzip.compress(b"") * 1_000
    yield heading.decode().encode("utf-16")
    yield "统一代码".encode("gb18030") + heading + b"\n\xff"


def of_workbooks() -> Iterator[bytes]:
    """Workbooks that grow when they are unpacked, name what is elsewhere, or are none."""
    yield from (make() for make in MADE_TO_HARM.values())
    yield with_part(workbook(("key",)), SHEET, LAUGHS)
    yield with_part(workbook(("key",)), SHEET, ABROAD)
    yield with_part(workbook(("key",)), "[Content_Types].xml", LAUGHS)
    yield with_part(workbook(("key",)), "xl/sharedStrings.xml", LAUGHS)
    yield with_part(workbook(("key",)), SHEET, b"<a>" * 200_000)
    yield with_sheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>')
    yield with_sheet('<row r="0"><c r="A0"><v>1</v></c></row><row r="-5"/><row r="x"/>')
    yield with_sheet('<row><c t="s"><v>99999</v></c><c t="d"><v>x</v></c><c t="e"><v>#REF!</v></c></row>')
    yield with_sheet('<row><c s="99999"><v>1</v></c><c><v>1e999</v></c><c><v>NaN</v></c><c t="b"><v>9</v></c></row>')
    yield with_sheet('<row><c><f t="shared" si="7"/></c><c><f t="array"/></c></row>')
    yield _archive("../../outside", b"x")
    yield _archive("xl/workbook.xml", b"")
    yield b"PK\x05\x06" + bytes(18)
    yield b""


def _archive(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    return out.getvalue()
