"""Step 4: what a case absorbs, and the groups of which only the highest counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT
from scoring.rating.columnar.segments import buckets_of, firsts_of_greatest

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Facts:
    """The tables of this step. ``named``: for each absorbing code, by rule, whether it is that code, is absorbed."""

    bad: int
    greatest: bool
    named: tuple[tuple[Flags, Flags], ...]
    grouped: Flags
    highest_group: Rows | None


def facts_of(book: Book) -> Facts:
    """The tables of this step."""
    absorption = book.rating.absorption
    named = absorption.by.items() if absorption.mode == "named" else ()
    groups = {name: number for number, name in enumerate(dict.fromkeys(rule.highest_only for rule in book.rules))}
    highest = [ABSENT if rule.highest_only is None else groups[rule.highest_only] for rule in book.rules]
    return Facts(
        bad=book.bad,
        greatest=absorption.mode == "greatest",
        named=tuple((book.naming([code]), book.naming(codes)) for code, codes in named),
        grouped=book.flags(lambda rule: rule.highest_only is not None),
        highest_group=np.array([*highest, ABSENT], np.int64) if any(each != ABSENT for each in highest) else None,
    )


def absorbed_by_case(facts: Facts, rated: Rated, unrestored: Points) -> Rows:
    """The places of the rated events, live or not, that another event of their case absorbs."""
    if rated.shard.columns.events.case is None or not (facts.greatest or facts.named):
        return np.zeros(0, np.int64)
    bad = unrestored > 0 if facts.bad > 0 else unrestored < 0
    places = np.flatnonzero(bad & (rated.code("case") != ABSENT))
    if not len(places):
        return places
    keys = rated.keys(places, rated.code("case", places))
    if facts.greatest:
        absorbed = ~firsts_of_greatest(keys, np.abs(unrestored.take(places)))
    else:
        absorbed = _absorbed_by_name(facts, rated.rule.take(places), keys)
    return places.take(np.flatnonzero(absorbed))


def _absorbed_by_name(facts: Facts, rule: Rows, keys: Rows) -> Flags:
    buckets = buckets_of(keys)
    number = buckets.number
    if buckets.order is not None:
        number[buckets.order] = number.copy()
    absorbed = np.zeros(len(keys), np.bool_)
    for absorbing, concerned in facts.named:
        absorbers = absorbing.take(rule)
        having = np.zeros(len(buckets.starts), np.int64)
        np.add.at(having, number, absorbers.astype(np.int64))
        absorbed |= concerned.take(rule) & (having.take(number) - absorbers > 0)
    return absorbed


def lesser_of_groups(facts: Facts, rated: Rated, raw: Points, remaining: Flags) -> Rows:
    """The places of the remaining events that stand back behind a greater one of their group, side by side."""
    if facts.highest_group is None:
        return np.zeros(0, np.int64)
    places = np.flatnonzero(facts.grouped.take(rated.rule))
    places = places.take(np.flatnonzero(remaining.take(places) & (raw.take(places) != 0)))
    if not len(places):
        return places
    points = raw.take(places)
    side = 2 * facts.highest_group.take(rated.rule.take(places)) + (points > 0)
    return places.take(np.flatnonzero(~firsts_of_greatest(rated.keys(places, side), np.abs(points))))
