"""How the shape of a value is said: small demands that compose. Each takes a value and raises where it does not fit.

Some can also look at many values at once (``Column``): lists of 50,000 rows are read column by column, and only where
something does not fit value by value, to tell the first that does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import chain
from typing import Any, NoReturn, TypeAlias

from scoring.kernel.canonical import LIMIT
from scoring.kernel.days import DayError, parse_day
from scoring.sampling.language import DocumentError

Shape: TypeAlias = Callable[[object], None]


def refuse(said: str, code: str = "P-SHAPE") -> NoReturn:
    """Refuse the value at hand."""
    raise DocumentError(code, "", said)


class Column:
    """A shape that can say of many values at once whether all of them have it."""

    def __init__(self, shape: Shape, fit: Callable[[Collection[Any]], bool]) -> None:
        self._shape = shape
        self.fit = fit

    def __call__(self, value: object) -> None:
        """Refuse a value without the shape."""
        self._shape(value)


def all_fit(shape: Shape, values: Collection[Any]) -> bool:
    """Whether all values have the shape."""
    if isinstance(shape, Column):
        return shape.fit(values)
    try:
        for each in values:
            shape(each)
    except DocumentError:
        return False
    return True


def _plain(kind: type, lawful: Callable[[Any], object], what: str) -> Column:
    """Values of one class, ``true`` being no integer, of which each that differs is looked at once."""

    def shape(value: object) -> None:
        if value.__class__ is not kind or not lawful(value):
            refuse(f"{value!r:.60} is {what}")

    def fit(values: Collection[Any]) -> bool:
        return set(map(type, values)) <= {kind} and all(map(lawful, set(values)))

    return Column(shape, fit)


def text(most: int, least: int = 0) -> Column:
    """A string of so many characters."""
    return _plain(str, lambda value: least <= len(value) <= most, f"no text of {least} to {most} characters")


def matching(pattern: str, what: str) -> Column:
    """A string that the pattern matches whole."""
    return _plain(str, re.compile(pattern, re.ASCII).fullmatch, f"no {what}")


def hexadecimal(size: int) -> Column:
    """So many bytes in lower-case hex."""
    return matching(f"[0-9a-f]{{{2 * size}}}", f"hex of {size} bytes")


def integer(least: int = 0, most: int = LIMIT - 1) -> Column:
    """An integer within bounds; ``true`` is none."""
    return _plain(int, lambda value: least <= value <= most, f"no integer from {least} to {most}")


def one_of(*allowed: str) -> Column:
    """One of these words."""
    return _plain(str, allowed.__contains__, f"none of {', '.join(allowed)}")


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


def list_of(item: Shape, least: int = 0, most: int = 10**7) -> Column:
    """A list of so many items of one shape."""

    def shape(value: object) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            refuse(f"no list of {least} to {most} items")
        if isinstance(item, Column) and item.fit(value):
            return
        index = 0
        try:
            for index, each in enumerate(value):  # noqa: B007 -- told where an item is refused
                item(each)
        except DocumentError as refused:
            raise refused.below(index) from None

    def fit(values: Collection[Any]) -> bool:
        if not _lists(values) or not all(least <= length <= most for length in set(map(len, values))):
            return False
        return all_fit(item, list(chain.from_iterable(values)))

    return Column(shape, fit)


def _lists(values: Collection[Any]) -> bool:
    return set(map(type, values)) <= {list}


def array(*items: Shape) -> Column:
    """A list of just these values in this order."""

    def shape(value: object) -> None:
        if not isinstance(value, list) or len(value) != len(items):
            refuse(f"no array of {len(items)} values")
        for index, (item, each) in enumerate(zip(items, value, strict=True)):
            try:
                item(each)
            except DocumentError as refused:
                raise refused.below(index) from None

    def fit(rows: Collection[Any]) -> bool:
        if not _lists(rows) or not set(map(len, rows)) <= {len(items)}:
            return False
        return all(all_fit(item, [row[place] for row in rows]) for place, item in enumerate(items))

    return Column(shape, fit)


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


def or_text(fixed: Shape, other: Shape) -> Column:
    """Text as ``fixed`` demands, anything else as ``other`` does: a masked row or an open one."""

    def fit(values: Collection[Any]) -> bool:
        masked = [each for each in values if isinstance(each, str)]
        return all_fit(fixed, masked) and all_fit(other, [each for each in values if not isinstance(each, str)])

    return Column(lambda value: (fixed if isinstance(value, str) else other)(value), fit)


def or_empty(shape: Shape) -> Column:
    """An empty text, or the shape."""
    return Column(
        lambda value: None if isinstance(value, str) and not value else shape(value),
        lambda values: all_fit(shape, [each for each in values if each != ""]),
    )


def or_none(shape: Shape) -> Shape:
    """An object without fields, or the shape."""
    return lambda value: None if isinstance(value, dict) and not value else shape(value)
