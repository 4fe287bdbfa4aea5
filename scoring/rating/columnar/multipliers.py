"""Exact products of factors over many rows: few distinct products, kept as fractions of unbounded integers."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np

from scoring.kernel.points import round_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.rating.columnar.arrays import Points, Rows

Fraction: TypeAlias = tuple[int, int]
"""Numerator and denominator, reduced."""

ONE: Final = (1, 1)
WHOLE: Final = 1000
"""A factor of one, in thousandths."""
SAFE: Final = 2**62
MANY: Final = 1 << 12
"""From so many products on, those that no row has are dropped."""


class Multipliers(NamedTuple):
    """For each row the place of its product in ``exact``. A product that grows is changed in place."""

    product: Rows
    exact: tuple[Fraction, ...]

    def times(self, rows: Rows, choice: Rows, factors: Sequence[int]) -> Multipliers:
        """Some rows multiplied by the factor (thousandths) that ``choice`` points to; the first factor must be one."""
        self.product[rows] += choice * len(self.exact)
        grown = Multipliers(self.product, products(self.exact, factors))
        return grown if len(grown.exact) < MANY else _without_unused(grown)

    def some(self, rows: Rows) -> Multipliers:
        """The products of some rows, apart from these."""
        return Multipliers(self.product.take(rows), self.exact)


def unmultiplied(rows: int) -> Multipliers:
    """A product of one for each row."""
    return Multipliers(np.zeros(rows, np.int64), (ONE,))


def products(exact: Sequence[Fraction], factors: Sequence[int]) -> tuple[Fraction, ...]:
    """Every fraction times every factor, in the order in which `Multipliers.times` numbers them."""
    return tuple(_times(fraction, factor) for factor in factors for fraction in exact)


def _times(fraction: Fraction, factor: int) -> Fraction:
    numerator, denominator = fraction[0] * factor, fraction[1] * WHOLE
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common


def _without_unused(by: Multipliers) -> Multipliers:
    present = np.zeros(len(by.exact), np.bool_)
    present[by.product] = True
    place: dict[Fraction, int] = {}
    renumbered = np.zeros(len(present), np.int64)
    for old in np.flatnonzero(present).tolist():
        renumbered[old] = place.setdefault(by.exact[old], len(place))
    return Multipliers(renumbered.take(by.product), tuple(place) or (ONE,))


def rounded(points: Points, by: Multipliers) -> Points:
    """Points times their exact product, rounded once to the hundredth, half away from zero."""
    changed = np.array([each != ONE for each in by.exact], np.bool_)
    rows = np.flatnonzero(changed.take(by.product))
    result = points.copy()
    if len(rows):
        result[rows] = _rounded_rows(points.take(rows), by.product.take(rows), by.exact)
    return result


def _rounded_rows(points: Points, product: Rows, exact: Sequence[Fraction]) -> Points:
    largest = max(abs(int(points.max())), abs(int(points.min())))
    if all(2 * largest * abs(each[0]) + each[1] < SAFE and each[1] < SAFE // 2 for each in exact):
        numerator = points * np.array([each[0] for each in exact], np.int64).take(product)
        denominator = np.array([each[1] for each in exact], np.int64).take(product)
        nearest: Points = np.sign(numerator) * ((2 * np.abs(numerator) + denominator) // (2 * denominator))
        return nearest
    pairs = zip(points.tolist(), product.tolist(), strict=True)
    return np.array([round_ratio(point * exact[place][0], exact[place][1]) for point, place in pairs], np.int64)


def grid_of(points: Points, exact: Sequence[Fraction]) -> Points:
    """All points times all products, rounded: place ``point * len(exact) + product``."""
    every = Multipliers(np.tile(np.arange(len(exact)), len(points)), tuple(exact))
    return rounded(np.repeat(points, len(exact)), every)
