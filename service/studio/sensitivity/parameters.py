"""Every number that the text of an edition states, each one unit up and one unit down.

A unit is one of the last place that is not an idle zero: −3 and 3.00 move by 1, 0.5 and 1.20 by 0.1. Whatever
looks like a number inside a sentence, a code, a date or a comment is left alone. Where a number stands is told as the
difference of two editions is: by clause, and by what names the entries of lists.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.edition.differing import changes
from scoring.edition.parse import parse
from scoring.kernel.errors import EditionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.edition.differing import Change
    from scoring.edition.model import Edition

_TOKENS: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*'''
    r"""|^[ \t]*\[+[^\]\n=,]*\]+[ \t]*(?=\#|$)"""
    r"""|(?<![\w.:+-])(?P<number>[+-]?\d[\d_]*(?:\.\d[\d_]*)?)(?![\w.:-]|[ \t]*=)""",
    re.DOTALL | re.MULTILINE,
)
"""Texts, comments and headers of tables are passed over as a whole, so that no digit of theirs is a number."""


class Variant(NamedTuple):
    """An edition with one number changed.

    ``edition`` is None where the edition then cannot be: ``refused`` says why, in codes of `EditionError`.
    """

    change: Change
    edition: Edition | None
    refused: tuple[str, ...]


class Parameter(NamedTuple):
    """One number as it is written, in its line from 1, and what it becomes one unit up and down."""

    line: int
    written: str
    up: Variant
    down: Variant


def parameters(text: str) -> Iterator[Parameter]:
    """The numbers of an edition in the order of its text.

    Raises:
        EditionError: the text is no edition.
    """
    parse(text)
    for token in _TOKENS.finditer(text):
        written = token["number"]
        if written is not None:
            up, down = (_variant(text, token.span("number"), moved(written, by)) for by in (1, -1))
            if up is not None and down is not None:
                yield Parameter(text.count("\n", 0, token.start()) + 1, written, up, down)


def moved(written: str, by: int) -> str:
    """A number so many units up, with as many places as it is written with."""
    whole, _, part = written.replace("_", "").partition(".")
    places = len(part)
    unit = 10 ** (places - len(part.rstrip("0")))
    size = int(whole + part) + by * unit
    sign, digits = "-" if size < 0 else "", str(abs(size)).rjust(places + 1, "0")
    return f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else f"{size}"


def _variant(text: str, span: tuple[int, int], written: str) -> Variant | None:
    """None where the number does not stand for a value after all."""
    changed = text[: span[0]] + written + text[span[1] :]
    try:
        found = changes(text, changed)
    except tomllib.TOMLDecodeError:
        return None
    if not found:
        return None
    try:
        return Variant(found[0], parse(changed), ())
    except EditionError as reason:
        return Variant(found[0], None, tuple(finding.code for finding in reason.findings))
