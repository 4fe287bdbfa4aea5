"""Whether a rating merely mirrors where inspectors go: whoever is looked at often has records, and so a bad rating.

Let v be the number of earlier inspections of an entity. Held against random visits, three figures say what the rating
knows beside v:

- ρ, Spearman's correlation of the rating's risk and v over all entities (`stability.rank_correlation`);
- the AUC of v alone (`discrimination`): how well one would do by listing whoever was looked at often;
- the AUC within equal v: the chance that of two entities looked at as often, one with a problem and one without, the
  rating calls the first the riskier. Over strata s of equal v, with ψ, w, W₁ and W₀ as in `discrimination`,

      A = Σ_s Σ_i Σ_j w_i·w_j·ψ(i, j)/D,    D = Σ_s W₁_s·W₀_s,

  with the parts w_i·(Σ_j w_j·ψ(i, j) − A·W₀_s)/D of problems and w_j·(Σ_i w_i·ψ(i, j) − A·W₁_s)/D of clean visits.
  Adjusting an AUC for a covariate: H. Janes and M. S. Pepe, Biometrika 96 (2009), 371-382; here the covariate is a
  number, and its strata weigh by their pairs.

A rating mirrors where ρ is at least a limit, and the interval of the AUC within equal v does not lie above ½; where
there is no spread for an interval, where that AUC itself does not.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.studio.measures.discrimination import discrimination_of, interval_of_auc
from service.studio.measures.visited import variance_of

if TYPE_CHECKING:
    from service.studio.measures.discrimination import Discrimination
    from service.studio.measures.visited import Interval, Numbers, Visited, Whole


class Mirroring(NamedTuple):
    """``correlation``: ρ; ``alone``: of the number of earlier inspections; ``within``: the AUC within equal numbers.

    ``within`` is None where no stratum has both a problem and a clean visit; ``mirrors`` then too.
    """

    correlation: float | None
    alone: Discrimination
    within: float | None
    standard_error: float | None
    interval: Interval | None
    mirrors: bool | None


def mirroring_of(
    visits: Visited,
    risk: Numbers,
    looked_at: Whole,
    *,
    correlation: float | None,
    limit: float,
    confidence: float,
) -> Mirroring:
    """Hold a rating against where inspectors went.

    Args:
        visits: random ones.
        risk: the score of each, the larger the riskier.
        looked_at: how often the entity of each had been inspected before.
        correlation: ρ over all entities; None where one of both does not vary.
        limit: of ρ, from which on a rating may be a mirror.
        confidence: of the intervals, such as 0.95.
    """
    alone = discrimination_of(visits, looked_at.astype(np.float64), confidence=confidence)
    found = _within(visits, risk, looked_at)
    if found is None:
        return Mirroring(correlation, alone, None, None, None, None)
    auc, parts = found
    error = sqrt(variance_of(visits.found.astype(np.int64), parts, visits.entity))
    interval = interval_of_auc(auc, error, confidence)
    tells = (auc if interval is None else interval.low) > 1 / 2
    return Mirroring(
        correlation, alone, auc, error, interval, correlation is not None and correlation >= limit and not tells
    )


def _within(visits: Visited, risk: Numbers, stratum: Whole) -> tuple[float, Numbers] | None:
    """A within strata and its parts, by sorting within each stratum."""
    found, weight = visits.found, visits.weight
    _, level = np.unique(risk, return_inverse=True)
    _, where = np.unique(stratum, return_inverse=True)
    strata, levels = int(where.max(initial=-1)) + 1, int(level.max(initial=-1)) + 1
    sums = [np.bincount(where[side] * levels + level[side], weight[side], strata * levels) for side in (found, ~found)]
    problems, clean = (each.reshape(strata, levels) for each in sums)
    ones, none = problems.sum(axis=1), clean.sum(axis=1)
    pairs = float((ones * none).sum())
    if not pairs:
        return None
    below = (np.cumsum(clean, axis=1) - clean / 2)[where, level]
    above = (ones[:, None] - np.cumsum(problems, axis=1) + problems / 2)[where, level]
    auc = float((weight * below)[found].sum()) / pairs
    beside = np.where(found, below - auc * none[where], above - auc * ones[where])
    return auc, weight * beside / pairs
