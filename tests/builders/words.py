"""The words from which evidence is made: those of generated editions, or those that a shipped edition itself uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from scoring.edition.model import Condition, Cycle, EventRule, OutcomeRule, Risk
from tests.builders.vocabulary import ATTRIBUTES, OCCASION_TYPES, SEVERITIES, START_ATTRIBUTE, VALUES, WARNING_CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.edition.model import Edition
    from tests.builders.dice import Dice

T = TypeVar("T")


@dataclass(frozen=True)
class Words:
    """Names and values that mean something to an edition. ``values`` and ``severities`` by code, with a default."""

    attributes: Mapping[str, tuple[str, ...]]
    start_attributes: tuple[str, ...]
    occasion_types: tuple[str, ...]
    warning_codes: tuple[str, ...]
    values: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    severities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spare_codes: tuple[str, ...] = ()

    def attributes_of_event(self, dice: Dice) -> dict[str, str]:
        """Mostly none; sometimes some that the entity has otherwise, or a start day, which must move no cycle."""
        result = {name: dice.pick((*self.attributes[name], "", "unheard of")) for name in self.some_names(dice)}
        if self.start_attributes and dice.seldom():
            result[self.start_attributes[0]] = "2023-05-05"
        return result

    def some_names(self, dice: Dice) -> tuple[str, ...]:
        """None, one or two names of attributes."""
        return dice.some(tuple(self.attributes), 2) if self.attributes and dice.even() else ()


GENERATED = Words(
    ATTRIBUTES,
    (START_ATTRIBUTE,),
    OCCASION_TYPES,
    WARNING_CODES,
    spare_codes=("c1", "c2"),
)


def values_for(dice: Dice, words: Words, code: str) -> int | None:
    """A value that the code's rule may know, or none."""
    return dice.pick((*words.values.get(code, VALUES), None))


def severity_for(dice: Dice, words: Words, code: str) -> str | None:
    """A severity that the code's rule may know; seldom none or one unheard of."""
    known = words.severities.get(code, SEVERITIES)
    return dice.pick((*known, *known, *known, None, "unheard of"))


def parts_of(value: object, kind: type[T]) -> Iterator[T]:
    """Every value of a type in an edition, wherever it stands."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple | frozenset):
        for one in value:
            yield from parts_of(one, kind)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from parts_of(one, kind)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from parts_of(getattr(value, name), kind)


def words_of(edition: Edition, kind: str) -> Words:
    """The words that an edition uses for a kind."""
    rating = edition.rating_for(kind)
    attributes: dict[str, list[str]] = {}
    for condition in parts_of(rating, Condition):
        attributes.setdefault(condition.attribute, []).extend(condition.one_of)
    warnings: list[str] = []
    for risk in parts_of(rating, Risk):
        warnings += [warning.code for warning in risk.warnings]
        for factor in risk.factors:
            attributes.setdefault(factor.attribute, []).extend(factor.points)
    starts = {cycle.start_attribute for cycle in parts_of(rating, Cycle) if cycle.start_attribute is not None}
    types = [name for rule in parts_of(rating, OutcomeRule) for name in rule.occasion_types]
    rules = tuple(parts_of(rating.rules, EventRule))
    return Words(
        {name: tuple(dict.fromkeys(values)) for name, values in attributes.items()},
        tuple(sorted(starts)),
        (*dict.fromkeys(types), "of another type"),
        tuple(warnings) or ("w1",),
        values={rule.code: allowed_values(rule) for rule in rules if rule.value is not None},
        severities={rule.code: tuple(rule.severities) for rule in rules if rule.severities},
    )


def allowed_values(rule: EventRule) -> tuple[int, ...]:
    """Some values of the rule's set, its ends among them, and one outside it."""
    values = rule.value
    assert values is not None
    if values.allowed is not None:
        return (*values.allowed, max(values.allowed, default=0) + 1)
    ends = tuple(end for end in (values.low, values.high) if end is not None)
    return (*ends, sum(ends) // 2, max(ends, default=0) + 1)
