"""Exact products of factors over many rows: few distinct products, kept as fractions of unbounded integers."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.kernel.points import round_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.rating.columnar.arrays import Codes, Points

ONE: Final = (1, 1)
WHOLE: Final = 1000
"""A factor of one, in thousandths."""
SAFE: Final = 2**62


class Multipliers(NamedTuple):
    """For each row the place of its product in ``exact``; a product is (numerator, denominator), reduced."""

    product: Codes
    exact: tuple[tuple[int, int], ...]

    @property
    def all_one(self) -> bool:
        """Whether no row is multiplied."""
        return self.exact == (ONE,)

    def times(self, choice: Codes, factors: Sequence[int]) -> Multipliers:
        """Every row multiplied by the factor (thousandths) that ``choice`` points to."""
        key = self.product * len(factors) + choice
        present = np.zeros(len(self.exact) * len(factors), np.bool_)
        present[key] = True
        place: dict[tuple[int, int], int] = {}
        renumbered = np.zeros(len(present), np.int32)
        for old in np.flatnonzero(present).tolist():
            product = _product(self.exact[old // len(factors)], factors[old % len(factors)])
            renumbered[old] = place.setdefault(product, len(place))
        return Multipliers(renumbered[key], tuple(place) or (ONE,))


def unmultiplied(rows: int) -> Multipliers:
    """A product of one for each row."""
    return Multipliers(np.zeros(rows, np.int32), (ONE,))


def _product(fraction: tuple[int, int], factor: int) -> tuple[int, int]:
    numerator, denominator = fraction[0] * factor, fraction[1] * WHOLE
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common


def rounded(points: Points, by: Multipliers) -> Points:
    """Points times their exact product, rounded once to the hundredth, half away from zero."""
    if by.all_one:
        return points
    changed = np.array([each != ONE for each in by.exact], np.bool_)
    rows = np.flatnonzero(changed[by.product])
    result = points.copy()
    result[rows] = _rounded_rows(points[rows], by.product[rows], by.exact)
    return result


def _rounded_rows(points: Points, index: Codes, exact: Sequence[tuple[int, int]]) -> Points:
    if not len(points):
        return points
    largest = max(abs(int(points.max())), abs(int(points.min())))
    if all(2 * largest * abs(each[0]) + each[1] < SAFE and each[1] < SAFE // 2 for each in exact):
        numerator = np.array([each[0] for each in exact], np.int64)[index]
        denominator = np.array([each[1] for each in exact], np.int64)[index]
        product = points * numerator
        nearest: Points = np.sign(product) * ((2 * np.abs(product) + denominator) // (2 * denominator))
        return nearest
    pairs = zip(points.tolist(), index.tolist(), strict=True)
    return np.array([round_ratio(point * exact[place][0], exact[place][1]) for point, place in pairs], np.int64)
