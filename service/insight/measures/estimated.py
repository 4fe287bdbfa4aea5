"""Rates of a whole frame from those of it that were drawn and answered, each weighted by what it stands for.

With w = 1/π the rate of Hájek (1971) is R = Σ w·d·y / Σ w·d over the units that answered: d is 1 where a unit counts,
y where something was found. Its variance, by linearisation, e = d·(y − R), and Hájek's approximation for designs of
high entropy, which is exact without replacement at equal probabilities, is over cells of r units

    V = Σ over cells of r/(r − 1) · Σ (1 − π)·(e/π − A)² / (Σ w·d)²,    A = Σ (1 − π)·e/π / Σ (1 − π).
"""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence


class Answer(NamedTuple):
    """One unit that was drawn and answered. ``cell``: those drawn, and kept from answering, by the same chance.

    ``probability``: that the design gives it. ``counts``: whether it is one of those whose rate is asked for.
    """

    cell: Hashable
    probability: float
    counts: bool
    found: bool


class Rate(NamedTuple):
    """``rate`` is None where no unit counts. ``low``, ``high``: its interval.

    ``entities``: how many of the whole frame count, by estimate. ``lonely``: cells of one answer, whose spread is
    taken about the rate of all. ``inspected``, ``found``: units as they are, without weights.
    """

    rate: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    entities: float
    inspected: int
    found: int
    lonely: int


class _Weighed(NamedTuple):
    probability: float
    counts: bool
    found: bool


def rate_of(answers: Collection[Answer], drawn: Mapping[Hashable, int], *, confidence: float) -> Rate:
    """The rate among the units that count, of the frame that all answers come from.

    Within a cell the answers stand for those that did not answer: each has the probability π·r/n, r of n drawn having
    answered, at most 1.

    Args:
        answers: of all cells, those that do not count too.
        drawn: how many were drawn of each cell.
        confidence: of the interval, such as 0.95: Wilson's, with the sample size that would have the same variance.
    """
    cells = _weighed(answers, drawn)
    every = [one for cell in cells for one in cell]
    entities = sum(1 / one.probability for one in every if one.counts)
    inspected = sum(one.counts for one in every)
    found = sum(one.counts and one.found for one in every)
    lonely = sum(len(cell) == 1 and cell[0].probability < 1 for cell in cells)
    if not entities:
        return Rate(None, None, None, None, 0.0, 0, 0, lonely)
    rate = sum(1 / one.probability for one in every if one.counts and one.found) / entities
    variance = sum(_variance(cell, rate) for cell in cells) / entities**2
    known = all(one.probability == 1 for one in every if one.counts)
    low, high = (rate, rate) if known else _interval(rate, variance, inspected, confidence)
    return Rate(rate, sqrt(variance), low, high, entities, inspected, found, lonely)


def _weighed(answers: Collection[Answer], drawn: Mapping[Hashable, int]) -> list[list[_Weighed]]:
    by_cell: dict[Hashable, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_cell[answer.cell].append(answer)
    return [
        [_Weighed(min(1.0, one.probability * len(cell) / drawn[name]), one.counts, one.found) for one in cell]
        for name, cell in by_cell.items()
    ]


def _variance(cell: Sequence[_Weighed], rate: float) -> float:
    """Of the sum of e/π over a cell; a cell of one answer is taken about 0, the mean of all e."""
    apart = [one.counts * (one.found - rate) / one.probability for one in cell]
    free = [1 - one.probability for one in cell]
    if not sum(free):
        return 0.0
    centre = sum(f * e for f, e in zip(free, apart, strict=True)) / sum(free) if len(cell) > 1 else 0.0
    factor = len(cell) / (len(cell) - 1) if len(cell) > 1 else 1.0
    return factor * sum(f * (e - centre) ** 2 for f, e in zip(free, apart, strict=True))


def _interval(rate: float, variance: float, inspected: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval; the sample size is the effective one, R(1 − R)/V, or the number inspected where V is 0."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    size = rate * (1 - rate) / variance if variance > 0 and 0 < rate < 1 else float(inspected)
    middle = (rate + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
    return max(0.0, middle - half), min(1.0, middle + half)
