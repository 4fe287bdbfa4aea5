"""Step 4: what a case absorbs, and the groups of which only the highest counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT
from scoring.rating.columnar.segments import buckets_of, firsts_of_greatest

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Codes, Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Facts:
    """The tables of this step. ``named``: for each absorbing code, by rule, whether it is that code, is absorbed."""

    bad: int
    greatest: bool
    named: tuple[tuple[Flags, Flags], ...]
    highest_group: Codes


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
        highest_group=np.array([*highest, ABSENT], np.int32),
    )


def absorbed_by_case(facts: Facts, rated: Rated, unrestored: Points) -> Flags:
    """Whether another event of its case absorbs a rated event, live or not."""
    absorbed = np.zeros(len(rated.rows), np.bool_)
    if rated.shard.columns.events.case is None or not (facts.greatest or facts.named):
        return absorbed
    case = rated.code("case")
    rows = np.flatnonzero((case != ABSENT) & (unrestored * facts.bad > 0))
    if not len(rows):
        return absorbed
    keys = rated.keys(rows, case[rows])
    if facts.greatest:
        absorbed[rows] = ~firsts_of_greatest(keys, np.abs(unrestored[rows]))
    else:
        absorbed[rows] = _absorbed_by_name(facts, rated.rule[rows], keys)
    return absorbed


def _absorbed_by_name(facts: Facts, rule: Codes, keys: Rows) -> Flags:
    buckets = buckets_of(keys)
    number = np.empty(len(keys), np.int64)
    number[buckets.order] = buckets.number
    absorbed = np.zeros(len(keys), np.bool_)
    for absorbing, concerned in facts.named:
        absorbers = absorbing[rule]
        having = np.zeros(len(buckets.starts), np.int64)
        np.add.at(having, number, absorbers.astype(np.int64))
        absorbed |= concerned[rule] & (having[number] - absorbers > 0)
    return absorbed


def lesser_of_groups(facts: Facts, rated: Rated, raw: Points, remaining: Flags) -> Flags:
    """Whether a remaining event stands back behind a greater one of its group, side by side."""
    lesser = np.zeros(len(rated.rows), np.bool_)
    group = facts.highest_group[rated.rule]
    rows = np.flatnonzero(remaining & (group != ABSENT) & (raw != 0))
    if len(rows):
        side = 2 * group[rows] + (raw[rows] > 0)
        lesser[rows] = ~firsts_of_greatest(rated.keys(rows, side), np.abs(raw[rows]))
    return lesser
