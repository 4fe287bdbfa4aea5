"""Step 3.3: which occurrence within its group an event is, and the factor that this brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.days import add_months
from scoring.rating.columnar.multipliers import WHOLE
from scoring.rating.columnar.segments import buckets_of, ranks

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.segments import Buckets
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Repeats:
    """Tables by rule: the group (or ``ABSENT``), the months, whether a repaired event still counts.

    ``choice`` has a row for each rule and a column for each occurrence, the last one for it and all later ones: the
    place of the factor in ``factors``.
    """

    group: Codes
    months: Codes
    repaired_counts: Flags
    choice: Codes
    factors: tuple[int, ...]


class Line(NamedTuple):
    """Events that repeat, in bucket order: one bucket for each entity and group."""

    buckets: Buckets
    rows: Rows
    decided_on: Days
    rule: Codes


def repeats_of(book: Book) -> Repeats | None:
    """The tables of this step; None where no rule speaks of repetition."""
    stated = [rule.repetition for rule in book.rules]
    groups = {name: number for number, name in enumerate(dict.fromkeys(each.group for each in stated if each))}
    if not groups:
        return None
    last = max((step.nth for each in stated if each for step in each.steps), default=1)
    factors: dict[int, int] = {WHOLE: 0}
    choice = np.zeros((len(stated) + 1, last + 1), np.int32)
    for number, each in enumerate(stated):
        for step in each.steps if each else ():
            choice[number, step.nth :] = factors.setdefault(step.factor, len(factors))
    return Repeats(
        group=np.array([*(groups[each.group] if each else -1 for each in stated), -1], np.int32),
        months=np.array([*(each.months if each else 0 for each in stated), 0], np.int32),
        repaired_counts=np.array([*(each is None or each.repaired_counts for each in stated), True], np.bool_),
        choice=choice,
        factors=tuple(factors),
    )


def occurrence(repeats: Repeats, rated: Rated) -> tuple[Codes, tuple[int, ...]]:
    """For each rated event the place of its factor, and the factors in thousandths."""
    choice = np.zeros(len(rated.rows), np.int32)
    group = repeats.group[rated.rule]
    members = np.flatnonzero(group >= 0)
    if not len(members):
        return choice, repeats.factors
    buckets = buckets_of(rated.keys(members, group[members]))
    rows = members[buckets.order]
    line = Line(buckets, rows, rated.decided_on[rows], rated.rule[rows])
    first = first_within(line.decided_on, repeats.months[line.rule], buckets)
    number = np.arange(len(rows)) - first + 1
    number -= _forgotten(repeats, rated, line, first)
    nth = np.minimum(number, repeats.choice.shape[1] - 1)
    choice[rows] = repeats.choice[line.rule, nth]
    return choice, repeats.factors


def first_within(decided_on: Days, months: Codes | int, buckets: Buckets) -> Rows:
    """For places in bucket order: the first place of the bucket whose day + ``months`` is after the place's own day.

    Days ascend within a bucket, and so do days plus months. The place itself where there is no earlier one.
    """
    begin = buckets.starts[buckets.number]
    place = np.arange(len(decided_on))
    low, high = begin.copy(), place.copy()
    amounts = np.broadcast_to(np.asarray(months, np.int64), place.shape)
    open_rows = np.flatnonzero(low < high)
    while len(open_rows):
        middle = (low[open_rows] + high[open_rows]) // 2
        reaches = add_months(decided_on[middle], amounts[open_rows]) > decided_on[open_rows]
        high[open_rows[reaches]] = middle[reaches]
        low[open_rows[~reaches]] = middle[~reaches] + 1
        open_rows = open_rows[low[open_rows] < high[open_rows]]
    return low


def _forgotten(repeats: Repeats, rated: Rated, line: Line, first: Rows) -> Rows:
    """How many of the earlier events were repaired by an event's day, for those that do not count such."""
    number = np.zeros(len(line.rows), np.int64)
    if rated.shard.columns.events.repaired_on is None or bool(repeats.repaired_counts.all()):
        return number
    repaired = rated.day("repaired_on")[line.rows]
    rank = ranks(line.buckets)
    place = np.arange(len(rank))
    back = 1
    open_rows = np.flatnonzero(~repeats.repaired_counts[line.rule] & (place - first >= 1))
    while len(open_rows):
        number[open_rows] += repaired[open_rows - back] <= line.decided_on[open_rows]
        back += 1
        open_rows = open_rows[open_rows - first[open_rows] >= back]
    return number
