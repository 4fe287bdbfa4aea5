"""Totals without lines: where an event falls under one cap at most, and a cap has one bucket an entity, sums do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.segments import sums

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Flags, Points
    from scoring.rating.columnar.caps import Limit
    from scoring.rating.columnar.score import Sheet
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Heap:
    """Rules whose points are summed together, and what their good and their bad sum may be at most; None: anything."""

    concerned: Flags
    bad: int | None
    good: int | None


@dataclass(frozen=True, slots=True)
class Heaps:
    """What is taken off the sum of all points, the dimensions' ``base`` included: the excess of every heap."""

    bad: int
    base: int
    heaps: tuple[Heap, ...]


def heaps_of(limits: tuple[Limit, ...], sheet: Sheet) -> Heaps | None:
    """The caps as heaps; None where the order of events, or one event by itself, matters to a total."""
    if sheet.limited or not sheet.all_known or sheet.asks_worst_item or not all(each.is_sum for each in limits):
        return None
    everything = np.ones(len(sheet.dimension), np.bool_)
    by_rules: dict[bytes, dict[str, int]] = {}
    for limit in limits:
        concerned = everything if limit.concerned is None else limit.concerned
        if any(limit.cap.side in sides and _meet(concerned, rules) for rules, sides in by_rules.items()):
            return None
        by_rules.setdefault(concerned.tobytes(), {})[limit.cap.side] = limit.cap.limit
    heaps = [Heap(np.frombuffer(rules, np.bool_), s.get("bad"), s.get("good")) for rules, s in by_rules.items()]
    return Heaps(sheet.bad, sum(each.base for each in sheet.rating.dimensions), tuple(heaps))


def _meet(concerned: Flags, rules: bytes) -> bool:
    return bool((concerned & np.frombuffer(rules, np.bool_)).any())


def summed(heaps: Heaps, rated: Rated, counted: Points) -> Points:
    """What the dimensions of each entity come to; ``counted``: raw points, 0 where an event does not count."""
    total = sums(counted, rated.offsets) + heaps.base
    for heap in heaps.heaps:
        part = counted * heap.concerned.take(rated.rule)
        low = sums(np.minimum(part, 0), rated.offsets)
        high = sums(part, rated.offsets) - low
        least, most = (heap.bad, heap.good) if heaps.bad < 0 else (heap.good, heap.bad)
        if least is not None:
            total -= np.minimum(low + least, 0)
        if most is not None:
            total -= np.maximum(high - most, 0)
    return total
