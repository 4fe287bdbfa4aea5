"""Months and cycles, counted as the page says: from the first day of the span, clipped to the month's end."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.model import Cycle


@lru_cache(maxsize=100_000)
def add_months(day: date, months: int) -> date:
    """The same day of the month, so many months on; where the month is too short, its last day."""
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    for day_of_month in (day.day, 30, 29, 28):
        if day_of_month <= day.day:
            try:
                return date(year, month, day_of_month)
            except ValueError:
                continue
    raise AssertionError(day, months)


def anchor_of(cycle: Cycle, entity_attributes: Mapping[str, str]) -> date:
    """The entity's own start day where the cycle names one and the entity has it, else the day in the year 2000."""
    if cycle.start_attribute is not None:
        text = entity_attributes.get(cycle.start_attribute, "")
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
    return date(2000, cycle.start_month, cycle.start_day)


@lru_cache(maxsize=100_000)
def span_from(anchor: date, months: int, day: date) -> tuple[date, date]:
    """The span [anchor + k months, anchor + (k + 1) months) that holds a day."""
    k = 0
    while add_months(anchor, k * months) > day:
        k -= 1
    while add_months(anchor, (k + 1) * months) <= day:
        k += 1
    return add_months(anchor, k * months), add_months(anchor, (k + 1) * months)


def cycle_span(cycle: Cycle, entity_attributes: Mapping[str, str], day: date) -> tuple[date, date]:
    """The span of a cycle, half-open, that holds a day."""
    return span_from(anchor_of(cycle, entity_attributes), cycle.months, day)
