"""Histories made up from a law's own words, the same at every run of a seed: what a stock may not hold yet."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.history import Event, History, Occasion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.random import Generator

    from scoring.edition.model import EventRule, Rating


class Sizes(NamedTuple):
    """So many histories of up to ``most`` decisions each, made within so many days up to the question's."""

    histories: int
    most: int
    days: int


def generated(rating: Rating, kind: str, as_of: date, sizes: Sizes, *, seed: int) -> list[History]:
    """Histories of final decisions.

    Every rule comes as often; severities and values are those that it knows, an attribute that it asks for has a value
    that fits. Of three decisions one belongs to the case and day of the one before; one is corrected and performed by
    the day of the question, at once or late. Of three days with decisions two are those of an inspection, to which the
    decisions of the day belong; its type is one that the law asks for.
    """
    chance = np.random.default_rng(seed)
    rules = list(rating.rules.values())
    made = []
    for number in range(sizes.histories if rules else 0):
        events: list[Event] = []
        for place in range(int(chance.integers(sizes.most + 1))):
            rule = rules[int(chance.integers(len(rules)))]
            decided_on, case = as_of - timedelta(int(chance.integers(sizes.days))), f"case-{place}"
            if events and not chance.integers(3):
                decided_on, case = events[-1].decided_on, events[-1].case_ref or case
            acted = decided_on + timedelta(int(chance.integers((as_of - decided_on).days + 1)))
            act = None if chance.integers(3) else acted
            event = Event("generated", f"{place:03d}", rule.code, decided_on, corrected_on=act, performed_on=act)
            events.append(_worded(event._replace(case_ref=case), rule, chance))
        held = _inspections(rating, events, chance)
        days = {each.held_on: each.ref for each in held}
        joined = tuple(each._replace(occasion=days.get(each.decided_on)) for each in events)
        made.append(History(f"{kind}-{number}", kind, joined, occasions=held))
    return made


def _inspections(rating: Rating, events: Sequence[Event], chance: Generator) -> tuple[Occasion, ...]:
    """Those on some of the days of decisions, in order; none found that something had to be closed."""
    types = [each for rule in rating.outcomes for each in rule.occasion_types] or ["routine"]
    days = [day for day in sorted({each.decided_on for each in events}) if chance.integers(3)]
    return tuple(Occasion(f"visit-{day}", types[int(chance.integers(len(types)))], day, closed=False) for day in days)


def _worded(event: Event, rule: EventRule, chance: Generator) -> Event:
    """A decision with a severity, a value and attributes that its rule reads."""
    severities, value = tuple(rule.severities), rule.value
    ends = () if value is None else value.allowed or (value.low, value.high)
    values = [each for each in ends if each is not None]
    return event._replace(
        severity=severities[int(chance.integers(len(severities)))] if severities else None,
        value=values[int(chance.integers(len(values)))] if values else None,
        attributes={each.attribute: each.one_of[0] for each in rule.applies_when},
    )
