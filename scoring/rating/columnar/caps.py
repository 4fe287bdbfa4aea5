"""Step 5: caps, filled oldest first, each bucket a run of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.rating.columnar.arrays import ABSENT
from scoring.rating.columnar.days import cycle_numbers, years
from scoring.rating.columnar.repetition import first_within
from scoring.rating.columnar.segments import Buckets, buckets_of, running_before
from scoring.rating.columnar.spans import entity_anchors

if TYPE_CHECKING:
    from scoring.edition.model import Cap
    from scoring.rating.columnar.arrays import Days, Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.shard import Rated

STAGES: Final = ("case", "code", "dimension", "period")


@dataclass(frozen=True, slots=True)
class Limit:
    """One cap, the sign of the points it looks at, by rule whether it looks at them and which bucket they fall in."""

    cap: Cap
    sign: int
    concerned: Flags
    bucket: Rows


def limits_of(book: Book) -> tuple[Limit, ...]:
    """The caps in the order in which they bite."""
    ordered = sorted(book.rating.caps, key=lambda cap: STAGES.index(cap.stage))
    return tuple(_limit(book, cap) for cap in ordered)


def _limit(book: Book, cap: Cap) -> Limit:
    everything = np.ones(len(book.mapped), np.bool_)
    bucket = np.zeros(len(book.mapped), np.int64)
    if cap.stage == "dimension":
        keys = [each.key for each in book.rating.dimensions]
        places = np.array([keys.index(each) for each in cap.over if each in keys], np.int32)
        concerned = np.isin(book.dimension, places) if cap.over else everything
        bucket = book.dimension.astype(np.int64) + 1
    elif cap.stage == "period":
        concerned = everything
    else:
        concerned = book.naming(cap.over) if cap.over else everything
        if cap.stage == "code":
            concerned = concerned & (book.mapped != ABSENT)
            bucket = book.mapped.astype(np.int64) + 1
    return Limit(cap, book.bad if cap.side == "bad" else -book.bad, concerned, bucket)


def capped(limits: tuple[Limit, ...], rated: Rated, raw: Points, counted: Flags) -> Points:
    """The counted points of every rated event; 0 where it does not count."""
    left = np.where(counted, raw, 0)
    for limit in limits:
        bites = (left * limit.sign > 0) & limit.concerned[rated.rule]
        if limit.cap.stage == "case":
            bites &= rated.code("case") != ABSENT
        rows = np.flatnonzero(bites)
        if len(rows):
            left[rows] = limit.sign * _kept(limit, rated, rows, np.abs(left[rows]))
    return left


def _kept(limit: Limit, rated: Rated, rows: Rows, effects: Points) -> Points:
    buckets = buckets_of(_keys(limit, rated, rows))
    ordered = effects[buckets.order]
    if limit.cap.months is None:
        kept = np.clip(limit.cap.limit - running_before(ordered, buckets), 0, ordered)
    else:
        kept = _rolling(limit.cap, rated.decided_on[rows[buckets.order]], ordered, buckets)
    result = np.empty(len(rows), np.int64)
    result[buckets.order] = kept
    return result


def _keys(limit: Limit, rated: Rated, rows: Rows) -> Rows:
    within = rated.code("case")[rows].astype(np.int64) if limit.cap.stage == "case" else limit.bucket[rated.rule[rows]]
    keys = rated.keys(rows, within)
    period = _periods(limit.cap, rated, rows)
    if period is None:
        return keys
    period = period - int(period.min())
    split: Rows = keys * (int(period.max()) + 1) + period
    return split


def _periods(cap: Cap, rated: Rated, rows: Rows) -> Rows | None:
    days = rated.decided_on[rows]
    if cap.calendar_year:
        return years(days)
    if cap.cycle is None:
        return None
    anchors = entity_anchors(rated.shard.columns, cap.cycle)[rated.entity[rows]]
    return cycle_numbers(days, anchors, cap.cycle.months)


def _rolling(cap: Cap, decided_on: Days, effects: Points, buckets: Buckets) -> Points:
    """Filled one event of every bucket at a time: what is left of it depends on what was left of the earlier ones."""
    total = np.add.reduceat(effects, buckets.starts)
    full = np.flatnonzero(total > cap.limit)
    kept = effects.copy()
    first = first_within(decided_on, cap.months or 0, buckets)
    before = np.zeros(len(effects), np.int64)
    row, end = buckets.starts[full], (buckets.starts + buckets.sizes)[full]
    filled = np.zeros(len(full), np.int64)
    while len(row):
        before[row] = filled
        kept[row] = np.clip(cap.limit - (filled - before[first[row]]), 0, effects[row])
        filled += kept[row]
        alive = row + 1 < end
        row, end, filled = row[alive] + 1, end[alive], filled[alive]
    return kept
