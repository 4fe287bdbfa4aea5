"""Step 3: what multiplies the points of an event, and what gives them back.

Most of it follows from few things: what the event starts from, whether it repeats others, and the attributes that the
rule asks for. ``Worths`` remembers what came of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from scoring.kernel.days import months_after
from scoring.kernel.points import round_ratio
from scoring.rating.lines import Treatment
from scoring.rating.result import Factor, Restored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Condition, EventRule, Repetition, RestorationStep, ValueSet
    from scoring.rating.history import Event
    from scoring.rating.result import Standing

    Start: TypeAlias = str | int | None
    """An event's severity or, where the rule takes the points that events carry, its value."""
    Stated: TypeAlias = Mapping[str, str | int | None]
    """Attributes of an event, else of its entity."""

_REMEMBERED: Final = 2_000


class Terms(NamedTuple):
    """What a rule says of every event that it reads: code, edition, clause, dimension, standing once its span is over.

    ``bad``: times points, above zero where they are bad.
    """

    code: str
    edition: str
    clause: str
    dimension: str
    after_end: Standing
    bad: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What a rule makes of an event before steps 4 and 5, in hundredths before and after restoration.

    ``live``, ``repaired`` and ``ended``: what becomes of the event within its span, there once it is repaired, and
    after it. An event that is not rated has only the first, and no points. ``adverse``: its unrestored points are bad.
    ``restores_on``: a day to come on which points are given back.
    """

    live: Treatment
    ended: Treatment | None = None
    repaired: Treatment | None = None
    adverse: bool = False
    unrestored: int = 0
    raw: int = 0
    restores_on: date | None = None


def refused(terms: Terms, standing: Standing) -> Worth:
    """Of an event that a rule reads and does not rate."""
    return Worth(Treatment(*terms[:4], standing))


def plainly(terms: Terms, points: int) -> Worth:
    """Of an event whose points nothing changes."""
    return _rated(terms, points, points)


def _rated(
    terms: Terms, unrestored: int, raw: int, factors: tuple[Factor, ...] = (), restored: Restored | None = None
) -> Worth:
    live = Treatment(*terms[:4], "counted", raw, raw, factors, restored)
    ended, repaired = live.become(terms.after_end), live.become("repaired")
    return Worth(live, ended, repaired, unrestored * terms.bad > 0, unrestored, raw)


class Worths(dict["tuple[Start, ...]", Worth]):
    """By (start, nth, share, values of ``asks``…): what an event is worth; worked out when first asked for.

    ``nth``: 0, or which of its group the event is where that is a step of repetition. ``share``: what is given back of
    its points, None where nothing is said of that. Bounded, so that no evidence can fill the memory.
    """

    __slots__ = ("_rule", "_terms", "asks")

    def __init__(self, rule: EventRule, terms: Terms) -> None:
        super().__init__()
        self._rule = rule
        self._terms = terms
        conditions = (*rule.applies_when, *(one.when for one in rule.factors))
        self.asks = tuple(dict.fromkeys(condition.attribute for condition in conditions))

    def __missing__(self, key: tuple[Start, ...]) -> Worth:
        """Work out one not asked for before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        start, nth, share, *values = key
        stated = dict(zip(self.asks, values, strict=True))
        given = None if share is None else int(share)
        found = self[key] = worth_of(self._rule, self._terms, start, stated, nth=int(nth or 0), share=given)
        return found


def worth_of(
    rule: EventRule, terms: Terms, start: Start, stated: Stated, *, nth: int = 0, share: int | None = None
) -> Worth:
    """Points by value, severity and conditions, then factors and repetition, then restoration: each rounded once."""
    points, standing = starting_points(rule, start, stated)
    if points is None:
        return refused(terms, standing)
    found = [Factor(one.clause, one.factor) for one in rule.factors if holds(one.when, stated)]
    if nth and rule.repetition is not None:
        found.append(_repeated(rule.repetition, nth))
    scale = 1
    for one in found:
        points *= one.factor
        scale *= 1000
    unrestored, factors = round_ratio(points, scale), tuple(found)
    if share is None or rule.restoration is None:
        return _rated(terms, unrestored, unrestored, factors)
    raw = round_ratio(points * (1000 - share), scale * 1000)
    return _rated(terms, unrestored, raw, factors, Restored(rule.restoration.clause, share))


def holds(condition: Condition, stated: Stated) -> bool:
    """Whether the attribute is one of the condition's values."""
    return stated.get(condition.attribute) in condition.one_of


def starting_points(rule: EventRule, start: Start, stated: Stated) -> tuple[int | None, Standing]:
    """The points (hundredths) that an event starts from; None where it is not rated, then by the standing beside."""
    for condition in rule.applies_when:
        if not holds(condition, stated):
            return None, "condition_not_met"
    if rule.value is not None:
        if not isinstance(start, int):
            return None, "value_missing"
        return (start if _allowed(rule.value, start) else None), "value_not_allowed"
    points = rule.severities.get(str(start or ""), rule.points)
    return (0 if points is None and not rule.severities else points), "severity_not_rated"


def _allowed(values: ValueSet, value: int) -> bool:
    if values.allowed is not None:
        return value in values.allowed
    return (values.low is None or value >= values.low) and (values.high is None or value <= values.high)


class Repeats:
    """Repetition, made ready to count by: ``nth`` of an event given the earlier rated ones of its group."""

    __slots__ = ("_after", "_first", "_repaired_counts", "group")

    def __init__(self, repetition: Repetition) -> None:
        self.group = repetition.group
        self._after = months_after(repetition.months)
        self._first = min([step.nth for step in repetition.steps], default=None)
        self._repaired_counts = repetition.repaired_counts

    def nth(self, day: date, earlier: list[tuple[date, date | None]]) -> int:
        """Which one an event of a day is; 0 below the first step. ``earlier``: days of decision and of repair."""
        nth = 1
        for decided_on, repaired_on in reversed(earlier):
            if self._after[decided_on] <= day:
                break  # and so are all before it
            if self._repaired_counts or repaired_on is None or repaired_on > day:
                nth += 1
        return nth if self._first is not None and nth >= self._first else 0


def _repeated(repetition: Repetition, nth: int) -> Factor:
    reached = [step.factor for step in repetition.steps if step.nth <= nth]
    return Factor(repetition.clause, reached[-1], nth)


def restoration_of(rule: EventRule, event: Event, attributes: Mapping[str, str]) -> tuple[int, date] | None:
    """The share given back for correction and the day from which it is, by the first step that fits."""
    corrected_on, decided_on = event.corrected_on, event.decided_on
    if rule.restoration is None or corrected_on is None:
        return None
    for step in rule.restoration.steps:
        if _fits(step, decided_on, corrected_on) and (step.when is None or _applies(step.when, event, attributes)):
            return step.share, max(corrected_on, decided_on)
    return None


def _applies(condition: Condition, event: Event, attributes: Mapping[str, str]) -> bool:
    """``holds``, without putting the attributes of event and entity together."""
    name = condition.attribute
    return event.attributes.get(name, attributes.get(name)) in condition.one_of


def _fits(step: RestorationStep, decided_on: date, corrected_on: date) -> bool:
    if step.within_days is not None:
        return (corrected_on - decided_on).days <= step.within_days
    return corrected_on.year - decided_on.year == (0 if step.year == "same" else 1)
