"""Where everybody of a stock stands under a law: each region by its own chain of editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_POINTS, Coded, rate_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from scoring.edition.model import Rating
    from scoring.rating.columnar.arrays import Points
    from scoring.rating.history import EditionChain
    from service.studio.stock import Holding, Stock

    Law = Callable[[str, str], EditionChain]
    """The editions that rate a kind in a region (GB/T 2260)."""


class Standing(NamedTuple):
    """How the entities of one kind stand, in the order of their holding; ``total`` in hundredths or ``NO_POINTS``.

    ``margin``: how far a total is from the nearest bound of a grade, in hundredths: 0 and more where it reaches it
    (on the good side), below 0 where it falls short; ``NO_POINTS`` where there is no total or no bound.
    """

    tier: Coded
    grade: Coded
    total: Points
    margin: Points
    tiers: tuple[str, ...]
    """Best to worst: those of the edition that has most."""


def standing_of(stock: Stock, kind: str, law: Law, day: date) -> Standing:
    """The standing of every entity of a kind on a day; a run of regions under one chain is rated at once."""
    who = stock.of(kind)
    size = len(who.ids)
    tiers, grades = _Words(size), _Words(size)
    total, margin = np.full(size, NO_POINTS, np.int64), np.full(size, NO_POINTS, np.int64)
    order: tuple[str, ...] = ()
    for first, last, chain in _runs(who, kind, law):
        section = _section(chain, kind, day)
        held = stock.of(kind, with_branches=section is not None and section.branches == "to_parent")
        rated = rate_all(held.columns.part(first, last), chain, day, lines=False)
        tiers.put(first, rated.tiers, rated.tier)
        grades.put(first, rated.grades, rated.grade)
        total[first:last] = rated.total
        margin[first:last] = _margins(section, rated.total)
        order = max(order, () if section is None else section.tiers, key=len)
    return Standing(tiers.coded(), grades.coded(), total, margin, order)


def _runs(who: Holding, kind: str, law: Law) -> Iterator[tuple[int, int, EditionChain]]:
    """Neighbours under the same chain."""
    index = who.region.index
    starts = [0, *(np.flatnonzero(np.diff(index)) + 1).tolist()] if len(index) else []
    chains = {place: law(kind, who.region.texts[place]) for place in np.unique(index).tolist()}
    begun = 0
    for number, start in enumerate(starts):
        last = starts[number + 1] if number + 1 < len(starts) else len(index)
        chain = chains[int(index[start])]
        if last < len(index) and chains[int(index[last])] == chain:
            continue
        yield begun, last, chain
        begun = last


def _section(chain: EditionChain, kind: str, day: date) -> Rating | None:
    position = chain.index_on(day)
    return None if position is None else chain.editions[position].rating_for(kind)


def _margins(section: Rating | None, total: Points) -> Points:
    """The distance of each total to the nearest bound."""
    bounds = [] if section is None else [each.bound for each in section.grades if each.bound is not None]
    found = np.full(len(total), NO_POINTS, np.int64)
    if section is None or not bounds:
        return found
    good = 1 if section.direction == "higher_better" else -1
    there = np.flatnonzero(total != NO_POINTS)
    distances = good * (total[there][:, None] - np.array(sorted(bounds), np.int64)[None, :])
    nearest = np.abs(distances).argmin(axis=1)
    found[there] = distances[np.arange(len(there)), nearest]
    return found


class _Words:
    """Texts of several editions under one numbering."""

    def __init__(self, size: int) -> None:
        self._places: dict[str, int] = {}
        self._index = np.full(size, ABSENT, np.int32)

    def put(self, first: int, texts: Sequence[str], index: Points | np.ndarray[tuple[int], np.dtype[np.int8]]) -> None:
        table = [self._places.setdefault(each, len(self._places)) for each in texts]
        self._index[first : first + len(index)] = np.array([*table, ABSENT], np.int32)[index]

    def coded(self) -> Coded:
        return Coded(tuple(self._places), self._index)
