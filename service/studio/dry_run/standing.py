"""Where everybody of a stock stands under a law: each region by its own chain of editions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_POINTS, Coded, rate_all
from scoring.rating.columnar.engine import EVENTS_AT_ONCE
from service.studio.stock import Part, alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition, Rating
    from scoring.rating.columnar import Ratings
    from scoring.rating.columnar.arrays import Points, Rows
    from scoring.rating.history import EditionChain
    from service.studio.stock import Holding, Stock

    Law = Callable[[str, str], EditionChain]
    """The editions that rate a kind in a region (GB/T 2260)."""
    Key = tuple[tuple[str, str, date, date | None], ...]
    Keys = tuple[Key, ...]

AT_ONCE: Final = 2
"""Runs of entities that are rated at the same time: NumPy lets other threads work while it counts."""


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
    edition: Coded
    """The edition in force for each entity, by its id."""
    editions: Mapping[str, Edition]

    def of(self, who: Rows) -> Standing:
        """Some of the entities alone, by their places."""
        tier, grade, edition = (Coded(each.texts, each.index[who]) for each in (self.tier, self.grade, self.edition))
        return Standing(tier, grade, self.total[who], self.margin[who], self.tiers, edition, self.editions)


class _Run(NamedTuple):
    """Neighbours of one kind under one chain. ``section``: what the edition of the day says of them."""

    part: Part
    chain: EditionChain
    edition: Edition | None
    section: Rating | None


class _Stretch(NamedTuple):
    """Where in the answer of the engine some entities are; ``margin`` as of a standing."""

    rated: Ratings
    margin: Points
    span: slice


def standing_of(stock: Stock, kind: str, law: Law, day: date) -> Standing:
    """The standing of every entity of a kind on a day."""
    return standings_of(stock, (kind,), law, day)[kind]


def standings_of(stock: Stock, kinds: Sequence[str], law: Law, day: date) -> dict[str, Standing]:
    """The standing of every entity of some kinds on a day.

    A run of regions under one chain is rated at once, and with it the runs of other kinds that the chain rates alike.
    """
    runs = {kind: list(_runs(stock, kind, law, day)) for kind in kinds}
    groups = _together(stock, [run for those in runs.values() for run in those])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rated = [each for group in pool.map(lambda group: _rated(stock, group, day), groups) for each in group]
    found = dict(rated)
    return {kind: _standing(len(stock.of(kind).ids), [(run, found[run.part]) for run in runs[kind]]) for kind in kinds}


def keys_of(who: Holding, kind: str, law: Law) -> Keys:
    """What the standing of a holding hangs on beside the day: for each region which editions rate it, and how long."""
    return tuple(_key(law(kind, region)) for region in who.region.texts)


def _key(chain: EditionChain) -> Key:
    return tuple((one.id, one.digest, one.force_from, one.force_to) for one in chain.editions)


def _two_at_once(work: Callable[[tuple[int, int]], None], runs: Iterable[tuple[int, int]], /) -> Iterable[None]:
    runs = list(runs)
    if len(runs) == 1:
        return [work(runs[0])]  # type: ignore[func-returns-value] # None, once it is done
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, runs))


def _runs(stock: Stock, kind: str, law: Law, day: date) -> Iterator[_Run]:
    """Neighbours under the same chain."""
    region = stock.of(kind).region
    index = region.index
    starts = [0, *(np.flatnonzero(np.diff(index)) + 1).tolist()] if len(index) else []
    chains = {place: law(kind, region.texts[place]) for place in {int(index[start]) for start in starts}}
    begun = 0
    for start, last in zip(starts, [*starts[1:], len(index)], strict=True):
        chain = chains[int(index[start])]
        if last < len(index) and _key(chains[int(index[last])]) == _key(chain):
            continue
        edition = _edition(chain, day)
        section = None if edition is None else edition.rating_for(kind)
        joined = section is not None and section.branches == "to_parent"
        yield _Run(Part(kind, begun, last, joined), chain, edition, section)
        begun = last


def _together(stock: Stock, runs: Sequence[_Run]) -> list[list[_Run]]:
    """Runs that one chain rates alike; one that fills a run of the engine by itself stays alone."""
    by_chain: dict[Key, list[_Run]] = {}
    found = []
    for run in runs:
        offsets = stock.of(run.part.kind, with_branches=run.part.with_branches).columns.offsets
        if offsets[run.part.last] - offsets[run.part.first] >= EVENTS_AT_ONCE:
            found.append([run])
        else:
            by_chain.setdefault(_key(run.chain), []).append(run)
    for those in by_chain.values():
        kinds = alike(list(dict.fromkeys(run.part.kind for run in those)), those[0].chain.editions)
        found += [[run for run in those if run.part.kind in some] for some in kinds.values()]
    return found


def _rated(stock: Stock, group: Sequence[_Run], day: date) -> list[tuple[Part, _Stretch]]:
    """Some runs that are rated alike, each with its own stretch of the answer."""
    columns = stock.together(tuple(run.part for run in group))
    rated = rate_all(columns, group[0].chain, day, lines=False, spread=_two_at_once)
    margin = _margins(group[0].section, rated.total)
    ends = np.cumsum([run.part.last - run.part.first for run in group]).tolist()
    spans = [slice(first, last) for first, last in zip([0, *ends], ends, strict=False)]
    return [(run.part, _Stretch(rated, margin, span)) for run, span in zip(group, spans, strict=True)]


def _standing(size: int, runs: Sequence[tuple[_Run, _Stretch]]) -> Standing:
    """All runs of a kind, in their order."""
    words = {name: _Words(size) for name in ("tier", "grade", "edition")}
    total, margin = np.full(size, NO_POINTS, np.int64), np.full(size, NO_POINTS, np.int64)
    order: tuple[str, ...] = ()
    found: dict[str, Edition] = {}
    for run, (rated, margins, span) in runs:
        first, last = run.part.first, run.part.last
        words["tier"].put(first, rated.tiers, rated.tier[span])
        words["grade"].put(first, rated.grades, rated.grade[span])
        if run.edition is not None:
            found[run.edition.id] = run.edition
            words["edition"].put(first, (run.edition.id,), np.zeros(last - first, np.int8))
        total[first:last], margin[first:last] = rated.total[span], margins[span]
        order = max(order, () if run.section is None else run.section.tiers, key=len)
    tier, grade, under = (each.coded() for each in words.values())
    return Standing(tier, grade, total, margin, order, under, found)


def _edition(chain: EditionChain, day: date) -> Edition | None:
    position = chain.index_on(day)
    return None if position is None else chain.editions[position]


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
