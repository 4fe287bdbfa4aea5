"""Identity numbers of citizens (GB 11643-1999), which are kept nowhere: found in what is sent, and refused.

Found is one written in one piece, or with blanks or hyphens between its parts, also in full-width digits. What is
written otherwise (in words, in a picture, within a PDF) nobody finds here.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Final

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from service.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

_BETWEEN: Final = r"[ \u3000-]{0,2}"
_FORM: Final = re.compile(
    rf"(?<![0-9A-Za-z])[1-8][0-9]{{5}}{_BETWEEN}(?:18|19|20)[0-9]{{2}}[01][0-9][0-3][0-9]{_BETWEEN}[0-9]{{3}}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
_ALIKE: Final = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x2E for byte in range(256))  # noqa: PLR2004 - digits of ASCII
_DAY: Final = b"00000000"
"""A day of birth, where every digit is written 0."""
_BEFORE_A_DAY: Final = re.compile(rb"[0-9]{6}(?:[ -]|\xe3\x80\x80){0,2}(?:18|19|20)[0-9]{2}[01][0-9][0-3][0-9]")
_WRITTEN_OTHERWISE: Final = re.compile(rb"\\u(?:00[3-7]|[fF]{2}1)|\xef\xbc[\x90-\x99]")
"""A digit escaped in JSON, or one of full width."""
_WIDE: Final = re.compile("[\uff10-\uff19]")
IDENTITY_LENGTH: Final = 18
_LONGEST: Final = 64
"""Bytes that one may take up, with what stands around it."""


@cache
def _youngest_years() -> int:
    said = tomllib.loads((resources.files("service.platform") / "identity_numbers.toml").read_text(encoding="utf-8"))
    years: int = said["youngest_years"]
    return years


def holds_identity_number(text: str) -> bool:
    """Whether an identity number stands anywhere in a text."""
    plain = unicodedata.normalize("NFKC", text) if _WIDE.search(text) else text
    return any(_is_one(found.group()) for found in _FORM.finditer(plain))


def identity_numbers_at(value: object) -> Iterator[str]:
    """Where in a value of JSON identity numbers stand: JSON pointers; of one in a name, that of the object."""
    waiting: list[tuple[str, object]] = [("", value)]  # values may lie as deep as JSON lets them
    while waiting:
        pointer, found = waiting.pop()
        if isinstance(found, dict):
            for name, member in found.items():
                if holds_identity_number(name):
                    yield pointer
                else:
                    waiting.append((f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", member))
        elif isinstance(found, list):
            waiting.extend((f"{pointer}/{place}", member) for place, member in enumerate(found))
        elif isinstance(found, str | int) and holds_identity_number(str(found)):
            yield pointer


def may_hold_identity_number(raw: bytes) -> bool:
    """Whether the bytes of a text of JSON may hold an identity number; quick, since every body is asked."""
    if _DAY in raw.translate(_ALIKE) and _BEFORE_A_DAY.search(raw) is not None:
        return True
    return _WRITTEN_OTHERWISE.search(raw) is not None


def without_identity_numbers(text: str, instead: str = "") -> str:
    """The text with something else in place of each identity number."""
    return _FORM.sub(lambda found: instead if _is_one(found.group()) else found.group(), text)


def refusing_identity_numbers(blocks: Iterable[bytes], refuse: Callable[[int], Exception]) -> Iterator[bytes]:
    """The same blocks of a file of text, until an identity number stands in one. `refuse`: what is raised, by its line.

    Raises:
        Exception: as `refuse` makes it.
    """
    before, line = b"", 1
    for block in chain(blocks, (b"",)):
        seen = before + block
        found = next((one for one in _standing_in(seen) if _is_new(one, len(before), last=not block)), None)
        if found is not None:
            raise refuse(line + seen.count(b"\n", 0, found.start()) - before.count(b"\n"))
        if block:
            yield block
        line += block.count(b"\n")
        before = seen[-_LONGEST:]


def _standing_in(raw: bytes) -> Iterator[re.Match[str]]:
    """Numbers in bytes of whichever encoding is read: in all of them a digit is one byte."""
    if _DAY in raw.translate(_ALIKE):
        yield from (found for found in _FORM.finditer(raw.decode("latin-1")) if _is_one(found.group()))


def _is_new(found: re.Match[str], seen_before: int, *, last: bool) -> bool:
    """Whether both neighbours of a number are seen: what is cut off looks like one that it is not."""
    begins = found.start() > 0 or not seen_before
    return begins and (last or found.end() < len(found.string))


def _is_one(written: str) -> bool:
    number = "".join(each for each in written if each.isalnum()).upper()
    if number[-1] != ric.calc_check_digit(number):
        return False
    try:
        born: date = ric.get_birth_date(number)
    except ValidationError:
        return False
    today = SystemClock().now().date()
    return (born.year + _youngest_years(), born.month, born.day) <= (today.year, today.month, today.day)
