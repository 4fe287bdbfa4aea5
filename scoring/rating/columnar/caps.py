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
    from scoring.rating.columnar.arrays import Codes, Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.sides import Side, Sides

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

    @property
    def is_sum(self) -> bool:
        """Whether the cap has one bucket for all time and all that it looks at, so that only its sum matters."""
        endless = self.table is None and self.cap.months is None and self.cap.cycle is None
        return endless and self.bucket is None and self.cap.stage != "case"


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


def cut(limits: tuple[Limit, ...], sides: Sides) -> None:
    """Leaves of the effects of both sides what the caps leave."""
    for side in sides:
        for limit in limits:
            if limit.sign == side.sign and len(side.places):
                _apply(limit, side)


def _apply(limit: Limit, side: Side) -> None:
    """Only where the effects of one entity are together beyond the limit can one of its buckets be."""
    bites = None if limit.concerned is None else limit.concerned.take(side.rule)
    if limit.cap.stage == "case":
        in_case = side.rated.code("case", side.places) != ABSENT
        bites = in_case if bites is None else bites & in_case
    full = sums(side.effects if bites is None else side.effects * bites, side.offsets) > limit.cap.limit
    if not full.any():
        return
    concerned = full.take(side.entity)
    rows = np.flatnonzero(concerned if bites is None else concerned & bites)
    buckets = buckets_of(_keys(limit, side, rows))
    rows = buckets.ordered(rows)
    effects = side.effects.take(rows)
    if limit.cap.months is None:
        kept = limit.cap.limit - running_before(effects, buckets)
        np.clip(kept, 0, effects, out=kept)
    else:
        kept = _rolling(limit, side, rows, effects, buckets)
    side.effects[rows] = kept


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
