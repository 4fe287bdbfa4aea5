"""What a sample drew against what its design promises, group by group.

A unit is drawn with the probability π that its stratum gives it, and every stratum draws a fixed number. With c the
value of π(1 − π)·m/(m − 1) of a unit, m the uncertain units of its stratum, the numbers drawn of groups g and h have

    Cov(g, h) = Σ over strata of C_g·[g = h] − C_g·C_h / C,    C_g the sum of c over the units of g.

For equal probabilities this is exact: the covariance of the multivariate hypergeometric distribution. For unequal ones
it is the approximation of Hájek (1964, Annals of Mathematical Statistics 35, 1491-1523) for designs of high entropy.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from service.insight.measures.ranked import Spread, spread_of
from service.insight.measures.tails import chi_square_tail

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

Matrix: TypeAlias = "list[list[float]]"
_UNITS = 1e-6
"""Differences below this are of floating point, not of units."""
_VARIANCE = 1e-9
"""Variances below this are of floating point; of large ones this part of a thousandth is."""


class Unit(NamedTuple):
    """One unit of a frame: the stratum that draws it, the group it is counted in, its probability, whether drawn."""

    stratum: Hashable
    group: str
    probability: float
    drawn: bool


class Group(NamedTuple):
    """One group. ``deviation``: (drawn − expected) in standard errors; 0 where nothing was left to chance."""

    group: str
    size: int
    expected: float
    drawn: int
    standard_error: float
    deviation: float


class Comparison(NamedTuple):
    """All groups by name, and chi-square over them.

    ``pooled``: groups too small to be tested alone, tested as one. ``p``: the probability of a statistic at least as
    large under the design; None without a degree of freedom. ``impossible``: a number that the design fixes differs.
    ``ranked``: the statistic over all groups, pooled or not, among its values for other seeds, where those were drawn.
    """

    groups: tuple[Group, ...]
    pooled: tuple[str, ...]
    statistic: float
    freedom: int
    p: float | None
    impossible: bool
    ranked: Spread | None = None

    @property
    def is_coarse(self) -> bool:
        """Whether chi-square has to leave something untold that is left to chance: groups pooled, or no test at all."""
        return bool(self.pooled) or (self.p is None and any(one.standard_error for one in self.groups))


class _Counts(NamedTuple):
    """By group: expected and size of the uncertain units."""

    expected: Mapping[str, float]
    size: Mapping[str, int]


def compare(units: Collection[Unit], *, least: float) -> Comparison:
    """Hold what was drawn against the design.

    Args:
        units: of the whole frame.
        least: a group of which fewer uncertain units than this are expected to be drawn, or to be left, is pooled.
    """
    names = sorted({unit.group for unit in units})
    place = {name: number for number, name in enumerate(names)}
    covariance = _covariance(units, place)
    expected, drawn, size = _sums(units)
    groups = tuple(
        _group(name, size[name], expected[name], drawn[name], covariance[place[name]][place[name]]) for name in names
    )
    apart = [one.drawn - one.expected for one in groups]
    pools = _pools([one.group for one in groups if one.standard_error], _uncertain(units), least)
    matrix, sums = _gathered(covariance, apart, [[place[name] for name in pool] for pool in pools])
    tested = _metric(matrix)
    statistic, _ = tested.distance(sums)
    return Comparison(
        groups=groups,
        pooled=tuple(sorted(max((pool for pool in pools if len(pool) > 1), default=frozenset[str]()))),
        statistic=statistic,
        freedom=len(tested.steps),
        p=chi_square_tail(statistic, len(tested.steps)) if tested.steps else None,
        impossible=_metric(covariance).distance(apart)[1],
    )


def ranked(units: Sequence[Unit], others: Iterable[Collection[int]]) -> Spread:
    """The statistic over all groups among those of other draws of the same units.

    Args:
        units: of the whole frame.
        others: of each other draw, the places of the units drawn; at least one draw.
    """
    names = sorted({unit.group for unit in units})
    place = {name: number for number, name in enumerate(names)}
    metric = _metric(_covariance(units, place))
    expected, drawn, _ = _sums(units)
    values = [metric.distance([drawn[name] - expected[name] for name in names])[0]]
    for chosen in others:
        counted = Counter(units[one].group for one in chosen)
        values.append(metric.distance([counted[name] - expected[name] for name in names])[0])
    return spread_of(values)


def _sums(units: Iterable[Unit]) -> tuple[Mapping[str, float], Mapping[str, int], Mapping[str, int]]:
    expected: dict[str, float] = defaultdict(float)
    drawn: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for unit in units:
        expected[unit.group] += unit.probability
        drawn[unit.group] += unit.drawn
        size[unit.group] += 1
    return expected, drawn, size


def _group(name: str, size: int, expected: float, drawn: int, variance: float) -> Group:
    error = sqrt(variance) if variance > _VARIANCE else 0.0
    return Group(name, size, expected, drawn, error, (drawn - expected) / error if error else 0.0)


def _covariance(units: Iterable[Unit], place: Mapping[str, int]) -> Matrix:
    by_stratum: dict[Hashable, list[Unit]] = defaultdict(list)
    for unit in units:
        if 0 < unit.probability < 1:
            by_stratum[unit.stratum].append(unit)
    found = [[0.0] * len(place) for _ in place]
    for members in by_stratum.values():
        if len(members) == 1:
            continue
        c: dict[int, float] = defaultdict(float)
        for unit in members:
            c[place[unit.group]] += unit.probability * (1 - unit.probability) * len(members) / (len(members) - 1)
        whole = sum(c.values())
        for g, own in c.items():
            found[g][g] += own
            for h, other in c.items():
                found[g][h] -= own * other / whole
    return found


def _uncertain(units: Iterable[Unit]) -> _Counts:
    expected: dict[str, float] = defaultdict(float)
    size: Counter[str] = Counter()
    for unit in units:
        if 0 < unit.probability < 1:
            expected[unit.group] += unit.probability
            size[unit.group] += 1
    return _Counts(expected, size)


def _pools(names: Sequence[str], counts: _Counts, least: float) -> list[frozenset[str]]:
    """The groups to be tested, those too small as one; were that one too small too, with the smallest of the others.

    ``names``: groups whose number is left to chance.
    """

    def room(pool: Collection[str]) -> float:
        expected = sum(counts.expected[name] for name in pool)
        return min(expected, sum(counts.size[name] for name in pool) - expected)

    alone = [frozenset({name}) for name in names]
    large = sorted((pool for pool in alone if room(pool) >= least), key=room)
    small = frozenset[str]().union(*(pool for pool in alone if room(pool) < least))
    while small and room(small) < least and large:
        small |= large.pop(0)
    return [*large, small] if small else large


def _gathered(covariance: Matrix, apart: Sequence[float], pools: Sequence[Sequence[int]]) -> tuple[Matrix, list[float]]:
    """Covariance and differences of sums over pools of groups."""
    matrix = [[sum(covariance[g][h] for g in one for h in other) for other in pools] for one in pools]
    return matrix, [sum(apart[g] for g in pool) for pool in pools]


class _Metric(NamedTuple):
    """How far differences lie from nought under a covariance V.

    ``steps``: the elimination of V, as (pivot, its variance, the share of it in each row left); as many as V has rank.
    """

    steps: Sequence[tuple[int, float, Mapping[int, float]]]
    fixed: Collection[int]

    def distance(self, apart: Sequence[float]) -> tuple[float, bool]:
        """dᵀ V⁻ d, and whether d has a part that V says cannot vary."""
        rest = list(apart)
        squared = 0.0
        for pivot, variance, shares in self.steps:
            squared += rest[pivot] ** 2 / variance
            for row, share in shares.items():
                rest[row] -= share * rest[pivot]
        return squared, any(abs(rest[row]) > _UNITS for row in self.fixed)


def _metric(covariance: Matrix) -> _Metric:
    """Eliminate, the largest variance first.

    Sums that the design fixes, like a stratum's, make V singular: what is left then has no variance, and any inverse
    of the rest gives the same distance.
    """
    rows = [list(row) for row in covariance]
    left = set(range(len(rows)))
    nothing = _VARIANCE * max(1.0, max((rows[place][place] for place in left), default=0.0) / 1000)
    steps: list[tuple[int, float, dict[int, float]]] = []
    while left:
        pivot = max(left, key=lambda place: rows[place][place])
        variance = rows[pivot][pivot]
        if variance <= nothing:
            break
        left.remove(pivot)
        shares = {row: rows[row][pivot] / variance for row in left}
        for row, share in shares.items():
            for column in left:
                rows[row][column] -= share * rows[pivot][column]
        steps.append((pivot, variance, shares))
    return _Metric(steps, left)
