"""Questions turned into others whose answer the law already tells: mirrored, moved in time, cut in two, stripped."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar, cast

from scoring.edition.model import Absorption
from scoring.rating.history import EditionChain, History
from tests.builders.vocabulary import START_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.edition.model import Edition, EventRule, Rating
    from tests.builders.histories import Asked

T = TypeVar("T")

YEARS_OF_A_CALENDAR = 400
"""After so many years the Gregorian calendar repeats itself, leap days and all."""


def each_rating(chain: EditionChain, change: Callable[[Rating], Rating]) -> EditionChain:
    """A chain with every rating section changed."""
    return EditionChain(
        tuple(
            replace(edition, ratings={kind: change(rating) for kind, rating in edition.ratings.items()})
            for edition in chain.editions
        )
    )


def moved(value: T) -> T:
    """The same value with every day in it 400 years later, wherever it stands."""
    return cast("T", moved_part(value))


def moved_part(value: object) -> object:
    """What `moved` makes of one value of any type."""
    if isinstance(value, date):
        return value.replace(year=value.year + YEARS_OF_A_CALENDAR)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: moved_part(getattr(value, one.name)) for one in fields(value)})
    if isinstance(value, tuple):
        parts = [moved_part(one) for one in value]
        make = getattr(value, "_make", tuple)
        return make(parts)
    if isinstance(value, dict):
        return {key: moved_start(one) if key == START_ATTRIBUTE else moved_part(one) for key, one in value.items()}
    return value


def moved_start(text: str) -> str:
    """A start attribute 400 years later, where it is a date at all."""
    return f"{int(text[:4]) + YEARS_OF_A_CALENDAR}{text[4:]}" if text[:4].isdigit() else text


def mirrored(asked: Asked) -> Asked:
    """The same question where bad points are written with the other sign: 12 points lost or 12 penalty points."""
    events = tuple(one._replace(value=minus(one.value)) for one in asked.history.events)
    return asked._replace(history=asked.history._replace(events=events), chain=each_rating(asked.chain, mirror))


def minus(points: int | None) -> int | None:
    """The other sign, where there are points."""
    return None if points is None else -points


def mirror(rating: Rating) -> Rating:
    """A rating section in the other direction, every sign turned round."""
    return replace(
        rating,
        direction="higher_worse" if rating.direction == "higher_better" else "higher_better",
        base=-rating.base,
        dimensions=tuple(
            replace(one, base=-one.base, low=minus(one.high), high=minus(one.low)) for one in rating.dimensions
        ),
        rules={code: mirror_rule(rule) for code, rule in rating.rules.items()},
        streaks=tuple(replace(one, points=-one.points) for one in rating.streaks),
        low=minus(rating.high),
        high=minus(rating.low),
        grades=tuple(replace(one, bound=minus(one.bound)) for one in rating.grades),
        outcomes=tuple(
            replace(one, total_from=minus(one.total_to), total_to=minus(one.total_from)) for one in rating.outcomes
        ),
    )


def mirror_rule(rule: EventRule) -> EventRule:
    """A rule with every sign of points turned round."""
    value = rule.value
    if value is not None:
        allowed = None if value.allowed is None else tuple(-one for one in value.allowed)
        value = replace(value, allowed=allowed, low=minus(value.high), high=minus(value.low))
    severities = {severity: -points for severity, points in rule.severities.items()}
    return replace(rule, points=minus(rule.points), severities=severities, value=value)


def cut_in_two(chain: EditionChain, day: date) -> EditionChain:
    """The same law promulgated anew, word for word, from a day on within an edition's time."""
    parts: list[Edition] = []
    for edition in chain.editions:
        if edition.force_from < day and (edition.force_to is None or day < edition.force_to):
            again = replace(edition, force_from=day, map_codes={}, map_dimensions={})
            parts += [replace(edition, force_to=day), again]
        else:
            parts.append(edition)
    return EditionChain(tuple(parts))


def stripped(chain: EditionChain) -> EditionChain:
    """The same law without what sets one event's points off against another's: caps, limits, groups, cases, repeats."""

    def plain(rating: Rating) -> Rating:
        return replace(
            rating,
            rules={code: replace(rule, repetition=None, highest_only=None) for code, rule in rating.rules.items()},
            dimensions=tuple(replace(one, low=None, high=None) for one in rating.dimensions),
            absorption=Absorption("none", {}, rating.absorption.clause),
            caps=(),
            outcomes=(),
        )

    return each_rating(chain, plain)


def with_absorption_of(stripped_chain: EditionChain, chain: EditionChain) -> EditionChain:
    """The stripped law with its rule on cases given back."""
    pairs = zip(stripped_chain.editions, chain.editions, strict=True)
    return EditionChain(
        tuple(
            replace(
                bare,
                ratings={
                    kind: replace(rating, absorption=whole.ratings[kind].absorption)
                    for kind, rating in bare.ratings.items()
                },
            )
            for bare, whole in pairs
        )
    )


def in_cases_of_their_own(history: History) -> History:
    """The same facts, each as a case by itself."""
    return history._replace(events=tuple(one._replace(case_ref=f"{one.source} {one.ref}") for one in history.events))
