"""Where generated editions and histories take their choices from: Hypothesis, which shrinks, or a seed, which is fast.

A builder asks dice for one thing only, a number below another; 0 is always the simplest choice. So the same builder
gives small counter-examples under Hypothesis and thousands of cases a second from a seed.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from tests.oracle.days import add_months

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

DAYS_OFF = (0, -1, 1, 0, -1, 1, -20, 25)


class Dice(ABC):
    """A source of choices."""

    @abstractmethod
    def below(self, limit: int) -> int:
        """A number from 0, the simplest, to limit - 1."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; the first is the simplest."""
        return options[self.below(len(options))]

    def often(self) -> bool:
        """True three times in four."""
        return self.below(4) > 0

    def even(self) -> bool:
        """True every other time."""
        return self.below(2) > 0

    def seldom(self) -> bool:
        """True once in four times."""
        return self.below(4) == 3

    def some(self, options: Sequence[T], most: int | None = None) -> tuple[T, ...]:
        """A few different options, perhaps none, in their order."""
        count = self.below(min(len(options), len(options) if most is None else most) + 1)
        left = list(options)
        for _ in range(len(options) - count):
            del left[-1 - self.below(len(left))]
        return tuple(left)

    def several(self, make: Callable[[], T], most: int, least: int = 0) -> tuple[T, ...]:
        """From ``least`` to ``most`` things, each made anew."""
        return tuple(make() for _ in range(least + self.below(most - least + 1)))

    def near(self, anchors: Sequence[date], months: Sequence[int]) -> date:
        """A day at, just before or just after an anchor moved by so many months; now and then some weeks off."""
        return add_months(self.pick(anchors), self.pick(months)) + timedelta(days=self.pick(DAYS_OFF))


class SeededDice(Dice):
    """Choices from a seed: the same seed, the same choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - cases for tests, not secrets

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)


@cache
def numbers_below(limit: int) -> st.SearchStrategy[int]:
    """A strategy for each limit, made once."""
    return st.integers(0, limit - 1)


class DrawnDice(Dice):
    """Choices of Hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def below(self, limit: int) -> int:
        return 0 if limit == 1 else int(self._draw(numbers_below(limit)))


def drawn(build: Callable[[Dice], T]) -> st.SearchStrategy[T]:
    """Make a Hypothesis strategy of a builder."""

    @st.composite
    def strategy(draw: Callable[[st.SearchStrategy[Any]], Any]) -> T:
        return build(DrawnDice(draw))

    return strategy()
