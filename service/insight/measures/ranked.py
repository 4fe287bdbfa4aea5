"""Where a figure lies among those that other seeds give: a test that needs no distribution."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spread(NamedTuple):
    """A statistic among its values for other seeds.

    ``p``: the part of all seeds, this one among them, whose value is at least as large; never below 1/(others + 1).
    ``far``: how many of their standard deviations it lies above their mean; None where they do not differ, and it does.
    """

    value: float
    expected: float
    p: float
    far: float | None


def spread_of(values: Sequence[float]) -> Spread:
    """The first value among all of them."""
    value, others = values[0], values[1:]
    mean = sum(others) / len(others)
    deviation = sqrt(sum((one - mean) ** 2 for one in others) / len(others))
    least = value - abs(value) * 1e-9
    p = (1 + sum(one >= least for one in others)) / len(values)
    return Spread(value, mean, p, _far(value - mean, deviation))


def _far(apart: float, deviation: float) -> float | None:
    if deviation:
        return apart / deviation
    return None if apart > 0 else 0.0
