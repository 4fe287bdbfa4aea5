"""Whom an edition rates: of each kind of a stock the neighbours who stand under one chain of editions that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, Coded
from service.studio.sensitivity.chosen import chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.columnar import Columns
    from scoring.rating.columnar.arrays import Flags, Rows
    from scoring.rating.history import EditionChain
    from service.studio.stock import Stock

    Law = Callable[[str, str], EditionChain]
    """The editions that rate a kind in a region (GB/T 2260)."""


class Under(NamedTuple):
    """Some entities of one kind, and the chain by which they are rated. ``ids``: their numbers, if they have any."""

    columns: Columns
    chain: EditionChain
    ids: Rows = np.zeros(0, np.int64)


def under(stock: Stock, law: Law, edition: Edition, day: date, authorities: Sequence[str] | None = None) -> list[Under]:
    """Everybody whom an edition rates on a day, with the evidence of branches where it says so.

    ``authorities``: codes of those whose entities are meant; None: of all.
    """
    parts = (part for kind in stock.kinds for part in _of_kind(stock, kind, law, edition, day))
    if authorities is None:
        return [part for _, part in parts]
    return [part for part in (_of_some(part, whose, authorities) for whose, part in parts) if len(part.ids)]


def among(authority: Coded, authorities: Sequence[str]) -> Flags:
    """Which entities are of some authorities, by their codes."""
    return np.isin(authority.index, [place for place, code in enumerate(authority.texts) if code in authorities])


def _of_some(part: Under, whose: Coded, authorities: Sequence[str]) -> Under:
    places = np.flatnonzero(among(whose, authorities))
    return Under(chosen(part.columns, places), part.chain, part.ids[places])


def _of_kind(stock: Stock, kind: str, law: Law, edition: Edition, day: date) -> Iterator[tuple[Coded, Under]]:
    """Each part with the authorities of its entities."""
    if not edition.ratings:
        return
    alone = stock.of(kind)
    region, authority, ids = alone.region, alone.authority, alone.ids
    chains = [law(kind, text) for text in region.texts]
    own = [_has(chain, edition, day) for chain in chains]
    # Regions under one chain get one number; the last, for whoever has no region, is that of no chain.
    number = [chains.index(chain) if has else ABSENT for chain, has in zip(chains, own, strict=True)]
    whose = np.array([*number, ABSENT], np.int64)[region.index]
    held = stock.of(kind, with_branches=edition.rating_for(kind).branches == "to_parent").columns
    ends = [*(np.flatnonzero(np.diff(whose)) + 1).tolist(), len(whose)] if len(whose) else []
    for first, last in zip([0, *ends], ends, strict=False):
        if whose[first] != ABSENT:
            whole = Under(held.part(first, last), chains[int(whose[first])], ids[first:last])
            yield Coded(authority.texts, authority.index[first:last]), whole


def _has(chain: EditionChain, edition: Edition, day: date) -> bool:
    """Whether it is this edition that is in force on the day."""
    index = chain.index_on(day)
    return index is not None and chain.editions[index].digest == edition.digest
