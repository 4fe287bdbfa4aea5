"""Whoever is not rated anew does not move: the short way against the long one, over laws and evidence of chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.edition.model import Validity
from scoring.rating.columnar import columns_of, rate_all
from scoring.rating.history import EditionChain, Event, History
from service.studio.sensitivity.chosen import chosen
from service.studio.sensitivity.concerned import concerned, differing
from service.studio.sensitivity.moving import base_of, difference, moved_of
from service.studio.sensitivity.under import Under
from tests.builders import plain
from tests.builders.dice import SeededDice
from tests.builders.histories import stock

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = date(2026, 6, 30)
Way = tuple[Any, ...]
PERIODS = {"nth", "occasions", "start_month", "start_day", "by"}
"""Numbers that a small change makes no law of."""


def ways(part: object, way: Way = ()) -> Iterator[Way]:
    """The way to every number of a section."""
    if isinstance(part, int) and not isinstance(part, bool):
        yield way
    elif is_dataclass(part):
        for each in fields(part):
            if each.name not in PERIODS:
                yield from ways(getattr(part, each.name), (*way, each.name))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from ways(value, (*way, key))
    elif isinstance(part, tuple):
        for number, value in enumerate(part):
            yield from ways(value, (*way, number))


def moved(part: Any, way: Way, by: int) -> Any:  # noqa: ANN401 - any part of a section
    """The section with the number at the end of a way another one."""
    if not way:
        return part + by
    here, rest = way[0], way[1:]
    if is_dataclass(part):
        return replace(part, **{here: moved(getattr(part, here), rest, by)})
    if isinstance(part, Mapping):
        return {**part, here: moved(part[here], rest, by)}
    return tuple(moved(each, rest, by) if number == here else each for number, each in enumerate(part))


def test_nobody_moves_who_is_not_rated_anew() -> None:
    """A rule, a bound, a number of risk and another one of the current edition, by little and by much."""
    seen: Counter[str] = Counter()
    for seed in range(60):
        dice = SeededDice(seed)
        found = stock(dice, most=12)
        columns, index = columns_of(found.histories), found.chain.index_on(found.as_of)
        if index is None:
            continue
        own = found.chain.editions[index]
        section = own.rating_for(columns.kind)
        base = base_of(Under(columns, found.chain), own.digest, found.as_of)
        every = tuple(ways(section))
        for part in ("rules", "grades", "risk", ""):
            way = dice.pick(tuple(each for each in every if each[0] == part) or every)
            changed = replace(own, ratings={"*": moved(section, way, dice.pick((100, -100, 3000, -3000)))})
            law = EditionChain(tuple(changed if each is own else each for each in found.chain.editions))
            long = difference(base.ratings, rate_all(columns, law, found.as_of, lines=False))
            assert moved_of(base, changed, found.as_of) == long, (seed, way)
            parts = differing(section, changed.rating_for(columns.kind))
            seen.update(f"{one} moves" if any(long) else f"{one} stays" for one in parts if base.last)
    assert all(seen[f"{part} {what}"] for part in ("rules", "grades", "risk") for what in ("moves", "stays")), seen


def test_only_those_are_concerned_whose_event_or_total_a_number_reads() -> None:
    rules = (plain.rule("fine", None, severities={"light": -100, "grave": -3000}), plain.rule("fault", -500))
    own = plain.rating(*rules)
    chain = plain.chain(plain.edition(own))
    events = [Event("s", str(n), "fine", AS_OF, severity) for n, severity in enumerate(("light", "grave"))]
    columns = columns_of([
        History(name, "shop", tuple(each))
        for name, each in {
            "light": events[:1], "both": events, "none": [], "annulled": [events[1]._replace(annulled_on=AS_OF)],
        }.items()
    ])  # fmt: skip
    ratings = rate_all(columns, chain, AS_OF)

    def whom(**parts: object) -> list[int] | None:
        places = concerned(columns, ratings, own, replace(own, **parts))
        return None if places is None else places.tolist()

    graver = replace(rules[0], severities={"light": -100, "grave": -3100})
    later = replace(rules[0], validity=Validity("months", 1))
    assert whom(rules={**own.rules, "fine": graver}) == [1]
    assert whom(rules={**own.rules, "fine": later}) == [0, 1]
    assert whom(rules={**own.rules, "fault": replace(rules[1], points=-600)}) == []
    assert whom(grades=(replace(own.grades[0], bound=9950), *own.grades[1:])) == [0]
    assert whom(base=own.base + 1) is None
    assert chosen(columns, np.array([1])).events.severity.tolist() == [0, 1]
