"""The order of a stratum, its Sample and its Reserves (§6)."""

from __future__ import annotations

from itertools import compress
from math import isqrt
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.sampling.keys import NO_TURN, Rotation, last_within, pareto_key, positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.sampling.rows import FrameRow

Order: TypeAlias = Literal["equal", "pareto"]

CERTAIN = "certain"
"""The cut of a stratum whose last drawn entity had probability 1."""

_PROBED = 4096


class Stratum(NamedTuple):
    """What the commitment fixes for a stratum: how it is ordered, how many are drawn, how many held in reserve."""

    order: Order
    draw: int
    reserves: int = 0


class Selected(NamedTuple):
    """Codes in the order of the draw.

    ``cut``: the key of the last drawn (hex without leading zeros, ``certain`` if he is); ``reserve_cut``: that of the
    last reserve; "" where there is none.
    """

    drawn: tuple[str, ...]
    reserves: tuple[str, ...]
    cut: str
    reserve_cut: str


class Certain(NamedTuple):
    """The ``units`` of a stratum whose weight alone draws them; ``rest``: X, the weight of all others.

    ``from_weight``: the least weight of a certain unit, or more than any weight if there is none. Equal weights are
    certain together: taking one of them takes as much from both sides of the condition.
    """

    units: int
    rest: int
    from_weight: int


def certain(weights: Iterable[int], n: int) -> Certain:
    """The units of a ``pareto`` stratum that are drawn whatever the seed, when ``n`` are drawn."""
    heaviest_first = sorted(weights, reverse=True)
    units, rest, least = 0, sum(heaviest_first), max(heaviest_first, default=0) + 1
    for weight in heaviest_first[:n]:
        if (n - units) * weight < rest:
            break
        units, rest, least = units + 1, rest - weight, weight
    return Certain(units, rest, least)


def probability(stratum: Stratum, weights: Sequence[int], weight: int) -> tuple[int, int]:
    """The probability [num, den], not reduced, with which a unit of this weight is drawn. ``weights``: of all units."""
    return _probability(stratum, _certain(stratum, weights), len(weights), weight)


def probabilities(stratum: Stratum, weights: Sequence[int]) -> list[tuple[int, int]]:
    """The probability of every unit of a stratum, in the order given."""
    sure = _certain(stratum, weights)
    found = {weight: _probability(stratum, sure, len(weights), weight) for weight in set(weights)}
    return [found[weight] for weight in weights]


def is_precise(weights: Sequence[int], n: int) -> bool:
    """Whether a ``pareto`` stratum is large enough to keep its probabilities: Σ m·x·(X − m·x) ≥ 3·X²."""
    sure = certain(weights, n)
    m, total = n - sure.units, sure.rest
    spread = sum(m * x * (total - m * x) for x in weights if x < sure.from_weight)
    return spread >= 3 * total * total


def select(stratum: Stratum, rows: Iterable[FrameRow], ticket_key: bytes, rotation: Rotation = NO_TURN) -> Selected:
    """The Sample and the Reserves of a stratum; ``rows``: its rows, in any order, each code once."""
    codes, weights = [], []
    for row in rows:
        codes.append(row.code)
        weights.append(row.weight)
    us = positions(ticket_key, codes, rotation)
    wanted = stratum.draw + stratum.reserves
    if stratum.order == "equal":
        return _selected(stratum, smallest(wanted, us, codes), 0)
    sure = certain(weights, stratum.draw)
    ranked: list[tuple[int, str]] = []
    if sure.units:
        later = [weight < sure.from_weight for weight in weights]
        pairs = zip(us, codes, strict=True)
        ranked = sorted(pair for pair, waits in zip(pairs, later, strict=True) if not waits)
        us, codes = list(compress(us, later)), list(compress(codes, later))
        weights = list(compress(weights, later))
    pareto = _Pareto(stratum.draw - sure.units, sure.rest)
    ranked += pareto.smallest(wanted - sure.units, us, codes, weights)
    return _selected(stratum, ranked, sure.units)


