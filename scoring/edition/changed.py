"""A text of an edition with some of its numbers replaced; comments, layout and all else stay as they are written.

A number is named by the JSON pointer of its place (RFC 6901), as findings name places: ``/rating/grade/0/at_least``.
What looks like a number inside a sentence, a code, a date, a key or a comment is none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.edition.parse import load
from scoring.edition.place import Place, Refused
from scoring.kernel.errors import EditionError, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKENS: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*'''
    r"""|^[ \t]*\[+[^\]\n=,]*\]+[ \t]*(?=\#|$)"""
    r"""|(?<![\w.:+-])(?P<number>[+-]?\d[\d_]*(?:\.\d[\d_]*)?)(?![\w.:-]|[ \t]*=)""",
    re.DOTALL | re.MULTILINE,
)
"""Texts, comments and headers of tables are passed over as a whole, so that no digit of theirs is a number."""
_VALUE: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,3})?", re.ASCII)
_STANDS_FOR: Final = 1 << 60
"""Added to the place of a number in the text, it stands there in its stead while it is looked for in the tables."""


class Number(NamedTuple):
    """A number of an edition: the JSON pointer of its place, its line from 1, and how it is written."""

    place: str
    line: int
    written: str


def numbers(text: str) -> tuple[Number, ...]:
    """Every number that an edition states, in the order of its text.

    Raises:
        EditionError: the text is no TOML.
    """
    return tuple(
        Number(place, text.count("\n", 0, first) + 1, text[first:last])
        for first, last, place in sorted((*span, place) for place, span in spans_of(text).items())
    )


@lru_cache(maxsize=4)
def spans_of(text: str) -> Mapping[str, tuple[int, int]]:
    """Where in a text the number of each place stands, from which letter up to which; a few texts are remembered.

    Raises:
        EditionError: the text is no TOML.
    """
    at = Place([])
    if isinstance(load(text, at), Refused):
        raise EditionError(tuple(at.findings))
    spans: list[tuple[int, int]] = []
    pieces, done = [], 0
    for token in _TOKENS.finditer(text):
        if token["number"] is not None:
            pieces += [text[done : token.start("number")], str(_STANDS_FOR + len(spans))]
            spans.append(token.span("number"))
            done = token.end("number")
    tables = tomllib.loads("".join((*pieces, text[done:])))
    found = {place.pointer: value - _STANDS_FOR for place, value in _integers(tables, at)}
    return MappingProxyType({place: spans[number] for place, number in found.items() if number < len(spans)})


def changed(text: str, values: Sequence[tuple[str, str]]) -> str:
    """The text with the numbers at some places replaced, each place once.

    Args:
        text: TOML of an edition; whether the changed one still is an edition is for `parse` to say.
        values: pairs of a JSON pointer and a number as it is to be written.

    Raises:
        EditionError: ``not_toml`` and the like; ``place_without_number``, ``place_named_twice``, ``not_a_number``.
    """
    spans = spans_of(text)
    findings = [one for number, pair in enumerate(values) for one in _faults(number, pair, values, spans)]
    if findings:
        raise EditionError(tuple(findings))
    for place, value in sorted(values, key=lambda pair: spans[pair[0]], reverse=True):
        first, last = spans[place]
        text = text[:first] + value + text[last:]
    return text


def _faults(
    number: int, pair: tuple[str, str], values: Sequence[tuple[str, str]], spans: Mapping[str, tuple[int, int]]
) -> Iterator[Finding]:
    place, value = pair
    if place not in spans:
        yield Finding(
            "error",
            "place_without_number",
            "",
            place,
            "这里没有数字，请给出一个数字所在的位置，例如 /rating/base",
            "no number stands there: give the place of one, such as /rating/base",
        )
    if any(place == other for other, _ in values[:number]):
        yield Finding("error", "place_named_twice", "", place, "同一位置给出了两次", "the place is named twice")
    if not _VALUE.fullmatch(value):
        yield Finding(
            "error",
            "not_a_number",
            "",
            place,
            f"{value[:40]!r} 不是数字，请写成 -5 或者 0.5 的形式",
            f"{value[:40]!r} is no number: write it like -5 or 0.5",
        )


def _integers(value: object, at: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _integers(each, at.down(key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _integers(each, at.down(number))
    elif isinstance(value, int) and not isinstance(value, bool) and value >= _STANDS_FOR:
        yield at, value
