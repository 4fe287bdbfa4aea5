"""Visits that tiers ask for, month by month and authority by authority, against those whom there are to make them.

What an edition lays down for a tier is a ratio and least and most visits a year (`scoring.edition.tiering.Frequency`).
Everybody counts under a tier: who is in the strata of those never inspected, or of late, changes with every draw.
An entity of several kinds is visited once, under its worst tier. Visits of a year are spread over its months by working
days. An inspector can make so many visits a day, on days on which a certificate is valid and he is not away, and no
more in a year than his own limit.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.edition.tiering import NEVER_INSPECTED, RECENT, UNRATED
from scoring.editions.shipped import calendar_or_weekdays
from scoring.rating.columnar import ABSENT
from service import register
from service.inspections.plans import planning
from service.studio.dry_run.limits import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition, Frequency
    from scoring.rating.columnar import Coded
    from scoring.rating.columnar.arrays import Rows
    from service.register import InspectorRow
    from service.studio.dry_run.sides import Question, Sides
    from service.studio.dry_run.standing import Standing


class Months(NamedTuple):
    """The months of a forecast, each with its working days; ``provisional``: a day no notice has settled is among."""

    names: Sequence[str]
    days: Sequence[Sequence[date]]
    provisional: bool


class Tier(NamedTuple):
    """Entities of an authority that stand alike: under one edition, in one tier (None: none)."""

    authority: str
    edition: str | None
    tier: str | None


def forecast(session: Session, asked: Question, kinds: Mapping[str, Sides]) -> dict[str, Any]:
    """Visits of the coming months under both laws, against the inspectors of each authority as they are now.

    ``whole``: all of them together, since inspectors of an authority may visit for those below it.
    """
    sides = {name: _counted(kinds, name) for name in ("before", "after")}
    laws = {name: _editions(kinds, name) for name in sides}
    months = _months(asked.day, laws["after"].values())
    reach = asked.reach.authorities
    roster = [one for one in register.inspectors(session) if reach is None or one.authority in reach]
    named = {tier.authority for counts in sides.values() for tier in counts} | {one.authority for one in roster}

    def row(authority: str | None) -> dict[str, Any]:
        visits = {name: _visits(authority, counts, laws[name]) for name, counts in sides.items()}
        return _row(visits, months, [one for one in roster if authority in {None, one.authority}])

    return {
        "months": list(months.names),
        "provisional": months.provisional,
        "seats_per_visit": planning()["least_seats"],
        "visits_per_day": planning()["visits_per_day"],
        "without_frequency": {name: _silent(counts, laws[name]) for name, counts in sides.items()},
        "strata_not_counted": {name: _beside(counts, laws[name]) for name, counts in sides.items()},
        "whole": row(None),
        "authorities": [{"authority": authority, **row(authority)} for authority in sorted(named)],
    }


def yearly(frequency: Frequency | None) -> Fraction | None:
    """The visits a year of one entity; None where an edition says nothing of them."""
    if frequency is None or (frequency.drawn is None and frequency.min_per_year is None):
        return None
    ratio = Fraction(*frequency.drawn) if frequency.drawn is not None else Fraction(0)
    visits = max(ratio, Fraction(frequency.min_per_year or 0))
    return visits if frequency.max_per_year is None else min(visits, Fraction(frequency.max_per_year))


def _counted(kinds: Mapping[str, Sides], side: str) -> Counter[Tier]:
    """How many entities stand alike; one that holds several kinds under that of its worst tier."""
    numbers: dict[Tier, int] = {}
    pieces = [(sides.ids, *_places(sides, getattr(sides, side), numbers)) for sides in kinds.values()]
    if not pieces:
        return Counter()
    ids, ranks, groups = (np.concatenate(column) for column in zip(*pieces, strict=True))
    order = np.lexsort((groups, -ranks, ids))
    first = np.ones(len(order), np.bool_)
    first[1:] = ids[order][1:] != ids[order][:-1]
    counts = np.bincount(groups[order][first], minlength=len(numbers)).tolist()
    return Counter({tier: counts[number] for tier, number in numbers.items() if counts[number]})


def _places(sides: Sides, standing: Standing, numbers: dict[Tier, int]) -> tuple[Rows, Rows]:
    """For each entity the rank of its tier, best 0, and the number of those who stand as it does."""
    wide, deep = len(standing.tier.texts) + 1, len(standing.edition.texts) + 1
    code = (sides.authority.index.astype(np.int64) * deep + standing.edition.index + 1) * wide + standing.tier.index + 1
    kept, where = np.unique(code, return_inverse=True)
    ranks, groups = [], []
    for each in kept.tolist():
        rest, tier = divmod(each, wide)
        authority, edition = divmod(rest, deep)
        name = _text(standing.tier, tier)
        law = _text(standing.edition, edition)
        key = Tier(sides.authority.texts[authority], law, name)
        groups.append(numbers.setdefault(key, len(numbers)))
        ranks.append(standing.tiers.index(name) if name in standing.tiers else ABSENT)
    return np.array(ranks, np.int64)[where], np.array(groups, np.int64)[where]


def _text(coded: Coded, place: int) -> str | None:
    """The text of a place that is counted from one; 0 is none."""
    return coded.texts[place - 1] if place else None


def _editions(kinds: Mapping[str, Sides], side: str) -> dict[str, Edition]:
    return {name: one for sides in kinds.values() for name, one in getattr(sides, side).editions.items()}


def _frequency(tier: Tier, laws: Mapping[str, Edition]) -> Frequency | None:
    return None if tier.edition is None else laws[tier.edition].frequency.get(tier.tier or UNRATED)


def _silent(counts: Mapping[Tier, int], laws: Mapping[str, Edition]) -> int:
    """Entities of which no edition says how often they are visited."""
    return sum(count for tier, count in counts.items() if yearly(_frequency(tier, laws)) is None)


def _beside(counts: Mapping[Tier, int], laws: Mapping[str, Edition]) -> list[str]:
    """Strata that the editions lay down by past inspections: who is in them hangs on the day of a draw."""
    named = {name for tier in counts if tier.edition is not None for name in laws[tier.edition].frequency}
    return [name for name in (NEVER_INSPECTED, RECENT) if name in named]


def _visits(authority: str | None, counts: Mapping[Tier, int], laws: Mapping[str, Edition]) -> int:
    """Visits of a year to the entities of an authority (None: of all), rounded up as a whole."""
    found = Fraction(0)
    for tier, count in counts.items():
        if authority in {None, tier.authority}:
            found += count * (yearly(_frequency(tier, laws)) or 0)
    return -(-found.numerator // found.denominator)


def _months(day: date, laws: Iterable[Edition]) -> Months:
    known = calendar_or_weekdays(next((one.calendar for one in laws if one.calendar is not None), None))
    first = day.replace(day=1)
    names, days, provisional = [], [], False
    for _ in range(limits().months):
        after = (first + timedelta(31)).replace(day=1)
        told = [(one, known.is_working_day(one)) for one in _days(first, after)]
        names.append(f"{first:%Y-%m}")
        days.append([one for one, answer in told if answer.working])
        provisional |= any(answer.provisional for _, answer in told)
        first = after
    return Months(names, days, provisional)


def _days(first: date, end: date) -> list[date]:
    return [first + timedelta(number) for number in range((end - first).days)]


def _row(visits: Mapping[str, int], months: Months, roster: Sequence[InspectorRow]) -> dict[str, Any]:
    seats, per_day = planning()["least_seats"], planning()["visits_per_day"]
    present = [sum(per_day for one in roster for day in days if one.may_visit_on(day)) for days in months.days]
    caps = sum(one.cap for one in roster if any(one.may_visit_on(day) for days in months.days for day in days))
    spread = {
        name: _spread(count * len(months.days), [len(days) for days in months.days]) for name, count in visits.items()
    }
    needed = {name: seats * sum(one) for name, one in spread.items()}
    return {
        "inspectors": len(roster),
        "visits": {name: sum(one) for name, one in spread.items()},
        "seats": {**needed, "in_days": sum(present), "in_caps": caps},
        "short_of": {name: _short(needed[name], sum(present), caps) for name in needed},
        "months": [
            {"month": month, **{name: one[place] for name, one in spread.items()}, "seats": present[place]}
            for place, month in enumerate(months.names)
        ],
    }


def _spread(visits: int, weights: Sequence[int]) -> list[int]:
    """Visits of as many months as there are weights, in twelfths of a year each, spread by weight without a rest."""
    total, whole, so_far, found = sum(weights), -(-visits // 12), 0, []
    for weight in weights:
        before = whole * so_far // total if total else 0
        so_far += weight
        found.append((whole * so_far // total if total else 0) - before)
    return found


def _short(needed: int, in_days: int, in_caps: int) -> str | None:
    """What binds: the days that inspectors have, or the visits that each may make in a year; None: neither."""
    short = {name: needed - there for name, there in (("days", in_days), ("caps", in_caps)) if there < needed}
    return max(short, key=lambda name: short[name]) if short else None
