"""A search for entities to whom one more adverse decision does good, or a correction harm.

No rulebook may reward what it means to deter. Entities not knowing of each other, one thing is changed about every
entity of a stock at once, and tiers are compared:

- one more adverse decision, alone of its inspection and case, or of the latest inspection, or of the latest case:
  nobody's tier may become better;
- one adverse decision, the first, second … of each entity, is corrected and performed on the day of the question:
  nobody's tier may become worse.

A decision is adverse where its rule takes points for it, or gives none and leads directly to another than the best
grade or moves the grade down. What a rule gives for another severity or value does not make these less adverse. To have
found nothing proves nothing beyond what was tried, which is counted, and how often it weighed. An additional inspection
is none of the changes: under a law that looks at the latest ones it may well do good. Nor is it a counter-example that
somebody has no tier any more, as where a law withholds it until a case is over; but how many these are is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_POINTS, rate_all
from scoring.rating.explain import explain
from service.studio.sensitivity.at_once import at_once
from service.studio.sensitivity.changing import (
    Added,
    Corrected,
    inspected,
    with_case,
    with_correction,
    with_decision,
)
from service.studio.sensitivity.chosen import chosen, chosen_of
from service.studio.sensitivity.read_back import histories_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from scoring.edition.model import EventRule, Rating
    from scoring.rating.columnar import Columns, Ratings
    from scoring.rating.columnar.arrays import Flags, Rows
    from scoring.rating.history import EditionChain
    from scoring.rating.result import Result


class CounterExample(NamedTuple):
    """The first entity whose tier moves the wrong way, by its place in the stock; how many do; both explanations."""

    change: Added | Corrected
    entity: int
    entities: int
    before: Result
    after: Result


class Tried(NamedTuple):
    """What one change did: to how many entities it was made, how many have another total or tier, who a wrong one.

    ``untiered``: how many had a tier and have none by it.
    """

    change: Added | Corrected
    entities: int
    weighed: int
    untiered: int
    counter_example: CounterExample | None


def monotone(columns: Columns, chain: EditionChain, as_of: date, days_before: Sequence[int]) -> Iterator[Tried]:
    """Try every change on a stock of one kind, as `tries` lists them; some of them at once.

    One that is a change for nobody is left out.

    Args:
        columns: the stock.
        chain: by which it is rated; an edition must be in force on the day.
        as_of: the day of the question.
        days_before: how long before it an additional decision is made that is of no inspection, each in turn.

    Raises:
        ValueError: no edition is in force on the day.
    """
    every = tries(columns, chain, as_of, days_before)
    adverse = adverse_among(columns, _section(chain, columns.kind, as_of))
    everybody = _Question(columns, chain, as_of, rate_all(columns, chain, as_of, lines=False), None)
    visited, cased = (_of_some(everybody, places(columns, as_of)) for places in (inspected, with_case))

    def tried(change: Added | Corrected) -> Tried | None:
        if isinstance(change, Corrected):
            corrected, whose = with_correction(columns, change.place, as_of, adverse)
            places = np.flatnonzero(whose)
            some = _of_some(everybody, places)
            return _tried(some, chosen(corrected, places), change) if len(places) else None
        asked = everybody if change.days_before is not None else cased if change.of_case else visited
        return _tried(asked, with_decision(asked.columns, change, as_of), change) if asked.columns.entities else None

    return (one for one in at_once(tried, every) if one is not None)


def tries(columns: Columns, chain: EditionChain, as_of: date, days_before: Sequence[int]) -> list[Added | Corrected]:
    """Every change that is tried on a stock: adverse decisions, rule by rule, then corrections place by place.

    Raises:
        ValueError: no edition is in force on the day.
    """
    rating = _section(chain, columns.kind, as_of)
    times = [*((days, False) for days in days_before), (None, False), (None, True)]
    added = [
        Added(code, severity, value, tuple((each.attribute, each.one_of[0]) for each in rule.applies_when), *time)
        for code, rule in rating.rules.items()
        for severity, value in adverse_of(rule, rating)
        for time in times
    ]
    return [*added, *map(Corrected, range(int(np.diff(columns.offsets).max(initial=0))))]


def _section(chain: EditionChain, kind: str, as_of: date) -> Rating:
    index = chain.index_on(as_of)
    if index is None:
        raise ValueError(f"no edition is in force on {as_of.isoformat()}: ask about a day on which one is")
    return chain.editions[index].rating_for(kind)


def adverse_of(rule: EventRule, rating: Rating) -> list[tuple[str | None, int | None]]:
    """The adverse decisions of a rule: each severity with the worst value that is allowed, None where it has none."""
    bad, values = _bad(rating), _values(rule)
    worst = max(values, key=lambda each: each * bad, default=None)
    direct = rule.direct is not None and rule.direct.grade != rating.grades[0].key
    down = rule.shift is not None and rule.shift.by > 0
    found = []
    for severity in rule.severities or (None,):
        points = worst if rule.value else rule.points if severity is None else rule.severities[severity]
        worth = bad * (points or 0)
        if worth > 0 or (not worth and (direct or down)):
            found.append((severity, worst))
    return found


def adverse_among(columns: Columns, rating: Rating) -> Flags:
    """Which decisions of a stock are adverse under a section."""
    events = columns.events
    found = np.zeros(len(events.code), np.bool_)
    for number, code in enumerate(columns.codes):
        rule = rating.rules.get(code)
        severities = {severity for severity, _ in adverse_of(rule, rating)} if rule is not None else set()
        if rule is None or not severities:
            continue
        of_it: Flags = events.code == number
        if rule.severities:
            places = [place for place, each in enumerate(columns.severities) if each in severities]
            of_it &= False if events.severity is None else np.isin(events.severity, places)
        if rule.value is not None and events.value is not None:
            of_it &= (events.value != NO_POINTS) & (_bad(rating) * np.sign(events.value) >= 0)
        found |= of_it
    return found


class _Question(NamedTuple):
    """Some entities with their ratings; ``places``: theirs in the stock, None where they are all of it."""

    columns: Columns
    chain: EditionChain
    as_of: date
    before: Ratings
    places: Rows | None


def _of_some(asked: _Question, places: Rows) -> _Question:
    return asked._replace(columns=chosen(asked.columns, places), before=chosen_of(asked.before, places), places=places)


def _tried(asked: _Question, changed: Columns, change: Added | Corrected) -> Tried:
    columns, chain, as_of, before, places = asked
    after = rate_all(changed, chain, as_of, lines=False)
    both = (before.tier != ABSENT) & (after.tier != ABSENT)
    wrong = after.tier < before.tier if isinstance(change, Added) else after.tier > before.tier
    found = np.flatnonzero(both & wrong)
    weighed = int(np.count_nonzero((before.total != after.total) | (before.tier != after.tier)))
    untiered = int(np.count_nonzero((before.tier != ABSENT) & (after.tier == ABSENT)))
    if not len(found):
        return Tried(change, columns.entities, weighed, untiered, None)
    first = int(found[0])
    told = [explain(histories_of(each.part(first, first + 1))[0], chain, as_of) for each in (columns, changed)]
    entity = first if places is None else int(places[first])
    example = CounterExample(change, entity, len(found), told[0], told[1])
    return Tried(change, columns.entities, weighed, untiered, example)


def _values(rule: EventRule) -> list[int]:
    given = () if rule.value is None else (*(rule.value.allowed or ()), rule.value.low, rule.value.high)
    return [each for each in given if each is not None]


def _bad(rating: Rating) -> int:
    return -1 if rating.direction == "higher_better" else 1
