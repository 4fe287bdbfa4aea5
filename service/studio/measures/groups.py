"""How often something is found in each group (a tier, a band of scores), and how much oftener than over all: lift.

The rate of a group is Hájek's (``visited.rate_and_parts``), its interval Wilson's. Lift is L = R_g/R with the parts
(a_g − L·a)/R, where a_g and a are the parts of both rates; its interval is symmetric in log L: L·exp(± z·SE/L).
"""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.studio.measures.visited import (
    Interval,
    interval_of_rate,
    quantile,
    rate_and_parts,
)

if TYPE_CHECKING:
    from service.studio.measures.visited import Flags, Numbers, Visited, Whole


class Ratio(NamedTuple):
    """One rate over another. The interval is None where the upper one is 0: its logarithm has no spread."""

    value: float
    standard_error: float
    interval: Interval | None


class GroupRate(NamedTuple):
    """One group. ``rate`` and ``lift`` are None where nobody of it was visited, ``lift`` also where nothing was found.

    ``visited``, ``found``: visits as they are, without weights.
    """

    visited: int
    found: int
    rate: float | None
    standard_error: float | None
    interval: Interval | None
    lift: Ratio | None


def rates_of(visits: Visited, group: Whole, groups: int, *, confidence: float) -> list[GroupRate]:
    """The rate and lift of each of so many groups, by number.

    Args:
        visits: all of them.
        group: of each visit, from 0 to ``groups`` − 1; those of another number count for the rate of all only.
        groups: how many there are.
        confidence: of the intervals, such as 0.95.
    """
    return [_of_group(visits, group == one, confidence) for one in range(groups)]


def ratio_of(
    visits: Visited, above: tuple[float, Numbers], below: tuple[float, Numbers], *, confidence: float
) -> Ratio | None:
    """One rate over another, each with its parts, over the same visits; None where the lower one is 0."""
    (upper, upper_parts), (lower, lower_parts) = above, below
    if not lower:
        return None
    value = upper / lower
    error = sqrt(visits.spread((upper_parts - value * lower_parts) / lower))
    if not value:
        return Ratio(value, error, None)
    reach = exp(quantile(confidence) * error / value)
    return Ratio(value, error, Interval(value / reach, value * reach))


def _of_group(visits: Visited, counts: Flags, confidence: float) -> GroupRate:
    within, over_all = rate_and_parts(visits, counts), rate_and_parts(visits, np.ones_like(counts))
    if within is None or over_all is None:
        return GroupRate(0, 0, None, None, None, None)
    rate, parts = within
    variance = visits.spread(parts)
    interval = interval_of_rate(rate, variance, visits.only(counts).effective, confidence)
    lift = ratio_of(visits, within, over_all, confidence=confidence)
    return GroupRate(int(counts.sum()), int((counts & visits.found).sum()), rate, sqrt(variance), interval, lift)
