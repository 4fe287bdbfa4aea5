"""Random visits with their weights, and the spread of what is estimated from them.

A visit of an entity with inclusion probability π stands for w = n/(r·π) entities where r of the n that were drawn of
its cell could be visited. An estimate that is a smooth function of weighted sums is, to the first
order, a sum of parts a_i = w_i·u_i, u_i its linearised value. With c cells of r visits each

    V = Σ over cells of r/(r − 1) · Σ (a_i − mean of a in the cell)²,

the parts of a cell of a single visit being taken about 0, the mean of all parts. Where one visit counts at several
dates, or one entity was visited several times, these are not so many pieces of news: the parts of an entity within a
cell are added up first, r is the number of entities, and with z_e = Σ over cells of √(r/(r − 1))·(part of e − mean)

    V = Σ over entities of z_e²,

which is the same where every entity was visited once (N. A. Obuchowski, Biometrics 53 (1997), 567-578,
for the AUC; W. G. Cochran, Sampling Techniques (1977), chapter 9A, for rates). Nothing is taken off for a large part
of a frame having been seen: the estimate is about the chance of a finding, not about these entities alone (E. L. Korn
and B. I. Graubard, Variance estimation for superpopulation parameters, Statistica Sinica 8 (1998), 1131-1151).
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


_NOTHING: Final = 1e-9
"""A standard error that is a smaller part than this of R(1 − R) is rounding."""


class Interval(NamedTuple):
    """Both ends belong to it."""

    low: float
    high: float


class Visited(NamedTuple):
    """One element per random visit. ``cell``: drawn, and kept from a visit, by the same chance; numbered from 0.

    ``entity``: whom it visited; what is of one entity is one piece of news. None: everybody was visited once.
    """

    cell: Whole
    weight: Numbers
    found: Flags
    entity: Whole | None = None

    @property
    def effective(self) -> float:
        """How many visits of equal weight would say as much: (Σw)²/Σw² (L. Kish, Survey Sampling (1965), §11.7)."""
        return effective_size(self.weight, self.entity)

    def only(self, counts: Flags) -> Visited:
        """Those of them that count, with the weights that they have."""
        entity = None if self.entity is None else self.entity[counts]
        return Visited(self.cell[counts], self.weight[counts], self.found[counts], entity)

    def spread(self, parts: Numbers) -> float:
        """V of a sum of parts, one of each visit."""
        return variance_of(self.cell, parts, self.entity)


def visited_of(*, cell: Whole, probability: Numbers, drawn: Whole, found: Flags) -> Visited:
    """Visits with the weights that the design and the visits that failed give them.

    Args:
        cell: of each visit, a place in ``drawn``.
        probability: π of each visit, by the design of its draw.
        drawn: how many entities were drawn in each cell, visited or not.
        found: whether something was found.

    Raises:
        ValueError: arrays of unlike length, a probability outside (0, 1], a cell with more visits than were drawn.
    """
    if not len(cell) == len(probability) == len(found):
        raise ValueError(f"{len(cell)} cells, {len(probability)} probabilities and {len(found)} results of visits")
    if len(cell) and (cell.min() < 0 or cell.max() >= len(drawn)):
        raise ValueError(f"a visit lies in a cell that is none of the {len(drawn)} drawn from")
    if not np.all((probability > 0) & (probability <= 1)):
        raise ValueError("an inclusion probability lies outside (0, 1]")
    visits = np.bincount(cell, minlength=len(drawn))
    if np.any(visits > drawn):
        raise ValueError(f"cell {int(np.argmax(visits > drawn))} has more visits than were drawn")
    weight = drawn[cell] / (visits[cell] * probability)
    return Visited(cell.astype(np.int64), weight, found.astype(np.bool_))


def variance_of(cell: Whole, parts: Numbers, entity: Whole | None = None) -> float:
    """V of the sum of the parts, as the head of this page has it. ``entity`` None: each part is of another one."""
    if not len(parts):
        return 0.0
    if entity is not None:
        return _clustered(cell, parts, entity)
    size = np.bincount(cell)
    centre = np.bincount(cell, parts) / np.maximum(size, 1)
    centre[size == 1] = 0.0
    factor = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)
    return float(np.sum(factor[cell] * (parts - centre[cell]) ** 2))


def _clustered(cell: Whole, parts: Numbers, entity: Whole) -> float:
    everyone, whose = np.unique(entity, return_inverse=True)
    pairs, place = np.unique(cell * len(everyone) + whose, return_inverse=True)
    summed = np.bincount(place, parts)
    of_cell, of_entity = np.divmod(pairs, len(everyone))
    size = np.bincount(of_cell)
    centre = np.bincount(of_cell, summed) / np.maximum(size, 1)
    centre[size == 1] = 0.0
    factor = np.sqrt(np.where(size > 1, size / np.maximum(size - 1, 1), 1.0))
    return float((np.bincount(of_entity, factor[of_cell] * (summed - centre[of_cell])) ** 2).sum())


def rate_and_parts(visits: Visited, counts: Flags) -> tuple[float, Numbers] | None:
    """The rate Σ w·d·y/Σ w·d among the visits that count (d), and its parts w·d·(y − rate)/Σ w·d.

    None where no visit counts. Source: J. Hájek, Comment on an essay by D. Basu, in Foundations of Statistical
    Inference (1971), 236.
    """
    weight = visits.weight * counts
    whole = float(weight.sum())
    if not whole:
        return None
    rate = float((weight * visits.found).sum()) / whole
    return rate, weight * (visits.found - rate) / whole


class Mixture(NamedTuple):
    """The rate of groups that come in given parts, the part that each visit has in its variance, and how many count.

    ``effective``: how many visits of equal weight would say as much.
    """

    rate: float
    parts: Numbers
    effective: float

    def interval(self, visits: Visited, confidence: float) -> Interval:
        """Wilson's, with the variance that the visits give it."""
        return interval_of_rate(self.rate, visits.spread(self.parts), self.effective, confidence)


