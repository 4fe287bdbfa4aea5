"""Step 5: caps, filled oldest first, each bucket a run of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.rating.columnar.arrays import ABSENT
from scoring.rating.columnar.days import cycle_numbers
from scoring.rating.columnar.repetition import first_within
from scoring.rating.columnar.segments import Buckets, buckets_of, running_before, sums
from scoring.rating.columnar.spans import entity_anchors

if TYPE_CHECKING:
    from scoring.edition.model import Cap
    from scoring.rating.columnar.almanac import Almanac, Table
    from scoring.rating.columnar.arrays import Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.shard import Rated

STAGES: Final = ("case", "code", "dimension", "period")


@dataclass(frozen=True, slots=True)
class Limit:
    """One cap. ``sign``: that of the points it looks at.

    ``concerned``: by rule whether it looks at them; None: at all. ``bucket``: by rule the bucket they fall in; None:
    one for all. ``table``: by day of decision the period (or, with ``months``, the earliest day that still reaches).
    """

    cap: Cap
    sign: int
    concerned: Flags | None
    bucket: Rows | None
    table: Table | None


def limits_of(book: Book, almanac: Almanac) -> tuple[Limit, ...]:
    """The caps in the order in which they bite."""
    ordered = sorted(book.rating.caps, key=lambda cap: STAGES.index(cap.stage))
    return tuple(_limit(book, almanac, cap) for cap in ordered)


def _limit(book: Book, almanac: Almanac, cap: Cap) -> Limit:
    concerned, bucket = book.naming(cap.over) if cap.over else None, None
    if cap.stage == "dimension":
        keys = [each.key for each in book.rating.dimensions]
        places = np.array([keys.index(each) for each in cap.over if each in keys], np.int32)
        concerned = np.isin(book.dimension, places) if cap.over else None
        bucket = book.dimension.astype(np.int64) + 1
    elif cap.stage == "code":
        concerned = book.mapped != ABSENT if concerned is None else concerned
        bucket = book.mapped.astype(np.int64) + 1
    if bucket is not None and (concerned is not None and len(np.unique(bucket[concerned])) <= 1):
        bucket = None
    return Limit(cap, book.bad if cap.side == "bad" else -book.bad, concerned, bucket, _table(cap, almanac))


def _table(cap: Cap, almanac: Almanac) -> Table | None:
    if cap.calendar_year:
        return almanac.years()
    if cap.months is not None:
        return almanac.reaching(cap.months)
    if cap.cycle is not None and cap.cycle.start_attribute is None:
        return almanac.cycle_numbers(cap.cycle)
    return None


def capped(limits: tuple[Limit, ...], rated: Rated, points: Points) -> Points:
    """What the caps leave of the points of every rated event, 0 where it does not count."""
    left = points.copy() if limits else points
    for limit in limits:
        bites = left > 0 if limit.sign > 0 else left < 0
        if limit.concerned is not None:
            bites &= limit.concerned.take(rated.rule)
        if limit.cap.stage == "case":
            bites &= rated.code("case") != ABSENT
        full = sums(left * bites, rated.offsets) * limit.sign > limit.cap.limit
        places = np.flatnonzero(bites & np.repeat(full, np.diff(rated.offsets)))
        if len(places):
            left[places] = limit.sign * _kept(limit, rated, places, np.abs(left.take(places)))
    return left


def _kept(limit: Limit, rated: Rated, places: Rows, effects: Points) -> Points:
    """What is left of some effects, of entities whose effects together are beyond the limit."""
    buckets = buckets_of(_keys(limit, rated, places))
    ordered = effects.take(buckets.order)
    if limit.cap.months is None:
        kept = limit.cap.limit - running_before(ordered, buckets)
        np.clip(kept, 0, ordered, out=kept)
    else:
        kept = _rolling(limit, rated, places.take(buckets.order), ordered, buckets)
    result = np.empty(len(places), np.int64)
    result[buckets.order] = kept
    return result


def _keys(limit: Limit, rated: Rated, places: Rows) -> Rows:
    keys = rated.entity.take(places)
    if limit.cap.stage == "case":
        keys = rated.keys(places, rated.code("case", places))
    elif limit.bucket is not None:
        keys = rated.keys(places, limit.bucket.take(rated.rule.take(places)))
    period = _periods(limit, rated, places)
    if period is not None:
        period -= int(period.min())
        keys = keys * (int(period.max()) + 1)
        keys += period
    return keys


def _periods(limit: Limit, rated: Rated, places: Rows) -> Rows | None:
    days = rated.decided_on.take(places)
    if limit.table is not None:
        return None if limit.cap.months is not None else limit.table.of(days)
    if limit.cap.cycle is None:
        return None
    anchors = entity_anchors(rated.shard.columns, limit.cap.cycle).take(rated.entity.take(places))
    return cycle_numbers(days, anchors, limit.cap.cycle.months)


def _rolling(limit: Limit, rated: Rated, places: Rows, effects: Points, buckets: Buckets) -> Points:
    """Filled one event of every bucket at a time: what is left of it depends on what was left of the earlier ones."""
    kept = effects.copy()
    first = _first_reaching(limit, rated, places, buckets)
    full = np.flatnonzero(np.add.reduceat(effects, buckets.starts) > limit.cap.limit)
    before = np.zeros(len(effects), np.int64)
    row, end = buckets.starts.take(full), (buckets.starts + buckets.sizes).take(full)
    filled = np.zeros(len(full), np.int64)
    while len(row):
        before[row] = filled
        room = limit.cap.limit - filled
        room += before.take(first.take(row))
        left = np.clip(room, 0, effects.take(row))
        kept[row] = left
        filled += left
        row += 1
        alive = np.flatnonzero(row < end)
        row, end, filled = row.take(alive), end.take(alive), filled.take(alive)
    return kept


def _first_reaching(limit: Limit, rated: Rated, places: Rows, buckets: Buckets) -> Rows:
    days = rated.decided_on.take(places)
    return np.arange(len(places)) if limit.table is None else first_within(days, limit.table.of(days), buckets)
