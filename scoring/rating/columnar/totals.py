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
    """What is taken off the sum of all points, the dimensions' ``base`` included: the excess of every heap.

    ``parted``: every rule is in exactly one heap, so that the last heap is what the others leave.
    """

    bad: int
    base: int
    heaps: tuple[Heap, ...]
    parted: bool


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
    heaped = sum((each.concerned[:-1].astype(np.int64) for each in heaps), np.zeros(len(everything) - 1, np.int64))
    base = sum(each.base for each in sheet.rating.dimensions)
    return Heaps(sheet.bad, base, tuple(heaps), parted=bool(heaps) and bool((heaped == 1).all()))


def _meet(concerned: Flags, rules: bytes) -> bool:
    return bool((concerned & np.frombuffer(rules, np.bool_)).any())


def summed(heaps: Heaps, rated: Rated, counted: Points) -> Points:
    """What the dimensions of each entity come to; ``counted``: raw points, 0 where an event does not count."""
    everything = sums(counted, rated.offsets)
    total = everything + heaps.base
    apart = heaps.heaps[:-1] if heaps.parted else heaps.heaps
    left = everything, sums(np.minimum(counted, 0), rated.offsets) if heaps.parted else everything
    for heap in apart:
        part = counted * heap.concerned.take(rated.rule)
        own = sums(part, rated.offsets), sums(np.minimum(part, 0), rated.offsets)
        left = left[0] - own[0], left[1] - own[1]
        _take_excess(heap, heaps.bad, own, total)
    if heaps.parted:
        _take_excess(heaps.heaps[-1], heaps.bad, left, total)
    return total


def _take_excess(heap: Heap, bad: int, own: tuple[Points, Points], total: Points) -> None:
    """Takes off what a heap has beyond its limits; ``own``: the sums of its points and of its negative ones."""
    both, negative = own
    least, most = (heap.bad, heap.good) if bad < 0 else (heap.good, heap.bad)
    if least is not None:
        total -= np.minimum(negative + least, 0)
    if most is not None:
        total -= np.maximum(both - negative - most, 0)
