"""Random visits with their weights, and the spread of what is estimated from them.

A visit of an entity with inclusion probability π stands for w = n/(r·π) entities where r of the n that were drawn of
its cell could be visited. An estimate that is a smooth function of weighted sums is, to the first
order, a sum of parts a_i = w_i·u_i, u_i its linearised value. With c cells of r visits each

    V = Σ over cells of r/(r − 1) · Σ (a_i − mean of a in the cell)²,

the parts of a cell of a single visit being taken about 0, the mean of all parts. Nothing is taken off for a large part
of a frame having been seen: the estimate is about the chance of a finding, not about these entities alone (E. L. Korn
and B. I. Graubard, Variance estimation for superpopulation parameters, Statistica Sinica 8 (1998), 1131-1151).
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


class Interval(NamedTuple):
    """Both ends belong to it."""

    low: float
    high: float


class Visited(NamedTuple):
    """One element per random visit. ``cell``: drawn, and kept from a visit, by the same chance; numbered from 0."""

    cell: Whole
    weight: Numbers
    found: Flags

    @property
    def effective(self) -> float:
        """How many visits of equal weight would say as much: (Σw)²/Σw² (L. Kish, Survey Sampling (1965), §11.7)."""
        return effective_size(self.weight)


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


def variance_of(cell: Whole, parts: Numbers) -> float:
    """V of the sum of the parts, as the head of this page has it."""
    if not len(parts):
        return 0.0
    size = np.bincount(cell)
    centre = np.bincount(cell, parts) / np.maximum(size, 1)
    centre[size == 1] = 0.0
    factor = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)
    return float(np.sum(factor[cell] * (parts - centre[cell]) ** 2))


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


def effective_size(weight: Numbers) -> float:
    """(Σw)²/Σw²; 0 without weights."""
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
    within = variance > 0 and 0 < rate < 1
    n = rate * (1 - rate) / variance if within else size
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
