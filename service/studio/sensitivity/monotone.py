"""A search for entities to whom one more adverse decision does good, or a correction harm.

No rulebook may reward what it means to deter. Entities not knowing of each other, one thing is changed about every
entity of a stock at once, and tiers are compared:

- one more decision of an adverse rule, alone of its inspection and case: nobody's tier may become better;
- one decision of an adverse rule, the first, second … of each entity, is corrected and performed on the day of the
  question: nobody's tier may become worse.

A rule is adverse where it can take points and never gives any, or gives none and leads directly to another than the
best grade. To have found nothing proves nothing beyond what was tried, which is counted, and how often it weighed: a
law whose window counts inspections takes no notice of a decision without one.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded, rate_all
from scoring.rating.explain import explain
from service.studio.sensitivity.read_back import histories_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from scoring.edition.model import EventRule, Rating
    from scoring.rating.columnar import Columns, Events
    from scoring.rating.history import EditionChain
    from scoring.rating.result import Result


class Added(NamedTuple):
    """One more decision of a code, so many days before the question."""

    code: str
    severity: str | None
    value: int | None
    attributes: tuple[tuple[str, str], ...]
    days_before: int


class Corrected(NamedTuple):
    """The decision at a place among the entity's own, from 0, corrected and performed."""

    place: int


class CounterExample(NamedTuple):
    """The first entity whose tier moves the wrong way, by its place in the stock; how many do; both explanations."""

    change: Added | Corrected
    entity: int
    entities: int
    before: Result
    after: Result


class Tried(NamedTuple):
    """What one change did: to how many entities it was made, how many have another total or tier, who a wrong one."""

    change: Added | Corrected
    entities: int
    weighed: int
    counter_example: CounterExample | None


def monotone(columns: Columns, chain: EditionChain, as_of: date, days_before: Sequence[int]) -> Iterator[Tried]:
    """Try every change on a stock of one kind.

    Args:
        columns: the stock.
        chain: by which it is rated; an edition must be in force on the day.
        as_of: the day of the question.
        days_before: how long before it an additional decision is made, each in turn.

    Raises:
        ValueError: no edition is in force on the day.
    """
    index = chain.index_on(as_of)
    if index is None:
        raise ValueError(f"no edition is in force on {as_of.isoformat()}: ask about a day on which one is")
    asked = _Question(columns, chain, as_of)
    rating = chain.editions[index].rating_for(columns.kind)
    rules = {code: rule for code, rule in rating.rules.items() if is_adverse(rule, rating)}
    for code, rule in rules.items():
        for added in _ways(code, rule, rating, days_before):
            changed = with_decision(columns, added, as_of)
            yield _tried(asked, changed, added, columns.entities)
    longest = int(np.diff(columns.offsets).max(initial=0))
    for place in range(longest):
        corrected, whose = with_correction(columns, place, as_of, frozenset(rules))
        if whose.any():
            yield _tried(asked, corrected, Corrected(place), int(whose.sum()))


def is_adverse(rule: EventRule, rating: Rating) -> bool:
    """Whether a rule takes points and gives none, or leads directly to another than the best grade."""
    bad = _bad(rating)
    worth = [bad * each for each in _points(rule)]
    direct = rule.direct is not None and rule.direct.grade != rating.grades[0].key
    return not any(each < 0 for each in worth) and (direct or any(each > 0 for each in worth))


def with_decision(columns: Columns, added: Added, as_of: date) -> Columns:
    """The stock with one more decision for every entity, final and without inspection or case."""
    day, events = as_of.toordinal() - added.days_before, columns.events
    entity = np.repeat(np.arange(columns.entities), np.diff(columns.offsets))
    earlier = np.bincount(entity[events.decided_on <= day], minlength=columns.entities)
    rows = columns.offsets[:-1] + earlier
    codes, code = _entry(columns.codes, added.code)
    severities, severity = (
        (columns.severities, ABSENT) if added.severity is None else _entry(columns.severities, added.severity)
    )
    of_it = {
        "decided_on": day,
        "code": code,
        "severity": severity,
        "final": True,
        "value": NO_POINTS if added.value is None else added.value,
        "occasion": ABSENT,
        "case": ABSENT,
        "tie": int(np.diff(columns.offsets).max(initial=0)),
    }
    taken: dict[str, Any] = {
        name: np.insert(column, rows, of_it.get(name, NO_DAY)) for name, column in _filled(events, len(entity)).items()
    }
    offsets = columns.offsets + np.arange(columns.entities + 1)
    attributes = _attributes(events.attributes, dict(added.attributes), rows, len(entity))
    return replace(
        columns,
        codes=codes,
        severities=severities,
        offsets=offsets,
        events=replace(events, attributes=attributes, **taken),
    )


