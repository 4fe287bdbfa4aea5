"""Whether as much is found as was expected, in each group and over all.

Expected is a chance p of each visit, such as the rate of its tier in earlier windows. For a group, over its visits

    gap = Σ w·(y − p)/Σ w,    parts w·(y − p − gap)/Σ w,

and the interval is gap ± z·SE; where everything or nothing was found there is no spread to go by, and Wilson's interval
for as many visits is set against the expected rate. The mean squared distance is Σ w·(y − p)²/Σ w (G. W. Brier, Monthly
Weather Review 78 (1950), 1-3, for two outcomes one of which is enough).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.studio.measures.visited import Interval, interval_of_rate, quantile

if TYPE_CHECKING:
    from service.studio.measures.visited import Flags, Numbers, Visited, Whole


class Gap(NamedTuple):
    """Observed less expected rate: above 0 more was found than was expected."""

    visited: int
    expected: float
    observed: float
    gap: float
    standard_error: float
    interval: Interval

    @property
    def within_chance(self) -> bool:
        """Whether the interval holds 0."""
        return self.interval.low <= 0 <= self.interval.high


class Calibration(NamedTuple):
    """``groups``: by number, None where nobody was visited. ``over_all`` is None without visits, ``brier`` too."""

    groups: list[Gap | None]
    over_all: Gap | None
    brier: float | None


def calibration_of(visits: Visited, expected: Numbers, group: Whole, groups: int, *, confidence: float) -> Calibration:
    """Hold the chances expected of visits against what was found.

    Raises:
        ValueError: a chance outside 0 to 1.
    """
    if not np.all((expected >= 0) & (expected <= 1)):
        raise ValueError("an expected chance lies outside 0 to 1")
    rows = [_gap(visits, expected, group == one, confidence) for one in range(groups)]
    over_all = _gap(visits, expected, np.ones(len(expected), np.bool_), confidence)
    brier = float(np.average((visits.found - expected) ** 2, weights=visits.weight)) if over_all else None
    return Calibration(rows, over_all, brier)


def _gap(visits: Visited, expected: Numbers, counts: Flags, confidence: float) -> Gap | None:
    if not counts.any():
        return None
    share = visits.weight * counts / visits.weight[counts].sum()
    observed, meant = float((share * visits.found).sum()), float((share * expected).sum())
    gap = observed - meant
    error = sqrt(visits.spread(share * (visits.found - expected - gap)))
    half = quantile(confidence) * error
    interval = Interval(gap - half, gap + half)
    if not 0 < observed < 1:
        low, high = interval_of_rate(observed, 0.0, visits.only(counts).effective, confidence)
        interval = Interval(low - meant, high - meant)
    return Gap(int(counts.sum()), meant, observed, gap, error, interval)
