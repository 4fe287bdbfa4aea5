"""Lines of a page out of a line of text: where each script may be broken, and in which typeface it is set.

Chinese is broken between any two characters, but no line begins with a mark that closes and none ends with one that
opens; words and figures of Latin script are broken at spaces, and where they are longer than a line.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth

if TYPE_CHECKING:
    from collections.abc import Iterator

CHINESE: Final = "STSong-Light"
LATIN: Final = "Times-Roman"

NEVER_FIRST: Final = frozenset("，。、；：？！）〕】》〉」』”’％…·,.;:?!)]}%")
NEVER_LAST: Final = frozenset("（〔【《〈「『“‘([{")
_SHARED: Final = frozenset("“”‘’–—…·")
"""Marks of both scripts: full-width among Chinese, narrow otherwise."""

_ATOM: Final = re.compile(r" +|[\x21-\x7e]+|.", re.DOTALL)
_LATIN_LETTERS: Final = re.compile(r"[\x20-\x7eÀ-ÖØ-öø-ÿ]")
_CHINESE: Final = re.compile(r"[\u2e80-\uffef]")


class Set(NamedTuple):
    """How a text is set: in which size (points), and in which typeface the marks of both scripts."""

    size: float
    marks: str

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """A text in stretches of one typeface: (typeface, stretch)."""
        return ((typeface, "".join(chars)) for typeface, chars in groupby(text, self._typeface))

    def width(self, text: str) -> float:
        """How wide a text is, in points."""
        return float(sum(stringWidth(said, typeface, self.size) for typeface, said in self.runs(text)))

    def _typeface(self, char: str) -> str:
        if char in _SHARED:
            return self.marks
        return LATIN if _LATIN_LETTERS.match(char) else CHINESE


@cache
def _register() -> None:
    """Make the Chinese typeface known to the library; once, and not before a notice is set."""
    registerFont(UnicodeCIDFont(CHINESE))


def setting(text: str, size: float) -> Set:
    """How a line of text is set."""
    _register()
    return Set(size, CHINESE if _CHINESE.search(text) else LATIN)


def broken(text: str, width: float, look: Set) -> list[str]:
    """The lines into which a text is broken so that none is wider than ``width`` points; at least one."""
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for atom in _atoms(text, width, look):
        wide = look.width(atom)
        if line and not atom.isspace() and used + wide > width:
            carried = _carried(line, atom, width, look)
            lines.append("".join(line).rstrip())
            line, used = carried, look.width("".join(carried))
        line.append(atom)
        used += wide
    return [*lines, "".join(line).rstrip()]


def _atoms(text: str, width: float, look: Set) -> Iterator[str]:
    """What is not broken: a word, a character, spaces; a word longer than a line in pieces."""
    for atom in _ATOM.findall(text):
        if look.width(atom) <= width:
            yield atom
            continue
        piece = ""
        for char in atom:
            if piece and look.width(piece + char) > width:
                yield piece
                piece = ""
            piece += char
        yield piece


def _carried(line: list[str], following: str, width: float, look: Set) -> list[str]:
    """What is taken from the end of a line onto the next, so that neither breaks the rules.

    Nothing where it would leave a line empty, or be wider than a line itself.
    """
    carried: list[str] = []
    while len(line) > 1 and ((carried or [following])[0][0] in NEVER_FIRST or line[-1][-1] in NEVER_LAST):
        if look.width("".join([line[-1], *carried, following])) > width:
            break
        carried.insert(0, line.pop())
    while carried and carried[0].isspace():
        carried.pop(0)
    return carried
