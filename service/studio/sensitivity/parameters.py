"""Every number that the text of an edition states, each one unit up and one unit down.

A unit is one of the last place that is not an idle zero: −3 and 3.00 move by 1, 0.5 and 1.20 by 0.1. Where a number
stands is told as the difference of two editions is: by clause, and by what names the entries of lists.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.changed import spans_of
from scoring.edition.differing import changes
from scoring.edition.parse import parse
from scoring.edition.place import Decimals
from scoring.kernel.errors import EditionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.edition.differing import Change
    from scoring.edition.model import Edition


class Variant(NamedTuple):
    """An edition with one number changed.

    ``edition`` is None where the edition then cannot be: ``refused`` says why, in codes of `EditionError`.
    """

    change: Change
    edition: Edition | None
    refused: tuple[str, ...]


class Parameter(NamedTuple):
    """One number as it is written, at its place (a JSON pointer), in its line from 1; and one unit up and down."""

    place: str
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
    for (first, last), place in sorted((span, place) for place, span in spans_of(text).items()):
        written = text[first:last]
        up, down = (text[:first] + moved(written, by) + text[last:] for by in (1, -1))
        found = changes(text, up)
        if found:
            line = text.count("\n", 0, first) + 1
            lower = _as_well(found[0], moved(written, -1)) or changes(text, down)[0]
            yield Parameter(place, line, written, _variant(up, found[0]), _variant(down, lower))


def moved(written: str, by: int) -> str:
    """A number so many units up, with as many places as it is written with."""
    whole, _, part = written.replace("_", "").partition(".")
    places = len(part)
    unit = 10 ** (places - len(part.rstrip("0")))
    size = int(whole + part) + by * unit
    sign, digits = "-" if size < 0 else "", str(abs(size)).rjust(places + 1, "0")
    return f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else f"{size}"


def _as_well(change: Change, written: str) -> Change | None:
    """The change by which the place has another number still; None where more than the number is told with it."""
    if isinstance(change.after, bool) or not isinstance(change.after, int | Decimals):
        return None
    after = tomllib.loads(f"number = {written}", parse_float=Decimals)["number"]
    return change._replace(after=after)


def _variant(changed: str, change: Change) -> Variant:
    try:
        return Variant(change, parse(changed), ())
    except EditionError as reason:
        return Variant(change, None, tuple(finding.code for finding in reason.findings))