def with_correction(
    columns: Columns, place: int, as_of: date, codes: frozenset[str]
) -> tuple[Columns, NDArray[np.bool_]]:
    """The stock with a decision of each entity corrected and performed, and for whom that is a change.

    It is none where the decision is of another code or of a later day, or was corrected or performed before.
    """
    events, day = columns.events, as_of.toordinal()
    rows = columns.offsets[:-1] + place
    whose = rows < columns.offsets[1:]
    adverse = np.isin(events.code, [number for number, code in enumerate(columns.codes) if code in codes])
    filled = _filled(events, len(events.code))
    open_yet = adverse & (events.decided_on <= day)
    for name in ("corrected_on", "performed_on"):
        open_yet &= filled[name] == NO_DAY
    whose[whose] = open_yet[rows[whose]]
    acts: dict[str, Any] = {}
    for name in ("corrected_on", "performed_on"):
        acts[name] = filled[name].copy()
        acts[name][rows[whose]] = day
    return replace(columns, events=replace(events, **acts)), whose


class _Question(NamedTuple):
    columns: Columns
    chain: EditionChain
    as_of: date


def _tried(asked: _Question, changed: Columns, change: Added | Corrected, entities: int) -> Tried:
    _, chain, as_of = asked
    stocks = (asked.columns, changed)
    before, after = (rate_all(each, chain, as_of, lines=False) for each in stocks)
    both = (before.tier != ABSENT) & (after.tier != ABSENT)
    wrong = after.tier < before.tier if isinstance(change, Added) else after.tier > before.tier
    found = np.flatnonzero(both & wrong)
    weighed = int(np.count_nonzero((before.total != after.total) | (before.tier != after.tier)))
    if not len(found):
        return Tried(change, entities, weighed, None)
    first = int(found[0])
    told = [explain(histories_of(each.part(first, first + 1))[0], chain, as_of) for each in stocks]
    return Tried(change, entities, weighed, CounterExample(change, first, len(found), told[0], told[1]))


def _ways(code: str, rule: EventRule, rating: Rating, days_before: Sequence[int]) -> Iterator[Added]:
    """A decision of each severity, of the worst value that is allowed, with what its conditions ask for."""
    given = () if rule.value is None else [*(rule.value.allowed or ()), rule.value.low, rule.value.high]
    values = [each for each in given if each is not None]
    worst = max(values, key=lambda each: each * _bad(rating), default=None)
    attributes = tuple((each.attribute, each.one_of[0]) for each in rule.applies_when)
    for severity in rule.severities or (None,):
        for days in days_before:
            yield Added(code, severity, worst, attributes, days)


def _points(rule: EventRule) -> list[int]:
    value = () if rule.value is None else (*(rule.value.allowed or ()), rule.value.low, rule.value.high)
    return [each for each in (rule.points, *rule.severities.values(), *value) if each is not None]


def _bad(rating: Rating) -> int:
    return -1 if rating.direction == "higher_better" else 1


def _entry(texts: tuple[str, ...], text: str) -> tuple[tuple[str, ...], int]:
    """A dictionary that has a text, and its place there."""
    return (texts, texts.index(text)) if text in texts else ((*texts, text), len(texts))


_ABSENT = {"severity": ABSENT, "occasion": ABSENT, "case": ABSENT, "value": NO_POINTS, "final": True}


def _filled(events: Events, size: int) -> dict[str, NDArray[Any]]:
    """Every column, one that stands for absence in every row written out; ``tie`` only where there is one."""
    types = {"final": np.bool_, "value": np.int64}
    filled = {}
    for name in (each.name for each in fields(events)):
        column = None if name == "attributes" else getattr(events, name)
        if column is not None:
            filled[name] = column
        elif name not in {"attributes", "tie"}:
            filled[name] = np.full(size, _ABSENT.get(name, NO_DAY), types.get(name, np.int32))
    return filled


def _attributes(
    known: Mapping[str, Coded], new: Mapping[str, str], rows: NDArray[np.int64], size: int
) -> dict[str, Coded]:
    made = {}
    for name in dict.fromkeys((*known, *new)):
        coded = known.get(name) or Coded((), np.full(size, ABSENT, np.int32))
        texts, place = (coded.texts, ABSENT) if name not in new else _entry(coded.texts, new[name])
        made[name] = Coded(texts, np.insert(coded.index, rows, place))
    return made
