"""How the shape of a value is said: small demands that compose. Each takes a value and raises where it does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn, TypeAlias

from scoring.kernel.canonical import LIMIT
from scoring.kernel.days import DayError, parse_day
from scoring.sampling.language import DocumentError

Shape: TypeAlias = Callable[[object], None]


def refuse(said: str, code: str = "P-SHAPE") -> NoReturn:
    """Refuse the value at hand."""
    raise DocumentError(code, "", said)


def text(most: int, least: int = 0) -> Shape:
    """A string of so many characters."""

    def shape(value: object) -> None:
        if not isinstance(value, str) or not least <= len(value) <= most:
            refuse(f"{value!r:.60} is no text of {least} to {most} characters")

    return shape


def matching(pattern: str, what: str) -> Shape:
    """A string that the pattern matches whole."""
    fits = re.compile(pattern, re.ASCII).fullmatch

    def shape(value: object) -> None:
        if not isinstance(value, str) or fits(value) is None:
            refuse(f"{value!r:.60} is no {what}")

    return shape


def hexadecimal(size: int) -> Shape:
    """So many bytes in lower-case hex."""
    return matching(f"[0-9a-f]{{{2 * size}}}", f"hex of {size} bytes")


def integer(least: int = 0, most: int = LIMIT - 1) -> Shape:
    """An integer within bounds; ``true`` is none."""

    def shape(value: object) -> None:
        if value.__class__ is not int or not least <= value <= most:
            refuse(f"{value!r:.60} is no integer from {least} to {most}")

    return shape


def one_of(*allowed: str) -> Shape:
    """One of these words."""

    def shape(value: object) -> None:
        if not isinstance(value, str) or value not in allowed:
            refuse(f"{value!r:.60} is none of {', '.join(allowed)}")

    return shape


def flag(value: object) -> None:
    """True or false."""
    if not isinstance(value, bool):
        refuse(f"{value!r:.60} is neither true nor false")


def day(value: object) -> None:
    """A day of the calendar, YYYY-MM-DD."""
    try:
        parse_day(value if isinstance(value, str) else "")
    except DayError:
        refuse(f"{value!r:.60} is no day YYYY-MM-DD")


def list_of(item: Shape, least: int = 0, most: int = 10**7) -> Shape:
    """A list of so many items of one shape."""

    def shape(value: object) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            refuse(f"no list of {least} to {most} items")
        index = 0
        try:
            for index, each in enumerate(value):  # noqa: B007 -- told where an item is refused
                item(each)
        except DocumentError as refused:
            raise refused.below(index) from None

    return shape


def array(*items: Shape) -> Shape:
    """A list of just these values in this order."""

    def shape(value: object) -> None:
        if not isinstance(value, list) or len(value) != len(items):
            refuse(f"no array of {len(items)} values")
        for index, (item, each) in enumerate(zip(items, value, strict=True)):
            try:
                item(each)
            except DocumentError as refused:
                raise refused.below(index) from None

    return shape


def record(**fields: Shape) -> Shape:
    """An object with just these fields; a trailing ``_`` of a name keeps it apart from Python's own words."""
    named = {name.rstrip("_"): shape for name, shape in fields.items()}

    def shape(value: object) -> None:
        if not isinstance(value, dict):
            refuse("no object")
        for name in named.keys() - value.keys():
            refuse(f"field {name} is missing")
        for name in value.keys() - named.keys():
            refuse(f"field {name} is unknown")
        for name, field in named.items():
            try:
                field(value[name])
            except DocumentError as refused:
                raise refused.below(name) from None

    return shape


def by_field(field: str, **shapes: Shape) -> Shape:
    """An object whose ``field`` says which of the shapes it has."""
    known = one_of(*shapes)

    def shape(value: object) -> None:
        if not isinstance(value, dict) or field not in value:
            refuse(f"no object with the field {field}")
        known(value[field])
        shapes[value[field]](value)

    return shape


def or_text(fixed: Shape, other: Shape) -> Shape:
    """Text as ``fixed`` demands, anything else as ``other`` does: a masked row or an open one."""
    return lambda value: (fixed if isinstance(value, str) else other)(value)


def or_empty(shape: Shape) -> Shape:
    """An empty text, or the shape."""
    return lambda value: None if isinstance(value, str) and not value else shape(value)


def or_none(shape: Shape) -> Shape:
    """An object without fields, or the shape."""
    return lambda value: None if isinstance(value, dict) and not value else shape(value)
