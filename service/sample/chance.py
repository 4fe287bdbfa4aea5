"""Chance for invented data. Never for a draw: those have their own protocol."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Chance:
    """A stream of chance of its own for each entity: adding entities changes no other.

    Only `Random.random` is used: its sequence for a seed is the same in every version of Python.
    """

    def __init__(self, seed: str) -> None:
        self._next = Random(seed).random  # noqa: S311 - invented data, no secret hangs on it

    def happens(self, share: float) -> bool:
        """True with this probability."""
        return self._next() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """A number from low up to high, each as likely."""
        return low + (high - low) * self._next()

    def day(self, first: date, last: date) -> date:
        """A day from first to last, both included."""
        return first + timedelta(days=self.number(0, (last - first).days))

    def weekday(self, first: date, last: date) -> date:
        """A day from first to last on which offices work, moved back to Friday; never before first."""
        day = self.day(first, last)
        return max(first, day - timedelta(days=max(0, day.weekday() - 4)))

    def count(self, mean: float) -> int:
        """A Poisson number."""
        bound, product, found = exp(-mean), self._next(), 0
        while product > bound:
            found += 1
            product *= self._next()
        return found

    def choose(self, weights: Mapping[str, float]) -> str:
        """One key, with chances in proportion to the weights."""
        point = self._next() * sum(weights.values())
        for key, weight in weights.items():
            point -= weight
            if point < 0:
                return key
        return next(reversed(list(weights)))

    def pick(self, rows: Sequence[Mapping[str, Any]], care: str = "") -> Mapping[str, Any]:
        """One row, with chances in proportion to its ``share``, times what it says for this care."""
        weights = [row["share"] * row.get("care", {}).get(care, 1) for row in rows]
        point = self._next() * sum(weights)
        for row, weight in zip(rows, weights, strict=True):
            point -= weight
            if point < 0:
                return row
        return rows[-1]