def keys_of(
    stratum: Stratum,
    codes: Sequence[str],
    weights: Sequence[int],
    ticket_key: bytes,
    rotation: Rotation = NO_TURN,
) -> list[int]:
    """The key of every entity of a stratum, in the order given: u, or the Pareto key of those that are not certain."""
    keys = positions(ticket_key, codes, rotation)
    _weighted(stratum, _certain(stratum, weights), keys, weights)
    return keys


def _certain(stratum: Stratum, weights: Sequence[int]) -> Certain:
    return Certain(0, len(weights), 2) if stratum.order == "equal" else certain(weights, stratum.draw)


def _probability(stratum: Stratum, sure: Certain, size: int, weight: int) -> tuple[int, int]:
    if stratum.order == "equal":
        return stratum.draw, size
    return (1, 1) if weight >= sure.from_weight else ((stratum.draw - sure.units) * weight, sure.rest)


def _weighted(stratum: Stratum, sure: Certain, keys: list[int], weights: Sequence[int]) -> None:
    """Puts Pareto keys in place of the positions of those that are not certain."""
    if stratum.order == "pareto":
        m, total, from_weight = stratum.draw - sure.units, sure.rest, sure.from_weight
        for place, weight in enumerate(weights):
            if weight < from_weight:
                keys[place] = pareto_key(keys[place], m, total, weight)


def _selected(stratum: Stratum, ranked: Sequence[tuple[int, str]], sure: int) -> Selected:
    drawn, held = ranked[: stratum.draw], ranked[stratum.draw : stratum.draw + stratum.reserves]
    cut = "" if not drawn else CERTAIN if len(drawn) <= sure else f"{drawn[-1][0]:x}"
    return Selected(
        tuple(code for _, code in drawn),
        tuple(code for _, code in held),
        cut,
        f"{held[-1][0]:x}" if held else "",
    )


def smallest(count: int, keys: Sequence[int], codes: Sequence[str]) -> list[tuple[int, str]]:
    """The least ``count`` pairs (key, code) in order: only those below a bound that a few keys suggest are sorted."""
    bound = _bound(count, len(keys), keys[:: _step(len(keys))])
    if bound is not None:
        below = [pair for pair in zip(keys, codes, strict=True) if pair[0] <= bound]
        if len(below) >= count:
            below.sort()
            return below[:count]
    return sorted(zip(keys, codes, strict=True))[: max(count, 0)]


class _Pareto(NamedTuple):
    """The order of the units that are not certain: ``m`` of them are drawn, ``total`` is their weight."""

    m: int
    total: int

    def smallest(
        self, count: int, us: Sequence[int], codes: Sequence[str], weights: Sequence[int]
    ) -> list[tuple[int, str]]:
        """As ``smallest``, but keys are made only of those that are found below the bound without them."""
        step = _step(len(us))
        probes = self._keys(zip(us[::step], weights[::step], strict=True))
        bound = _bound(count, len(us), probes)
        if bound is not None:
            last = {weight: last_within(bound, self.m, self.total, weight) for weight in set(weights)}
            is_below = [u <= last[weight] for u, weight in zip(us, weights, strict=True)]
            if is_below.count(True) >= count:
                us, codes = list(compress(us, is_below)), list(compress(codes, is_below))
                weights = list(compress(weights, is_below))
        keys = self._keys(zip(us, weights, strict=True))
        return sorted(zip(keys, codes, strict=True))[: max(count, 0)]

    def _keys(self, units: Iterable[tuple[int, int]]) -> list[int]:
        return [pareto_key(u, self.m, self.total, weight) for u, weight in units]


def _step(size: int) -> int:
    return size // _PROBED + 1


def _bound(count: int, size: int, probes: Sequence[int]) -> int | None:
    """A key below which ``count`` of ``size`` are likely to lie, seen from some of the keys; None if all may be needed.

    A guess: whoever uses it counts what lies below.
    """
    place = max(count, 0) * len(probes) // max(size, 1)
    place += 4 * isqrt(place) + 8
    return sorted(probes)[place] if place < len(probes) else None