def mixture_of(visits: Visited, groups: Sequence[tuple[float, Flags]]) -> Mixture | None:
    """Σ s_g·R_g, its parts Σ s_g·a_g and the effective number of visits of weights Σ s_g·w/W_g.

    Args:
        visits: random ones.
        groups: of each its part s_g of the mixture and which visits are of it.

    Returns None where there is no group, or a group that is part of it has no visit.
    """
    rate, parts, weight = 0.0, np.zeros(len(visits.found)), np.zeros(len(visits.found))
    for share, counts in groups:
        known = rate_and_parts(visits, counts)
        if known is None:
            return None
        rate += share * known[0]
        parts += share * known[1]
        mine = visits.weight * counts
        weight += share * mine / mine.sum()
    return Mixture(rate, parts, effective_size(weight, visits.entity)) if groups else None


def effective_size(weight: Numbers, entity: Whole | None = None) -> float:
    """(Σw)²/Σw², the weights of an entity added up where it is said; 0 without weights."""
    if entity is not None and len(entity):
        _, place = np.unique(entity, return_inverse=True)
        return effective_size(np.bincount(place, weights=weight).astype(np.float64))
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def quantile(confidence: float) -> float:
    """How many standard errors an interval reaches to each side."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def interval_of_rate(rate: float, variance: float, size: float, confidence: float) -> Interval:
    """Wilson's interval with the sample size that would have the same variance, R(1 − R)/V.

    Where that says nothing (nothing found, everything found, no spread within cells) with ``size``.
    Source: E. B. Wilson, Probable inference, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    z = quantile(confidence)
    within = 0 < rate < 1 and variance > (_NOTHING * rate * (1 - rate)) ** 2
    n = rate * (1 - rate) / variance if within else size
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
