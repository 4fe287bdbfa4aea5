"""Publicity and duties counted day by day, written from the page and not from the code.

A day is looked at by itself: is the record open to the public by law? Periods are counted by walking the calendar.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.oracle.days import add_months

if TYPE_CHECKING:
    from scoring.edition.envelope import Edition
    from scoring.edition.sections.publicity import PublicityClass, PublicityLaw
    from scoring.kernel.workdays import Calendar, Term
    from scoring.publicity import Record

DAY = timedelta(1)


def over(term: Term, start: date, calendar: Calendar) -> date:
    """The first day after the period, by walking through it."""
    day = start if term.counting == "from_day" else start + DAY
    if term.unit == "months":
        return add_months(start, term.number) + (day - start)
    left = term.number
    while left:
        left -= 1 if term.unit == "calendar_days" else calendar.is_working_day(day).working
        day += DAY
    return day


def act_by(term: Term, start: date, calendar: Calendar) -> date:
    """The last day by which a person must act."""
    day = over(term, start, calendar) - DAY
    while not calendar.is_working_day(day).working:
        day += DAY
    return day


def kinds(record: Record) -> list[str]:
    return [part for part in record.attributes.get("penalty_kinds", "").split(",") if part] or [""]


def class_of(record: Record, law: PublicityLaw, kind: str) -> PublicityClass:
    for rule in law.assignments:
        match = rule.match
        if match.severities and record.severity not in match.severities:
            continue
        if match.penalty_kinds and kind not in match.penalty_kinds:
            continue
        return next(one for one in law.classes if one.key == rule.to)
    raise AssertionError(record)


def shown_kinds(record: Record, law: PublicityLaw) -> list[tuple[Term | None, Term | None, bool]]:
    """(minimum, maximum, may be shortened) of each kind of penalty for which the record is shown."""
    found = []
    for kind in kinds(record):
        own = [rule for rule in law.penalties if kind in rule.kinds]
        record_class = class_of(record, law, kind)
        public = record_class.published
        if own and own[0].published is not None:
            public = own[0].published
        if public:
            minimum = (own[0].minimum if own else None) or record_class.minimum
            maximum = (own[0].maximum if own else None) or record_class.maximum
            found.append((minimum, maximum, not own or own[0].shortened))
    return found


def open_on(record: Record, edition: Edition, day: date, calendar: Calendar) -> bool:
    """Whether the law shows the record on a day: decided, not annulled or repaired, and some reason still runs."""
    law = edition.publicity
    assert law is not None
    shown = shown_kinds(record, law)
    if day < record.decided_on or not shown or record.decision_kind not in law.decision_kinds:
        return False
    for end in (record.annulled_on, record.deleted_on, record.suspended_on, record.left_on):
        if end is not None and day >= end:
            return False
    start = record.decided_on
    repaired = record.repaired_on is not None and day >= record.repaired_on
    if law.starts == "published_on":
        published = sorted(one.on for one in record.acts if one.act == "publish")
        if not published:
            return not (repaired and all(short and minimum is None for minimum, _, short in shown))
        start = published[0]
    if repaired and may_end(shown, start, day, calendar):
        return False
    pending = law.while_unperformed
    waits = pending is not None and (not pending.penalty_kinds or set(pending.penalty_kinds) & set(kinds(record)))
    if waits and pending is not None and pending.at_once is not None:
        waits = bool(
            record.decision_kind not in pending.at_once.decision_kinds
            and leaves_something(record, pending.at_once.penalty_kinds)
        )
    if waits and (record.performed_on is None or day < record.performed_on):
        return True
    return any(runs(maximum, start, day, calendar) for _, maximum, _ in shown) and not cut_short(
        shown, start, record, day, calendar
    )


def leaves_something(record: Record, at_once: tuple[str, ...]) -> bool:
    """Whether a decision imposes a penalty that is to be performed; one that names none may."""
    return any(kind not in at_once for kind in kinds(record))


def runs(maximum: Term | None, start: date, day: date, calendar: Calendar) -> bool:
    return maximum is None or day < over(maximum, start, calendar)


def cut_short(
    shown: list[tuple[Term | None, Term | None, bool]], start: date, record: Record, day: date, calendar: Calendar
) -> bool:
    """Whether the end that the source states is over, and the law lets it end publicity so early."""
    return record.stated_end is not None and day > record.stated_end and may_end(shown, start, day, calendar)


def may_end(shown: list[tuple[Term | None, Term | None, bool]], start: date, day: date, calendar: Calendar) -> bool:
    """Whether anything but time may end publicity on a day: every kind may be shortened, every minimum is over."""
    if not all(short for _, _, short in shown):
        return False
    return not any(minimum is not None and day < over(minimum, start, calendar) for minimum, _, _ in shown)
