"""When a clock of a case ends, and from which day a superior must hear of it.

A day on which a clock stands still is not counted. It stands still from the day after it was paused (the papers were
asked for on a day that is counted) to the day on which it goes on: that day is counted where the term counts the day
of a fact (``from_day``), and is not where it counts from the next day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from scoring.kernel.workdays import Deadline, period_end

if TYPE_CHECKING:
    from scoring.edition.clocks import ClockLaw, Extension
    from scoring.kernel.workdays import Calendar, Counting, Term

_ONE = timedelta(days=1)


class Pause(NamedTuple):
    """From when to when a clock stood still. ``until`` None: it still does."""

    since: date
    until: date | None


class Run(NamedTuple):
    """What happened to a clock: started once, paused and resumed, prolonged ``extended`` times, stopped."""

    started: date
    pauses: tuple[Pause, ...] = ()
    extended: int = 0
    stopped: date | None = None


class Face(NamedTuple):
    """What a clock shows.

    ``due``: the last day of the term, None while it stands still and cannot be known. ``escalate_on``: the day from
    which a superior must hear of it, None where the law does not say or ``due`` is not known.
    """

    due: Deadline | None
    escalate_on: date | None


def face(law: ClockLaw, run: Run, calendar: Calendar) -> Face:
    """What a clock shows after what happened to it. Extensions past those that the law allows are not counted."""
    skipped = _skipped(run, law.term.counting)
    end = _counted(law.term, run.started, skipped, calendar)
    unit = law.term.unit
    if end is not None and law.extension is not None:
        for _ in range(min(run.extended, law.extension.most)):
            more = _prolonged(law.extension, end.day, skipped, calendar)
            if more is None:
                end = None
                break
            end, unit = Deadline(more.day, end.provisional or more.provisional), law.extension.unit
    if end is not None and unit != "working_days":
        moved = _nth(end.day, 1, skipped, calendar, working=True)
        end = None if moved is None else Deadline(moved.day, end.provisional or moved.provisional)
    if end is None or law.escalate is None:
        return Face(end, None)
    return Face(end, max(run.started, _days_before(end.day, law.escalate, calendar)))


def stage(shown: Face, run: Run, as_of: date) -> Literal["stopped", "paused", "running", "near", "over"]:
    """How a clock stands on a day. ``over`` from the day after its last one, ``near`` from the day of escalation."""
    if run.stopped is not None and run.stopped <= as_of:
        return "stopped"
    if shown.due is None:
        return "paused"
    if as_of > shown.due.day:
        return "over"
    if run.pauses and run.pauses[-1].until is None:
        return "paused"
    return "near" if shown.escalate_on is not None and as_of >= shown.escalate_on else "running"


def extensions_left(law: ClockLaw, run: Run) -> int:
    """How many times the term may still be prolonged."""
    return 0 if law.extension is None else max(0, law.extension.most - run.extended)


def _skipped(run: Run, counting: Counting) -> tuple[tuple[date, date | None], ...]:
    """The days not counted, as spans: first and last day, both in it; None: without an end."""
    own = _ONE if counting == "from_day" else timedelta(0)
    return tuple(
        (pause.since + _ONE, None if pause.until is None else pause.until - own)
        for pause in run.pauses
        if pause.since < date.max
    )


def _counted(
    term: Term, start: date, skipped: tuple[tuple[date, date | None], ...], calendar: Calendar
) -> Deadline | None:
    first = start if term.counting == "from_day" else _next(start)
    if term.unit == "working_days":
        return _nth(first, term.number, skipped, calendar, working=True)
    end = period_end(start, term.number, unit=term.unit, counting=term.counting)
    return _nth(first, max(1, (end - first).days + 1), skipped, calendar, working=False)


def _prolonged(
    extension: Extension, end: date, skipped: tuple[tuple[date, date | None], ...], calendar: Calendar
) -> Deadline | None:
    if extension.unit == "working_days":
        return _nth(_next(end), extension.number, skipped, calendar, working=True)
    last = period_end(end, extension.number, unit=extension.unit, counting="from_next_day")
    return _nth(_next(end), max(1, (last - end).days), skipped, calendar, working=False)


def _nth(
    first: date, number: int, skipped: tuple[tuple[date, date | None], ...], calendar: Calendar, *, working: bool
) -> Deadline | None:
    """The ``number``-th day that counts from a day on; None where a standstill without an end comes before it."""
    day, provisional = first, False
    while True:
        span = next((span for span in skipped if span[0] <= day and (span[1] is None or day <= span[1])), None)
        if span is not None:
            if span[1] is None:
                return None
        elif working:
            answer = calendar.is_working_day(day)
            provisional |= answer.provisional
            number -= answer.working
        else:
            number -= 1
        if number == 0 or day == date.max:
            return Deadline(day, provisional)
        day = _next(day)


def _days_before(day: date, number: int, calendar: Calendar) -> date:
    """The working day so many working days before a day; the day itself for none."""
    while number and day > date.min:
        day -= _ONE
        number -= calendar.is_working_day(day).working
    return day


def _next(day: date) -> date:
    return day if day == date.max else day + _ONE
