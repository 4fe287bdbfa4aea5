"""Everybody rated at an earlier time under one rulebook: the tier and the points of each entity, and their sources.

An entity that holds several kinds of the rulebook stands where its worst kind stands, as its supervision does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.kernel.days import add_months
from scoring.rating.columnar import ABSENT, NO_POINTS, rate_all
from scoring.rating.columnar.book import book_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.columnar import Columns, Ratings
    from scoring.rating.columnar.arrays import Codes, Flags, Rows
    from scoring.rating.history import EditionChain
    from service.studio.backtest.past import Layer, Origin, Past
    from service.studio.measures.visited import Numbers

    Law = Callable[[str, str, date], EditionChain]
    """The editions that rate a kind in a region (GB/T 2260) on a day."""


class Asked(NamedTuple):
    """The rulebook that is tried, the tiers it knows best to worst, its clauses by place, and how far v looks back."""

    rulebook: str
    tiers: tuple[str, ...]
    clauses: Mapping[str, int]
    looks_back_months: int


class Seen(NamedTuple):
    """The entities that were there, by internal number, ascending.

    ``rank``: place of the tier, ``ABSENT`` where there is none; ``risk``: points, the larger the riskier, NaN where
    there are none; ``looked_at``: inspections of the months before; ``clauses``: what each clause adds to the risk.
    """

    ids: Rows
    rank: Codes
    risk: Numbers
    looked_at: Rows
    clauses: Numbers

    @property
    def without_clauses(self) -> Seen:
        """The same without what each clause adds, which is most of it."""
        return self._replace(clauses=np.zeros((len(self.ids), 0)))

    def only(self, rows: Rows | Flags) -> Seen:
        """Some of them."""
        return Seen(self.ids[rows], self.rank[rows], self.risk[rows], self.looked_at[rows], self.clauses[rows])


def joined(parts: Sequence[Seen], clauses: int) -> Seen:
    """All of several; ``clauses``: how many there are, where there is no part."""
    none = np.zeros(0, np.int64)
    return Seen(
        np.concatenate([none, *(one.ids for one in parts)]),
        np.concatenate([none.astype(np.int32), *(one.rank for one in parts)]),
        np.concatenate([none.astype(np.float64), *(one.risk for one in parts)]),
        np.concatenate([none, *(one.looked_at for one in parts)]),
        np.concatenate([np.zeros((0, clauses)), *(one.clauses for one in parts)]),
    )


def seen_at(past: Past, law: Law, origin: Origin, asked: Asked) -> Seen:
    """Everybody whom the rulebook rates, as known then."""
    parts = [part for kind in past.kinds for part in _of_kind(past, kind, law, origin, asked)]
    whole = joined(parts, len(asked.clauses))
    # The worst kind last: by tier, then by points. Who has neither comes first.
    order = np.lexsort((np.nan_to_num(whole.risk, nan=-np.inf), whole.rank, whole.ids))
    ids = whole.ids[order]
    last = np.append(ids[1:] != ids[:-1], True)[: len(ids)]
    return whole.only(order[last])


def editions_at(past: Past, law: Law, day: date) -> dict[str, tuple[Edition, int]]:
    """By id, the editions in force on a day over what is there, and over how many rows of entities and kinds."""
    found: dict[str, tuple[Edition, int]] = {}
    for kind in past.kinds:
        layer = past.of(kind)
        for first, last, chain in _runs(layer, kind, law, day):
            place = chain.index_on(day)
            if place is not None:
                edition = chain.editions[place]
                found[edition.id] = (edition, found.get(edition.id, (edition, 0))[1] + last - first)
    return found


def _of_kind(past: Past, kind: str, law: Law, origin: Origin, asked: Asked) -> Iterator[Seen]:
    known: dict[bool, tuple[Layer, Columns]] = {}
    for first, last, chain in _runs(past.of(kind), kind, law, origin.day):
        place = chain.index_on(origin.day)
        if place is None or chain.editions[place].rulebook != asked.rulebook:
            continue
        section = chain.editions[place].rating_for(kind)
        branches = section.branches == "to_parent"
        if branches not in known:
            layer = past.of(kind, with_branches=branches)
            known[branches] = layer, layer.at(origin)
        layer, columns = known[branches]
        some = columns.part(first, last)
        rated = rate_all(some, chain, origin.day)
        there = layer.there(origin)[first:last]
        sign = -1.0 if section.direction == "higher_better" else 1.0
        whole = Seen(
            layer.holding.ids[first:last],
            _ranks(rated, asked.tiers),
            np.where(rated.total == NO_POINTS, np.nan, sign * rated.total / 100),
            _looked_at(some, origin.day, asked.looks_back_months),
            _by_clause(some, rated, _clauses(some, chain, origin.day, asked), len(asked.clauses)) * sign / 100,
        )
        yield whole.only(there)


def _runs(layer: Layer, kind: str, law: Law, day: date) -> Iterator[tuple[int, int, EditionChain]]:
    """Neighbours under the same chain, from the first up to the last."""
    region = layer.holding.region
    starts = [0, *(np.flatnonzero(np.diff(region.index)) + 1).tolist()] if len(region.index) else []
    chains = [law(kind, region.texts[place], day) for place in region.index[starts].tolist()] if starts else []
    begins = [place for place in range(len(starts)) if not place or chains[place] != chains[place - 1]]
    for number, place in enumerate(begins):
        last = starts[begins[number + 1]] if number + 1 < len(begins) else len(region.index)
        yield starts[place], last, chains[place]


def _ranks(rated: Ratings, tiers: tuple[str, ...]) -> Codes:
    table = [tiers.index(tier) if tier in tiers else ABSENT for tier in rated.tiers]
    return np.array([*table, ABSENT], np.int32)[rated.tier]


def _looked_at(columns: Columns, day: date, months: int) -> Rows:
    if columns.occasions is None:
        return np.zeros(columns.entities, np.int64)
    held, offsets = columns.occasions.held_on, columns.occasions.offsets
    counted = (held <= day.toordinal()) & (held > add_months(day, -months).toordinal())
    running = np.concatenate([[0], np.cumsum(counted)])
    found: Rows = running[offsets[1:]] - running[offsets[:-1]]
    return found


def _clauses(columns: Columns, chain: EditionChain, day: date, asked: Asked) -> Rows:
    """Of each event the place of the clause whose rule reads it: of its decision day's edition, if not restated."""
    book = book_on(chain, columns, day)
    assert book is not None, "an edition is in force"  # noqa: S101 - its caller has looked
    none = len(asked.clauses)
    table = np.array([*(asked.clauses.get(rule.clause, none) for rule in book.rules), none], np.int64)
    clauses: Rows = table[book.rules_of(columns.events)]
    return clauses


def _by_clause(columns: Columns, rated: Ratings, clause: Rows, size: int) -> Numbers:
    """The counted points of each entity by clause, in hundredths; those of no clause asked about are left out."""
    assert rated.counted is not None, "lines were asked for"  # noqa: S101 - its caller does
    counts = np.flatnonzero(rated.counted)
    owner = np.repeat(np.arange(columns.entities), np.diff(columns.offsets))[counts]
    cell = owner * (size + 1) + clause[counts]
    summed = np.bincount(cell, weights=rated.counted[counts], minlength=columns.entities * (size + 1))
    return summed.astype(np.float64).reshape(columns.entities, size + 1)[:, :size]
