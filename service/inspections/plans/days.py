"""Inspector days of a task: how many its visits take, and how many its window holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from scoring.editions.shipped import calendar_or_weekdays

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.register import InspectorRow


class DayLoad(NamedTuple):
    """``needed``: inspector days that the visits take; ``capacity``: those that there are in the window.

    ``working_days``: of the window; ``visits_per_day``: that an inspector makes; ``provisional``: a working day was
    counted that no holiday notice has settled.
    """

    needed: int
    capacity: int
    working_days: int
    visits_per_day: int
    provisional: bool


def day_load(
    able: Iterable[tuple[InspectorRow, int]],
    *,
    window: tuple[date, date],
    calendar: str | None,
    per_day: int,
    places: int,
) -> DayLoad:
    """What a task takes in days and what its inspectors have.

    Args:
        able: eligible inspectors, each with the visits that are left to it in the year.
        window: first and last day of the visits.
        calendar: jurisdiction by whose working days is counted; None: Monday to Friday, and nothing is settled.
        per_day: visits that an inspector makes in a day.
        places: seats of all visits together.
    """
    known = calendar_or_weekdays(calendar)
    first, last = window
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    told = [(day, known.is_working_day(day)) for day in days]
    working = [day for day, answer in told if answer.working]
    capacity = sum(min(_present(row, working), _days(left, per_day)) for row, left in able)
    provisional = any(answer.provisional for _, answer in told)
    return DayLoad(_days(places, per_day), capacity, len(working), per_day, provisional)


def _present(row: InspectorRow, working: Iterable[date]) -> int:
    """The working days on which an inspector is not on leave."""
    return sum(not any(start <= day <= end for start, end in row.leave) for day in working)


def _days(visits: int, per_day: int) -> int:
    return -(-visits // per_day)
