"""How often inspectors and pairs of them were given visits, against many draws of the same visits by other seeds.

What the assignment promises has no formula: loads, caps, recusals and certificates all bear on it. But whoever holds
the frozen rows can assign the same visits again by seeds of their own, and see where the seed that counted lies.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from service.insight.measures.ranked import Spread, spread_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Teams: TypeAlias = "Mapping[str, Sequence[str]]"
Pair: TypeAlias = "tuple[str, str]"


class Count(NamedTuple):
    """How often one of them came, and how often it comes on average over all the seeds."""

    of: tuple[str, ...]
    seen: int
    expected: float
    standard_error: float


class Staffing(NamedTuple):
    """``seats``: by inspector, everyone of the roster; ``pairs``: everyone who came together, with any seed.

    ``seats_apart``, ``pairs_apart``: Σ (seen − expected)²; ``gap``: between the most and the least burdened, earlier
    seats of the year included, of those who have a seat with any seed.
    """

    others: int
    seats: tuple[Count, ...]
    pairs: tuple[Count, ...]
    seats_apart: Spread
    pairs_apart: Spread
    gap: Spread


def compare_teams(teams: Teams, again: Callable[[int], Teams], *, others: int, loads: Mapping[str, int]) -> Staffing:
    """Hold teams against those of other seeds.

    Args:
        teams: inspectors of each visit, "" in an empty seat.
        again: the teams of the same visits by the seed of a number from 0.
        others: how many other seeds.
        loads: seats earlier this year, of everyone on the roster.
    """
    all_teams = [teams, *map(again, range(others))]
    seats = [_seats(each) for each in all_teams]
    pairs = [_pairs(each) for each in all_teams]
    busy = sorted({one[0] for each in seats for one in each})
    gaps = [_gap(each, busy, loads) for each in seats]
    of_seats, seats_apart = _against(seats, [(one,) for one in sorted(loads)])
    of_pairs, pairs_apart = _against(pairs, sorted({pair for each in pairs for pair in each}))
    return Staffing(others, of_seats, of_pairs, spread_of(seats_apart), spread_of(pairs_apart), spread_of(gaps))


def _seats(teams: Teams) -> Counter[tuple[str, ...]]:
    return Counter((one,) for team in teams.values() for one in team if one)


def _pairs(teams: Teams) -> Counter[tuple[str, ...]]:
    return Counter(pair for team in teams.values() for pair in combinations(sorted(filter(None, team)), 2))


def _gap(seats: Counter[tuple[str, ...]], busy: Iterable[str], loads: Mapping[str, int]) -> float:
    burdens = [loads[one] + seats[one,] for one in busy]
    return max(burdens, default=0) - min(burdens, default=0)


def _against(
    counted: Sequence[Counter[tuple[str, ...]]], of: Sequence[tuple[str, ...]]
) -> tuple[tuple[Count, ...], list[float]]:
    """Each count with its mean and spread over all seeds, and how far all of them lie from their means, by seed.

    The seed that counted is one of those the mean is of: then all stand alike, and its rank is exact.
    """
    apart = [0.0] * len(counted)
    found: list[Count] = []
    for one in of:
        seen = [each[one] for each in counted]
        mean = sum(seen) / len(seen)
        squares = [(each - mean) ** 2 for each in seen]
        apart = [before + square for before, square in zip(apart, squares, strict=True)]
        found.append(Count(one, seen[0], mean, sqrt(sum(squares) / len(seen))))
    return tuple(found), apart
