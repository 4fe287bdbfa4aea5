"""Whether scores stop just short of a threshold more often than a smooth density would have it.

A margin is how far a score lies on the better side of a threshold; at the threshold itself it is 0, beyond it negative.
Four windows of one width w are counted: inner [0, w) and [−w, 0), outer [w, 2w) and [−2w, −w). Where the density of
margins is a straight line over all four, the inner difference is on average a third of the outer one. Hence

    D = (inner short − inner beyond) − (outer short − outer beyond)/3

has mean 0 without bunching, however steep the line, and with independent counts the variance
(inner short + inner beyond) + (outer short + outer beyond)/9.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from service.insight.measures.tails import normal_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

_OUTER_SHORT, _INNER_SHORT, _INNER_BEYOND, _OUTER_BEYOND = 1, 0, -1, -2


class Bunching(NamedTuple):
    """The counts of the windows and D. ``z``: D in standard errors; ``p``: how likely a z at least as large is.

    Both are None where fewer than the least number of scores lie in the inner windows.
    """

    just_short: int
    just_beyond: int
    farther_short: int
    farther_beyond: int
    excess: float
    z: float | None
    p: float | None


def window_of(margin: int, width: int) -> int:
    """Which window a margin lies in: 0 just short, −1 just beyond, 1 and −2 one window farther, others none."""
    return margin // width


def bunching(windows: Iterable[int], *, least: int) -> Bunching:
    """Hold the counts of windows, by all thresholds together, against a straight line.

    Args:
        windows: of every score, as ``window_of`` tells them.
        least: how many scores the inner windows need for a test.
    """
    counted = Counter(windows)
    short, beyond = counted[_INNER_SHORT], counted[_INNER_BEYOND]
    farther_short, farther_beyond = counted[_OUTER_SHORT], counted[_OUTER_BEYOND]
    excess = (short - beyond) - (farther_short - farther_beyond) / 3
    variance = short + beyond + (farther_short + farther_beyond) / 9
    z = excess / sqrt(variance) if short + beyond >= max(least, 1) else None
    p = None if z is None else normal_tail(z)
    return Bunching(short, beyond, farther_short, farther_beyond, excess, z, p)
