"""Days: months added with the end of the month clipped, spans of a cycle, strict ISO dates.

Past either end of the calendar (years 1 to 9999) a sum stops at its last or first day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SHORTEST = 28
_REMEMBERED = 40_000
"""Days remembered per number of months: a century, so that memory stays bounded on any input."""


class DayError(ValueError):
    """A text that is no day; ``code`` is stable."""

    code = "day_malformed"


def parse_day(text: str) -> date:
    """The day of a text ``YYYY-MM-DD``, and of no other ISO form.

    Raises:
        DayError: another shape, or no day of the calendar (2025-02-29).
    """
    if _ISO.fullmatch(text) is None:
        raise DayError(text)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayError(text) from error


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later (earlier where negative), clipped to the month's end.

    Always add from the first day of a span: 31 January + 1 is 28 February, + 2 is 31 March.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    number = day.day
    if number > _SHORTEST:
        number = min(number, monthrange(year, month + 1)[1])
    return date(year, month + 1, number)


def cycle_span(anchor: date, months: int, day: date) -> tuple[date, date]:
    """The half-open span [from, to) of a cycle that holds a day: both ends counted from the anchor. ``months`` ≥ 1."""
    apart = (day.year - anchor.year) * 12 + day.month - anchor.month
    span = apart // months
    start = add_months(anchor, span * months)
    if day < start:
        return add_months(anchor, (span - 1) * months), start
    return start, add_months(anchor, (span + 1) * months)


class _Sums(dict[date, date]):
    """Remembers ``add_months`` of one number of months; filled as days are asked for."""

    __slots__ = ("_months",)

    def __init__(self, months: int) -> None:
        super().__init__()
        self._months = months

    def __missing__(self, day: date) -> date:
        """Work out a day not asked for before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        result = self[day] = add_months(day, self._months)
        return result


@cache
def months_after(months: int) -> Mapping[date, date]:
    """``add_months`` by a fixed number as a look-up: ``months_after(24)[day]``. For code that adds by the million."""
    return _Sums(months)
