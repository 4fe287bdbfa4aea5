"""Kinds that a chain rates alike put together: a city of forty kinds is rated in a few calls for each number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.studio.sensitivity.under import Under
from service.studio.stock import alike, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.rating.columnar.arrays import Rows
    from scoring.rating.history import EditionChain


class Together(NamedTuple):
    """Parts under one chain whose kinds every edition of it rates alike, and all of them as one part of the first kind.

    ``ids``: the number of each entity of ``whole``, where the parts came with any.
    """

    whole: Under
    parts: Sequence[Under]
    ids: Rows


def together(parts: Sequence[tuple[Under, Rows]]) -> list[Together]:
    """Parts, each with the numbers of its entities, by chain and by what the chain says of their kinds."""
    chains: list[EditionChain] = []
    for part, _ in parts:
        if part.chain not in chains:
            chains.append(part.chain)
    found = []
    for chain in chains:
        mine = [(part, ids) for part, ids in parts if part.chain == chain]
        for kinds in alike(list(dict.fromkeys(part.columns.kind for part, _ in mine)), chain.editions).values():
            some = [(part, ids) for part, ids in mine if part.columns.kind in kinds]
            found.append(_put_together(some, chain))
    return found


def _put_together(some: Sequence[tuple[Under, Rows]], chain: EditionChain) -> Together:
    """Parts as one; a single one is left as it is, mapped and not copied."""
    parts = [part for part, _ in some]
    if len(parts) == 1:
        return Together(parts[0], parts, some[0][1])
    whole = Under(merged([part.columns for part in parts]), chain)
    return Together(whole, parts, np.concatenate([ids for _, ids in some]))
