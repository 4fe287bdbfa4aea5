"""Many draws of one frame with fixed seeds, and how far their counts may lie from what was promised."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

from scoring.sampling.bytes import h
from scoring.sampling.keys import ticket_key
from scoring.sampling.rows import FrameRow
from scoring.sampling.sample import Stratum, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from fractions import Fraction

DRAWS = 20_000


def frame_of(weights: Sequence[int]) -> list[FrameRow]:
    """A frame whose codes are as alike as codes of one office are."""
    return [FrameRow(f"91110000{place:010}", "food", "A", weight) for place, weight in enumerate(weights)]


def seeds(name: str, draws: int = DRAWS) -> Iterator[bytes]:
    """The seeds of a series of draws: the same on every machine."""
    return (h("key", name, number.to_bytes(4, "big")) for number in range(draws))


@lru_cache(maxsize=1)
def samples(stratum: Stratum, weights: tuple[int, ...]) -> tuple[frozenset[str], ...]:
    """What each draw of a series draws; kept until the next series, for tests that ask more of the same one."""
    rows, name = frame_of(weights), f"often {stratum} {list(weights)}"
    return tuple(frozenset(select(stratum, rows, ticket_key(seed)).drawn) for seed in seeds(name))


def drawn_how_often(drawn: Sequence[frozenset[str]]) -> Counter[str]:
    """How many draws of a series drew each code."""
    return Counter(code for each in drawn for code in each)


def distance(seen: Mapping[str, int], promised: Mapping[str, Fraction], draws: int) -> float:
    """Σ (seen − expected)² / (draws·p·(1 − p)) over the uncertain: about chi-square when sizes are fixed."""
    uncertain = {code: float(p) for code, p in promised.items() if 0 < p < 1}
    return sum((seen.get(code, 0) - draws * p) ** 2 / (draws * p * (1 - p)) for code, p in uncertain.items())


def limit(freedom: int) -> float:
    """What chi-square exceeds once in 10,000 times (Wilson and Hilferty's approximation)."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + 3.719 * sqrt(part)) ** 3)


def deviation(seen: Sequence[float], expected: float) -> float:
    """How many of its standard errors the mean of ``seen`` lies from ``expected``."""
    mean = sum(seen) / len(seen)
    spread = sqrt(sum((each - mean) ** 2 for each in seen) / (len(seen) - 1))
    return abs(mean - expected) * sqrt(len(seen)) / spread


def ordered_by(key: Callable[[int, int], int], frame: Mapping[str, int], positions: Sequence[int]) -> list[str]:
    """The codes of a frame in the order of another key: what the distance must be able to tell from ours."""
    return [
        code for _, code in sorted((key(u, x), code) for u, (code, x) in zip(positions, frame.items(), strict=True))
    ]
