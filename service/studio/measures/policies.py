"""What a hundred visits find where each group gets its number of them, against visits spread evenly and an oracle.

With n_g visits in group g (entities drawn at random within it), R_g its rate and R that of all N entities:

    policy D = 100·Σ n_g·R_g/Σ n_g,    uniform U = 100·R,    oracle O = 100·min(1, N·R/Σ n_g).

The oracle knows beforehand where something will be found, so nobody finds more. The parts of D are
Σ_g (n_g/n)·a_g, n their sum and a_g the parts of R_g; the gain D/U is a ratio of two rates (``groups.ratio_of``).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.studio.measures.groups import ratio_of
from service.studio.measures.visited import Interval, mixture_of, rate_and_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.studio.measures.groups import Ratio
    from service.studio.measures.visited import Visited, Whole

_HUNDRED = 100


class Detection(NamedTuple):
    """Findings per hundred visits. ``gain``: of the policy over uniform; None where nothing was found at all."""

    policy: float
    standard_error: float
    interval: Interval
    uniform: float
    oracle: float
    gain: Ratio | None


class Unknown(NamedTuple):
    """Nothing can be said: the policy visits these groups, and no random visit tells what would be found there."""

    groups: list[int]


def detection_of(
    visits: Visited, group: Whole, planned: Sequence[float], entities: float, *, confidence: float
) -> Detection | Unknown:
    """What a policy would find per hundred visits.

    Args:
        visits: random ones of the past.
        group: of each visit, a place in ``planned``.
        planned: how many visits each group gets.
        entities: how many there are in all groups.
        confidence: of the intervals, such as 0.95.

    Raises:
        ValueError: fewer entities than visits are planned, a negative number of visits, or none at all.
    """
    whole = sum(planned)
    if min(planned, default=0) < 0 or not 0 < whole <= entities:
        raise ValueError(f"{whole} visits of {entities} entities: at least one, at most one each, none negative")
    mine = {one: group == one for one, size in enumerate(planned) if size}
    mixed = mixture_of(visits, [(planned[one] / whole, counts) for one, counts in mine.items()])
    over_all = rate_and_parts(visits, np.ones(len(group), np.bool_))
    if mixed is None or over_all is None:
        return Unknown([one for one, counts in mine.items() if not counts.any()])
    low, high = mixed.interval(visits, confidence)
    return Detection(
        policy=_HUNDRED * mixed.rate,
        standard_error=_HUNDRED * sqrt(visits.spread(mixed.parts)),
        interval=Interval(_HUNDRED * low, _HUNDRED * high),
        uniform=_HUNDRED * over_all[0],
        oracle=_HUNDRED * min(1.0, entities * over_all[0] / whole),
        gain=ratio_of(visits, (mixed.rate, mixed.parts), over_all, confidence=confidence),
    )
