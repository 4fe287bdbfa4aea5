"""How far points can go: what one event can be worth, and the best and worst total that an edition can give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.edition.model import Dimension, EventRule, Rating


class Span(NamedTuple):
    """From ``low`` to ``high`` inclusive, in hundredths; None where there is no end."""

    low: int | None
    high: int | None


def worths(rule: EventRule) -> tuple[int, ...]:
    """Every starting point value of an event, or the two ends of its range."""
    if rule.value is not None:
        if rule.value.allowed is not None:
            return rule.value.allowed
        return tuple(end for end in (rule.value.low, rule.value.high) if end is not None)
    own = () if rule.points is None else (rule.points,)
    return (*rule.severities.values(), *own)


def is_bad(points: int, rating: Rating) -> bool:
    """Points against the entity, in the section's direction."""
    return points < 0 if rating.direction == "higher_better" else points > 0


def has_side(rule: EventRule, rating: Rating, side: str) -> bool:
    """Some event of the rule can have points on the side."""
    return any(points and is_bad(points, rating) == (side == "bad") for points in worths(rule))


def greatest_effect(rule: EventRule, rating: Rating, side: str) -> int:
    """The most one event of the rule can weigh on a side, in hundredths, rounded up."""
    plain = max((abs(p) for p in worths(rule) if p and is_bad(p, rating) == (side == "bad")), default=0)
    over = 1
    factors = [max(1000, entry.factor) for entry in rule.factors]
    if rule.repetition is not None:
        factors.append(max([1000, *(step.factor for step in rule.repetition.steps)]))
    for factor in factors:
        plain *= factor
        over *= 1000
    return -(-plain // over)


def total_span(rating: Rating) -> Span:
    """The least and the greatest total that any evidence can lead to."""
    spans = [_dimension_span(dimension, rating) for dimension in rating.dimensions]
    bonus = [step.points for step in rating.streaks]
    low = _sum([rating.base, min([0, *bonus]), *(span.low for span in spans)])
    high = _sum([rating.base, max([0, *bonus]), *(span.high for span in spans)])
    return _clip(Span(low, high), rating.low, rating.high)


def _dimension_span(dimension: Dimension, rating: Rating) -> Span:
    points = [p for rule in rating.rules.values() if rule.dimension == dimension.key for p in worths(rule)]
    low = None if any(p < 0 for p in points) else dimension.base
    high = None if any(p > 0 for p in points) else dimension.base
    return _clip(Span(low, high), dimension.low, dimension.high)


def _clip(span: Span, low: int | None, high: int | None) -> Span:
    least = low if span.low is None or (low is not None and low > span.low) else span.low
    most = high if span.high is None or (high is not None and high < span.high) else span.high
    if low is not None and most is not None and most < low:
        most = low
    if high is not None and least is not None and least > high:
        least = high
    return Span(least, most)


def _sum(parts: Iterable[int | None]) -> int | None:
    total = 0
    for part in parts:
        if part is None:
            return None
        total += part
    return total
