"""Days, months and cycles over arrays of ordinals, in integers alone. ``NO_DAY`` stays what it is."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.rating.columnar.arrays import NO_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.edition.model import Cycle
    from scoring.rating.columnar.arrays import Days, Rows
    from scoring.rating.columnar.columns import Coded

EPOCH: Final = date(1970, 1, 1).toordinal()
MONTHS: Final = 12
REACH: Final = 6
"""More days than two clippings at a month's end can shift an inverse by."""
ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def add_months(days: Days, months: int | Rows) -> Days:
    """Each day plus its months: the same day of the month, clipped to the month's end."""
    moment = (days.astype(np.int64) - EPOCH).view("M8[D]")
    month = moment.astype("M8[M]")
    place = moment - month.astype("M8[D]")
    target = month + np.asarray(months, np.int64).astype("m8[M]")
    first = target.astype("M8[D]")
    length = (target + 1).astype("M8[D]") - first
    moved = (first + np.minimum(place, length - 1)).view(np.int64) + EPOCH
    return np.where(days == NO_DAY, NO_DAY, np.minimum(moved, NO_DAY)).astype(np.int32)


def month_numbers(days: Days) -> Rows:
    """Months since year 0, January being 0."""
    return (days.astype(np.int64) - EPOCH).view("M8[D]").astype("M8[M]").view(np.int64) + 1970 * MONTHS


def years(days: Days) -> Rows:
    """The calendar year of each day."""
    return month_numbers(days) // MONTHS


@lru_cache(maxsize=4096)
def least_reaching(day: int, months: int) -> int:
    """The earliest day whose span of ``months`` still holds ``day``: a span from any earlier day has ended by it.

    Adding months never turns the order of two days, so one comparison with this day judges an event.
    """
    near = int(add_months(np.array([day], np.int32), -months)[0])
    around = np.arange(near - REACH, near + REACH + 1, dtype=np.int32)
    return int(around[np.argmax(add_months(around, months) > day)])


def cycle_numbers(days: Days, anchors: Days, months: int) -> Rows:
    """Which span of the cycle holds each day; span 0 begins on the anchor."""
    apart = month_numbers(days) - month_numbers(anchors)
    number = apart // months
    begins = add_months(anchors, number * months)
    return number - (begins > days)


def cycle_starts(days: Days, anchors: Days, months: int) -> Days:
    """The first day of the cycle's span that holds each day."""
    return add_months(anchors, cycle_numbers(days, anchors, months) * months)


def anchors_of(cycle: Cycle, named: Coded | None, size: int) -> Days:
    """The anchor of each entity: its own start where it states a day, else that of year 2000."""
    if named is None:
        return np.broadcast_to(_anchors(cycle, ())[-1], size)
    return _anchors(cycle, named.texts).take(named.index.astype(np.int64))


@lru_cache(maxsize=64)
def starts_by_text(cycle: Cycle, texts: tuple[str, ...], day: int) -> Days:
    """By the text of its start attribute, the first day of an entity's span that holds a day; the last: of no text."""
    anchors = _anchors(cycle, texts)
    return cycle_starts(np.full(len(anchors), day, np.int32), anchors, cycle.months)


@lru_cache(maxsize=64)
def _anchors(cycle: Cycle, texts: tuple[str, ...]) -> Days:
    usual = date(2000, cycle.start_month, cycle.start_day).toordinal()
    return np.array([*(_ordinal(text, usual) for text in texts), usual], np.int32)


def _ordinal(text: str, otherwise: int) -> int:
    if ISO_DAY.fullmatch(text) is None:
        return otherwise
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return otherwise


def calendar_years_between(earlier: Days, later: Days) -> NDArray[np.int64]:
    """The difference of the calendar years of two days."""
    return years(later) - years(earlier)
