"""Deadlines with their reminders: terms of every unit and counting, from every day of the known years.

Every answer is compared with a count day by day before any time is taken. Seconds are the processor's.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from time import process_time
from typing import TYPE_CHECKING

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from scoring.edition.sections.deadlines import Stage
from scoring.editions.shipped import calendar
from scoring.kernel.days import add_months
from scoring.kernel.workdays import Term
from scoring.publicity import due_day

if TYPE_CHECKING:
    from scoring.kernel.workdays import Counting, Unit

ENOUGH = 200_000
BEFORE = 2
CN = calendar("cn")
ONE = timedelta(days=1)
UNITS: tuple[tuple[Unit, tuple[int, ...]], ...] = (
    ("working_days", (3, 7, 10, 20)),
    ("calendar_days", (15,)),
    ("months", (3,)),
)
COUNTINGS: tuple[Counting, ...] = ("from_day", "from_next_day")
STAGES = tuple(
    Stage("publish", Term(number, unit, counting), "")
    for unit, numbers in UNITS
    for number, counting in product(numbers, COUNTINGS)
)
DAYS = tuple(date(2007, 1, 1) + timedelta(days=number) for number in range(20 * 365 + 5))
PAIRS = len(DAYS) * len(STAGES)

ROW = Row(
    id="deadlines",
    what=f"last day, reminder and whether provisional: {PAIRS:,} pairs of a day of 2007 to 2026 and a term",
    target=f"≥ {ENOUGH:,}/s on one core, processor time; every one equal to a count day by day",
)


def measure() -> Figures:
    """Deadlines a second over the rate asked for."""
    for stage, start in product(STAGES, DAYS):
        (day, provisional), reminder = due_day(stage, start, CN, BEFORE)
        assert (day, provisional) == counted(stage.term, start), (stage, start)
        assert reminder == max(start, earlier(day)), (stage, start)

    def ours() -> None:
        for stage in STAGES:
            for start in DAYS:
                due_day(stage, start, CN, BEFORE)

    rate = PAIRS / interleaved({"ours": ours}, clock=process_time)["ours"]
    return Figures(
        ours=f"{rate:,.0f} deadlines/s",
        peer="none: the rate asked for",
        ratio=rate / ENOUGH,
        met=rate >= ENOUGH,
        memory=f"peak {peak_mebibytes()} MiB",
    )


def counted(term: Term, start: date) -> tuple[date, bool]:
    """The last day, walked to, and whether a day on the way is not settled."""
    first = start if term.counting == "from_day" else start + ONE
    seen: list[date] = []
    if term.unit == "months":
        day = add_months(start, term.number) - (ONE if term.counting == "from_day" else 0 * ONE)
    elif term.unit == "calendar_days":
        day = first + (term.number - 1) * ONE
    else:
        day, left = first, term.number
        while left := left - CN.is_working_day(day).working:
            seen.append(day)
            day += ONE
    seen.append(day)
    while not CN.is_working_day(day).working:
        day += ONE
        seen.append(day)
    return day, any(one.year not in CN.years for one in seen)


def earlier(day: date) -> date:
    """The working day so many working days before."""
    left = BEFORE
    while left:
        day -= ONE
        left -= CN.is_working_day(day).working
    return day
