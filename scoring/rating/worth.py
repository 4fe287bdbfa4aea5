"""Step 3: what multiplies the points of an event, and what gives them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.kernel.days import months_after
from scoring.rating.result import Factor, Restored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Condition, EventRule, Repetition, RestorationStep, ValueSet
    from scoring.rating.history import Event
    from scoring.rating.result import Standing


def holds(condition: Condition, event: Event, attributes: Mapping[str, str]) -> bool:
    """Whether the event's attribute, else the entity's, is one of the condition's values."""
    value = event.attributes.get(condition.attribute)
    if value is None:
        value = attributes.get(condition.attribute)
    return value in condition.one_of


def starting_points(rule: EventRule, event: Event, attributes: Mapping[str, str]) -> tuple[int | None, Standing]:
    """The points (hundredths) that an event starts from; None where it is not rated, then by the standing beside."""
    for condition in rule.applies_when:
        if not holds(condition, event, attributes):
            return None, "condition_not_met"
    if rule.value is not None:
        if event.value is None:
            return None, "value_missing"
        return (event.value if _allowed(rule.value, event.value) else None), "value_not_allowed"
    points = rule.severities.get(event.severity or "", rule.points)
    return (0 if points is None and not rule.severities else points), "severity_not_rated"


def _allowed(values: ValueSet, value: int) -> bool:
    if values.allowed is not None:
        return value in values.allowed
    return (values.low is None or value >= values.low) and (values.high is None or value <= values.high)


def factors_of(
    factors: tuple[tuple[Condition, Factor], ...], event: Event, attributes: Mapping[str, str]
) -> list[Factor]:
    """The factors whose condition holds, all of which multiply."""
    return [factor for condition, factor in factors if holds(condition, event, attributes)]


def repetition_of(repetition: Repetition, event: Event, earlier: list[Event]) -> Factor | None:
    """The factor of the nth event, given the earlier rated events of its group in order; None below the first step."""
    day = event.decided_on
    after = months_after(repetition.months)
    nth = 1
    for one in reversed(earlier):
        if after[one.decided_on] <= day:
            break  # and so are all before it
        if repetition.repaired_counts or one.repaired_on is None or one.repaired_on > day:
            nth += 1
    reached = None
    for step in repetition.steps:
        if step.nth <= nth:
            reached = Factor(repetition.clause, step.factor, nth)
    return reached


def restoration_of(rule: EventRule, event: Event, attributes: Mapping[str, str]) -> tuple[Restored, date] | None:
    """The share given back for correction and the day from which it is, by the first step that fits."""
    if rule.restoration is None or event.corrected_on is None:
        return None
    for step in rule.restoration.steps:
        if _fits(step, event, event.corrected_on) and (step.when is None or holds(step.when, event, attributes)):
            return Restored(rule.restoration.clause, step.share), max(event.corrected_on, event.decided_on)
    return None


def _fits(step: RestorationStep, event: Event, corrected_on: date) -> bool:
    if step.within_days is not None:
        return (corrected_on - event.decided_on).days <= step.within_days
    return corrected_on.year - event.decided_on.year == (0 if step.year == "same" else 1)
