"""The plain edition as the numbers that a peer's program is written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.stock.plain import AS_OF
from scoring.kernel.days import add_months

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.rating.columnar import Columns
    from scoring.rating.history import EditionChain

Answers: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int8]]"


@dataclass(frozen=True)
class PlainLaw:
    """Points and part (dimension) by code; a cap is (part, ``<`` for bad or ``>`` for good, limit)."""

    points: NDArray[np.int64]
    part: NDArray[np.int32]
    caps: tuple[tuple[int, str, int], ...]
    since: int
    until: int
    base: int
    low: int
    high: int
    bounds: tuple[int, ...]

    def grade_of(self, total: int) -> int:
        """The place of the band that holds a total."""
        return next((place for place, bound in enumerate(self.bounds) if total >= bound), len(self.bounds))


def plain_law(columns: Columns, chain: EditionChain) -> PlainLaw:
    """The numbers of the plain edition."""
    rating = chain.editions[0].rating_for(columns.kind)
    parts = [each.key for each in rating.dimensions]
    rules = [rating.rules[code] for code in columns.codes]
    since = AS_OF
    while add_months(since, rating.window.months or 0) > AS_OF:
        since = since.fromordinal(since.toordinal() - 1)
    return PlainLaw(
        points=np.array([each.points for each in rules], np.int64),
        part=np.array([parts.index(each.dimension) for each in rules], np.int32),
        caps=tuple((parts.index(each.over[0]), "<" if each.side == "bad" else ">", each.limit) for each in rating.caps),
        since=since.toordinal() + 1,
        until=AS_OF.toordinal(),
        base=rating.base,
        low=rating.low or 0,
        high=rating.high or 0,
        bounds=tuple(each.bound for each in rating.grades if each.bound is not None),
    )
