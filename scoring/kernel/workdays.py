"""Working days and statutory periods. The table of days off is an argument; past its end the weekday rule answers.

Days off and make-up working days are set for one year at a time by a notice of the government, late in the year before.
What no notice has settled yet is answered by the weekday alone (Monday to Friday) and marked provisional.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.kernel.days import add_months

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

Counting: TypeAlias = Literal["from_day", "from_next_day"]
"""Whether the day of the fact is the first day of the period, or the day after it is."""
Unit: TypeAlias = Literal["working_days", "calendar_days", "months"]

_ONE = timedelta(days=1)
_FIRST_DAY_OFF = 5
"""Saturday, as `date.weekday` counts."""


class Answer(NamedTuple):
    """Whether a day is a working day; ``provisional`` where no notice has settled its year."""

    working: bool
    provisional: bool


class Deadline(NamedTuple):
    """The last day of a period; ``provisional`` where a day that was counted or skipped is not settled."""

    day: date
    provisional: bool


class _Span(NamedTuple):
    """The working days of all years that are settled and of the year after, told in advance.

    ``before``: for each day from ``first`` (an ordinal) on, how many of ``days`` lie before it. ``settled``: for each
    settled year the last one up to which all are.
    """

    first: int
    before: Sequence[int]
    days: Sequence[date]
    settled: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one jurisdiction.

    ``years`` are those that a notice has settled; ``holidays`` are all days off that the notices name, weekends among
    them, each with its name; ``make_up`` are days of a weekend that are worked instead. No day is in both.
    """

    jurisdiction: str
    years: AbstractSet[int]
    holidays: Mapping[date, str]
    make_up: AbstractSet[date]
    _spans: list[_Span | None] = field(default_factory=list, init=False, repr=False, compare=False)

    def is_working_day(self, day: date) -> Answer:
        """Whether people of the authority work on a day."""
        provisional = day.year not in self.years
        if day in self.make_up:
            return Answer(working=True, provisional=provisional)
        if day in self.holidays:
            return Answer(working=False, provisional=provisional)
        return Answer(day.weekday() < _FIRST_DAY_OFF, provisional)

    def add_working_days(self, start: date, number: int, *, counting: Counting = "from_next_day") -> Deadline:
        """The ``number``-th working day, counted from ``start`` itself or from the day after it. ``number`` ≥ 1.

        ``from_day`` counts the start only where it is a working day. A sum past 9999-12-31 stops there.
        """
        if number < 1:
            raise ValueError(number)
        day = start if counting == "from_day" else _next(start)
        span = self._spans[0] if self._spans else self._told()
        if span is not None:
            place = day.toordinal() - span.first
            if 0 <= place < len(span.before):
                position = span.before[place] + number - 1
                if position < len(span.days):
                    end = span.days[position]
                    return Deadline(end, end.year > span.settled.get(day.year, 0))
        return self._counted(day, number)

    def _counted(self, day: date, number: int) -> Deadline:
        """The same day by day: for days that are far from every settled year."""
        provisional = False
        while True:
            answer = self.is_working_day(day)
            provisional |= answer.provisional
            number -= answer.working
            if number == 0 or day == date.max:
                return Deadline(day, provisional)
            day = _next(day)

    def next_working_day(self, day: date) -> Deadline:
        """The day itself where it is a working day, else the first one after it."""
        return self.add_working_days(day, 1, counting="from_day")

    def working_days_before(self, day: date, number: int) -> date:
        """The ``number``-th working day before a day; the day itself for none. A difference before year 1 stops there.

        For reminders: whether the days between are settled is not said.
        """
        span = self._spans[0] if self._spans else self._told()
        if span is not None and number > 0:
            place = day.toordinal() - span.first
            if 0 <= place < len(span.before) and span.before[place] >= number:
                return span.days[span.before[place] - number]
        while number > 0 and day > date.min:
            day -= _ONE
            number -= self.is_working_day(day).working
        return day

    def working_days_left(self, day: date, last: date) -> int:
        """The working days after a day up to a last one, that one among them; 0 on it.

        Past the last day: less than none, the working days since. Whether the days between are settled is not said.
        """
        span = self._spans[0] if self._spans else self._told()
        if span is not None:
            here, there = (one.toordinal() + 1 - span.first for one in (day, last))
            if min(here, there) >= 0 and max(here, there) < len(span.before):
                return span.before[there] - span.before[here]
        sign, first, end = (1, day, last) if day <= last else (-1, last, day)
        days = range(first.toordinal() + 1, end.toordinal() + 1)
        return sign * sum(self.is_working_day(date.fromordinal(one)).working for one in days)

    def _told(self) -> _Span | None:
        """The span, worked out when first asked for; None where no year is settled."""
        found: _Span | None = None
        if self.years:
            first, last = date(min(self.years), 1, 1), date(min(max(self.years) + 1, date.max.year), 12, 31)
            before: list[int] = []
            days: list[date] = []
            for ordinal in range(first.toordinal(), last.toordinal() + 1):
                day = date.fromordinal(ordinal)
                before.append(len(days))
                if self.is_working_day(day).working:
                    days.append(day)
            settled: dict[int, int] = {}
            for year in sorted(self.years, reverse=True):
                settled[year] = settled.get(year + 1, year)
            found = _Span(first.toordinal(), before, days, settled)
        self._spans.append(found)
        return found


@dataclass(frozen=True, slots=True)
class Term:
    """A statutory period as a law states it: how many of which unit, and from which day it is counted."""

    number: int
    unit: Unit
    counting: Counting


def last_day(term: Term, start: date, calendar: Calendar, *, to_act: bool) -> Deadline:
    """The last day of a period that a fact of ``start`` sets running.

    ``to_act``: a person must do something by that day, so that a period of calendar days or months which ends on a day
    off runs to the next working day. It is False for all else: the end of publicity never moves (semantics §1).
    """
    if term.unit == "working_days":
        return calendar.add_working_days(start, term.number, counting=term.counting)
    end = period_end(start, term.number, unit=term.unit, counting=term.counting)
    return calendar.next_working_day(end) if to_act else Deadline(end, provisional=False)


def period_end(start: date, number: int, *, unit: Literal["calendar_days", "months"], counting: Counting) -> date:
    """The last day of a period of calendar days or of months. ``number`` ≥ 1.

    Months end on the day of the same number, clipped to the month's end: 31 January + 1 month, counted from the next
    day, is 28 February. Counted from the day itself every period ends a day earlier, as [start, start + number) says.
    """
    if number < 1:
        raise ValueError(number)
    if unit == "months":
        end = add_months(start, number)
    else:
        end = start + timedelta(days=min(number, (date.max - start).days))
    return end - _ONE if counting == "from_day" else end


def _next(day: date) -> date:
    return day if day == date.max else day + _ONE
