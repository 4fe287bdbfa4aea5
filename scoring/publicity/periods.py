"""Class and periods of a record under one edition: each kind of penalty by itself, then the longest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.workdays import Deadline, last_day
from scoring.publicity.record import listed, looks_like, meets
from scoring.publicity.words import Reason, because

if TYPE_CHECKING:
    from scoring.edition.envelope import Edition
    from scoring.edition.sections.publicity import PenaltyRule, PublicityClass, PublicityLaw
    from scoring.kernel.workdays import Calendar, Term
    from scoring.publicity.record import Record

_ONE = timedelta(days=1)
_FOR_EVER = Deadline(date.max, provisional=False)


class Part(NamedTuple):
    """What holds for one kind of penalty of a record, or for the record where it names none."""

    record_class: PublicityClass
    published: bool
    minimum: Term | None
    maximum: Term | None
    shortened: bool
    reasons: tuple[Reason, ...]


class Periods(NamedTuple):
    """The last days of the minimum and of the maximum; None: there is none, or they have not ``begun``."""

    earliest_end: date | None
    latest_end: date | None
    provisional: bool
    begun: bool = True


def parts_of(record: Record, law: PublicityLaw, edition: Edition) -> tuple[Part, ...]:
    """One part for each kind of penalty that the record names, or one.

    Raises:
        KeyError: an assignment names no class, or none takes the record, which the lint of editions refuses.
    """
    penalties = listed(record, law.penalty_kinds)
    return tuple(_part(record, law, edition, kind) for kind in penalties or ("",))


def _part(record: Record, law: PublicityLaw, edition: Edition, kind: str) -> Part:
    penalties = (kind,) if kind else ()
    rule = next((one for one in law.assignments if looks_like(record, one.match, penalties)), None)
    if rule is None:
        raise KeyError(record.decision_kind)
    found = law.named(rule.to)
    own = next((one for one in law.penalties if kind in one.kinds), None)
    reasons: tuple[Reason, ...] = (because(edition, "class", rule.clause, found.key),)
    published = found.published
    if not published and found.unless and meets(record, found.unless):
        published = True
        reasons += (because(edition, "published_by_order", found.clause, found.key),)
    elif not published:
        reasons = (because(edition, "class_not_published", found.clause, found.key), *reasons)
    if own is None:
        return Part(found, published, found.minimum, found.maximum, shortened=True, reasons=reasons)
    return _overridden(Part(found, published, found.minimum, found.maximum, True, reasons), own, kind, edition)


def _overridden(part: Part, own: PenaltyRule, kind: str, edition: Edition) -> Part:
    published = part.published if own.published is None else own.published
    reasons = part.reasons
    if own.published is False:
        reasons = (because(edition, "penalty_kind_not_published", own.clause, kind), *reasons)
    if not own.shortened:
        reasons += (because(edition, "never_shortened", own.clause, kind),)
    minimum, maximum = own.minimum or part.minimum, own.maximum or part.maximum
    if own.minimum or own.maximum:
        reasons += (because(edition, "period_of_penalty_kind", own.clause, kind),)
    return Part(part.record_class, published, minimum, maximum, own.shortened, reasons)


def periods_of(parts: tuple[Part, ...], start: date, calendar: Calendar) -> tuple[Periods, Part]:
    """The longest periods of the parts, and the part whose maximum is the longest; publicity never moves off a holiday.

    A part that nothing shortens has its maximum for a minimum. ``parts`` is not empty.
    """
    latest: list[date] = []
    earliest: list[date] = []
    provisional = False
    for part in parts:
        maximum = _FOR_EVER if part.maximum is None else last_day(part.maximum, start, calendar, to_act=False)
        least = part.minimum if part.shortened else part.maximum
        latest.append(maximum.day)
        provisional |= maximum.provisional
        if least is not None:
            minimum = last_day(least, start, calendar, to_act=False)
            earliest.append(minimum.day)
            provisional |= minimum.provisional
        elif not part.shortened:
            earliest.append(date.max)
    longest = max(latest)
    own = Periods(max(earliest, default=None), None if longest == date.max else longest, provisional)
    return own, parts[latest.index(longest)]


def after(day: date) -> date:
    """The day after; the last day of the calendar stays."""
    return day if day == date.max else day + _ONE


def before(day: date) -> date:
    """The day before; the first day of the calendar stays."""
    return day if day == date.min else day - _ONE
