"""How far the distribution over tiers, and the order of entities, moves from one date to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from service.studio.measures.visited import Numbers, Whole


class Shift(NamedTuple):
    """``value``: the population stability index. ``by_chance``: about what two samples of one population would have."""

    value: float
    by_chance: float


def shift_of(before: Whole, after: Whole) -> Shift:
    """The population stability index of two counts by class: Σ (q − p)·ln(q/p), p and q the parts before and after.

    An empty class would make it infinite: p = (x + ½)/(N + k/2) over k classes, the mean under Jeffreys' prior. By
    chance the index times 1/(1/N + 1/M) is about chi-square with k − 1 degrees of freedom, which gives ``by_chance``
    (B. Yurdakul and J. Naranjo, Statistical properties of the population stability index, Journal of Risk Model
    Validation 14 (2020)). The index itself: N. Siddiqi, Credit Risk Scorecards (2006).

    Raises:
        ValueError: counts of unlike length, negative ones, or no entity on either side.
    """
    if len(before) != len(after) or not before.sum() or not after.sum() or min(before.min(), after.min()) < 0:
        raise ValueError(f"counts of {len(before)} and {len(after)} classes: as many, none negative, not all 0")
    p, q = ((one + 0.5) / (one.sum() + len(one) / 2) for one in (before, after))
    chance = (len(before) - 1) * (1 / before.sum() + 1 / after.sum())
    return Shift(float(((q - p) * np.log(q / p)).sum()), float(chance))


def rank_correlation(before: Numbers, after: Numbers) -> float | None:
    """Spearman's ρ of two scores of the same entities: Pearson's correlation of their ranks, ties at their middle.

    None where one of them does not vary. Source: M. G. Kendall, Rank Correlation Methods (1948), chapter 3.

    Raises:
        ValueError: scores of unlike length.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} scores before and {len(after)} after")
    apart = [_ranks(one) - (len(one) + 1) / 2 for one in (before, after)]
    squares = [float((one**2).sum()) for one in apart]
    if not all(squares):
        return None
    return float((apart[0] * apart[1]).sum() / np.sqrt(squares[0] * squares[1]))


def _ranks(scores: Numbers) -> Numbers:
    """From 1; equal scores share the middle of their places."""
    _, place, size = np.unique(scores, return_inverse=True, return_counts=True)
    ranks: Numbers = (np.cumsum(size) - (size - 1) / 2)[place]
    return ranks
