"""How well a score tells those at which something was found from the others: AUC and Gini.

With weights w, problems i and clean visits j, ψ(i, j) = 1 where the score of i is the riskier, ½ where both are alike,
else 0:

    A = Σ Σ w_i·w_j·ψ(i, j)/(W₁·W₀),    V₁(i) = Σ_j w_j·ψ(i, j)/W₀,    V₀(j) = Σ_i w_i·ψ(i, j)/W₁,

    Var A = m/(m − 1)·Σ w_i²·(V₁(i) − A)²/W₁² + n/(n − 1)·Σ w_j²·(V₀(j) − A)²/W₀²,

for m problems and n clean visits. With equal weights this is the variance of E. R. DeLong, D. M. DeLong and
D. L. Clarke-Pearson, Biometrics 44 (1988), 837-845. It is computed by sorting, as X. Sun and W. Xu do (IEEE Signal
Processing Letters 21 (2014), 1389-1393). Where entities are in it several times their parts are added up (`visited`).
What one score tells less than another of the same visits is the difference of their A, its parts the differences of
theirs. The Gini coefficient is 2A − 1. The interval is symmetric in log(A/(1 − A)),
so that it stays within 0 and 1 (M. S. Pepe, The Statistical Evaluation of Medical Tests (2003), chapter 5).
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.studio.measures.visited import Interval, quantile, variance_of

if TYPE_CHECKING:
    from service.studio.measures.visited import Numbers, Visited, Whole


class Discrimination(NamedTuple):
    """``auc`` is None where nothing, or everything, was a finding; ``interval`` also where the variance is 0.

    ``problems``, ``clean``: visits as they are, without weights.
    """

    auc: float | None
    standard_error: float | None
    interval: Interval | None
    problems: int
    clean: int

    @property
    def gini(self) -> float | None:
        """2·AUC − 1: 0 for a score that says nothing, 1 for one that is never wrong."""
        return None if self.auc is None else 2 * self.auc - 1

    @property
    def gini_interval(self) -> Interval | None:
        """That of the AUC, on the scale of Gini."""
        return None if self.interval is None else Interval(2 * self.interval.low - 1, 2 * self.interval.high - 1)


def discrimination_of(visits: Visited, risk: Numbers, *, confidence: float) -> Discrimination:
    """AUC of a score over random visits.

    Args:
        visits: with their weights; their cells do not matter here.
        risk: the score of each visit, the larger the riskier.
        confidence: of the interval, such as 0.95.
    """
    found = visits.found
    problems, clean = int(found.sum()), int((~found).sum())
    if not problems or not clean:
        return Discrimination(None, None, None, problems, clean)
    auc, parts = auc_and_parts(visits, risk)
    error = sqrt(variance_of(found.astype(np.int64), parts, visits.entity))
    return Discrimination(auc, error, interval_of_auc(auc, error, confidence), problems, clean)


class Loss(NamedTuple):
    """How much less the AUC of the second score is than that of the first; below 0 it is more."""

    value: float
    standard_error: float
    interval: Interval


def loss_of(visits: Visited, risk: Numbers, without: Numbers, *, confidence: float) -> Loss | None:
    """What is lost when a score takes the place of another over the same visits; None as for the AUC itself."""
    if visits.found.all() or not visits.found.any():
        return None
    (auc, parts), (other, other_parts) = auc_and_parts(visits, risk), auc_and_parts(visits, without)
    error = sqrt(variance_of(visits.found.astype(np.int64), parts - other_parts, visits.entity))
    half = quantile(confidence) * error
    return Loss(auc - other, error, Interval(auc - other - half, auc - other + half))


def auc_and_parts(visits: Visited, risk: Numbers) -> tuple[float, Numbers]:
    """A, and what each visit adds to its deviation; there is a problem and a clean visit."""
    found = visits.found
    _, place = np.unique(risk, return_inverse=True)
    among_problems = _shares(place, visits.weight * found)
    among_clean = _shares(place, visits.weight * ~found)
    below_clean = (np.cumsum(among_clean) - among_clean / 2)[place]
    above_problems = (1 - np.cumsum(among_problems) + among_problems / 2)[place]
    share = np.where(found, visits.weight / visits.weight[found].sum(), visits.weight / visits.weight[~found].sum())
    auc = float((share * below_clean)[found].sum())
    return auc, share * (np.where(found, below_clean, above_problems) - auc)


def _shares(place: Whole, weight: Numbers) -> Numbers:
    """The part of all weight at each distinct score, the least risky first."""
    shares: Numbers = np.bincount(place, weight) / weight.sum()
    return shares


def interval_of_auc(auc: float, error: float, confidence: float) -> Interval | None:
    """Symmetric in the logarithm of the odds; None where there is no spread."""
    # A sum of shares may miss 0 or 1 by the last bit: a variance of 0 tells the same, to rounding.
    if error < np.finfo(float).eps or not 0 < auc < 1:
        return None
    middle, half = log(auc / (1 - auc)), quantile(confidence) * error / (auc * (1 - auc))
    return Interval(_logistic(middle - half), _logistic(middle + half))


def _logistic(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))
