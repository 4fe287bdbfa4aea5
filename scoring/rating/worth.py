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
    from scoring.rating.items import Item
    from scoring.rating.result import Standing


def holds(condition: Condition, event: Event, attributes: Mapping[str, str]) -> bool:
    """Whether the event's attribute, else the entity's, is one of the condition's values."""
    value = event.attributes.get(condition.attribute)
    if value is None:
        value = attributes.get(condition.attribute)
    return value in condition.one_of


def refused_value(values: ValueSet, value: int | None) -> Standing | None:
    """Why a value (hundredths) is none that the rule allows."""
    if value is None:
        return "value_missing"
    if values.allowed is not None:
        return None if value in values.allowed else "value_not_allowed"
    low = values.low is None or value >= values.low
    high = values.high is None or value <= values.high
    return None if low and high else "value_not_allowed"


def factors_of(rule: EventRule, event: Event, attributes: Mapping[str, str], earlier: list[Item]) -> tuple[Factor, ...]:
    """All factors that multiply the event's points, repetition last."""
    found = [Factor(one.clause, one.factor) for one in rule.factors if holds(one.when, event, attributes)]
    if rule.repetition is not None:
        nth = 1 + _repeats(rule.repetition, event, earlier)
        reached = [step for step in rule.repetition.steps if step.nth <= nth]
        if reached:
            found.append(Factor(rule.repetition.clause, reached[-1].factor, nth))
    return tuple(found)


def _repeats(repetition: Repetition, event: Event, earlier: list[Item]) -> int:
    """Earlier rated events of the group that are within the months before this one."""
    after = months_after(repetition.months)
    count = 0
    for item in earlier:
        other = item.rule.rule.repetition
        if not item.rated or other is None or other.group != repetition.group:
            continue
        if after[item.event.decided_on] <= event.decided_on:
            continue
        repaired_on = item.event.repaired_on
        if repetition.repaired_counts or repaired_on is None or repaired_on > event.decided_on:
            count += 1
    return count


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
