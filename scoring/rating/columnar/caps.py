"""Step 5: caps, filled oldest first, each bucket a run of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import ABSENT
from scoring.rating.columnar.days import cycle_numbers
from scoring.rating.columnar.repetition import first_within
from scoring.rating.columnar.segments import Buckets, buckets_of, running_before, sums
from scoring.rating.columnar.spans import entity_anchors

if TYPE_CHECKING:
    from scoring.edition.model import Cap
    from scoring.rating.columnar.almanac import Almanac, Table
    from scoring.rating.columnar.arrays import Codes, Flags, Points, Rows
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


class Side(NamedTuple):
    """The good or the bad ones among counted events, which no cap of the other side touches.

    ``places`` among the rated ones; ``offsets``: where those of each entity begin and end; ``effects`` as left by now.
    """

    rated: Rated
    places: Rows
    entity: Rows
    rule: Rows
    offsets: Rows
    effects: Points


def capped(limits: tuple[Limit, ...], rated: Rated, points: Points) -> Points:
    """What the caps leave of the points of every rated event, 0 where it does not count."""
    left = points
    for sign in (-1, 1):
        of_side = [each for each in limits if each.sign == sign]
        places = np.flatnonzero(points > 0 if sign > 0 else points < 0) if of_side else np.zeros(0, np.int64)
        if not len(places):
            continue
        entity = rated.entity.take(places)
        offsets = np.searchsorted(entity, np.arange(len(rated.offsets)))
        effects = np.abs(points.take(places))
        side = Side(rated, places, entity, rated.rule.take(places), offsets, effects)
        for limit in of_side:
            _apply(limit, side)
        left = left.copy() if left is points else left
        left[places] = sign * effects
    return left


def _apply(limit: Limit, side: Side) -> None:
    """Cuts the effects of a side. Only where those of one entity are together beyond the limit can a bucket be."""
    bites = np.ones(len(side.rule), np.bool_) if limit.concerned is None else limit.concerned.take(side.rule)
    if limit.cap.stage == "case":
        bites &= side.rated.code("case", side.places) != ABSENT
    full = sums(side.effects * bites, side.offsets) > limit.cap.limit
    if not full.any():
        return
    rows = np.flatnonzero(bites & np.repeat(full, np.diff(side.offsets)))
    buckets = buckets_of(_keys(limit, side, rows))
    ordered = side.effects.take(rows.take(buckets.order))
    if limit.cap.months is None:
        kept = limit.cap.limit - running_before(ordered, buckets)
        np.clip(kept, 0, ordered, out=kept)
    else:
        kept = _rolling(limit, side, rows.take(buckets.order), ordered, buckets)
    side.effects[rows.take(buckets.order)] = kept


def _keys(limit: Limit, side: Side, rows: Rows) -> Rows:
    """A number for each row, equal where entity, bucket and period are."""
    keys = side.entity.take(rows)
    if limit.cap.stage == "case":
        keys = _split(keys, side.rated.code("case", side.places.take(rows)))
    elif limit.bucket is not None:
        keys = _split(keys, limit.bucket.take(side.rule.take(rows)))
    period = _periods(limit, side, rows)
    return keys if period is None else _split(keys, period - int(period.min()))


def _split(keys: Rows, within: Rows | Codes) -> Rows:
    split = keys * (int(within.max()) + 1)
    split += within
    return split


def _periods(limit: Limit, side: Side, rows: Rows) -> Rows | None:
    cycle = limit.cap.cycle
    if limit.cap.months is not None or (limit.table is None and cycle is None):
        return None
    days = side.rated.decided_on.take(side.places.take(rows))
    if limit.table is not None or cycle is None:
        return None if limit.table is None else limit.table.of(days)
    anchors = entity_anchors(side.rated.shard.columns, cycle).take(side.entity.take(rows))
    return cycle_numbers(days, anchors, cycle.months)


def _rolling(limit: Limit, side: Side, rows: Rows, effects: Points, buckets: Buckets) -> Points:
    """Filled one event of every bucket at a time: what is left of it depends on what was left of the earlier ones."""
    kept = effects.copy()
    days = side.rated.decided_on.take(side.places.take(rows))
    first = np.arange(len(rows)) if limit.table is None else first_within(days, limit.table.of(days), buckets)
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
