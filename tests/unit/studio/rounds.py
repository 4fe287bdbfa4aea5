"""Rounds of random visits: written down, generated, and drawn from a population whose chances are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hypothesis import strategies as st

from service.studio.measures.visited import Visited, visited_of

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray


class Round(NamedTuple):
    visits: Visited
    group: NDArray[np.int64]
    risk: NDArray[np.float64]


class City(NamedTuple):
    """Everybody's group and true chance that something is found."""

    group: NDArray[np.int64]
    chance: NDArray[np.float64]


@st.composite
def rounds(draw: st.DrawFn, least: int = 1) -> Round:
    """Up to twelve visits out of three cells; risks often tie."""
    size = draw(st.integers(least, 12))
    cell = np.array(draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)), np.int64)
    answered = np.bincount(cell, minlength=3)
    drawn = answered + np.array(draw(st.lists(st.integers(0, 3), min_size=3, max_size=3)))
    eighths = np.array(draw(st.lists(st.integers(1, 8), min_size=size, max_size=size)))
    found = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)), np.bool_)
    group = np.array(draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)), np.int64)
    risk = np.array(draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)), np.float64)
    return Round(visited_of(cell=cell, probability=eighths / 8, drawn=drawn, found=found), group, risk)


def equal(found: list[bool]) -> Visited:
    """Visits of one cell and one weight."""
    size = len(found)
    none = np.zeros(size, np.int64)
    return visited_of(cell=none, probability=np.full(size, 0.5), drawn=np.array([size]), found=np.array(found))


def city(chance: Generator) -> City:
    """Three groups of 4,000, 1,500 and 500; within each the chances differ."""
    group = np.repeat([0, 1, 2], [4000, 1500, 500])
    return City(group, np.array([0.05, 0.15, 0.4])[group] * chance.uniform(0.5, 1.5, len(group)))


def visited_round(of: City, sizes: tuple[int, int, int], chance: Generator) -> Round:
    """So many of each group are drawn; what is found follows the chances; one in ten cannot be visited."""
    drawn = np.concatenate(
        [chance.choice(np.flatnonzero(of.group == one), size, replace=False) for one, size in enumerate(sizes)]
    )
    went = drawn[chance.random(len(drawn)) < 0.9]
    group, found = of.group[went], chance.random(len(went)) < of.chance[went]
    share = np.array(sizes) / np.bincount(of.group)
    return Round(
        visited_of(cell=group, probability=share[group], drawn=np.array(sizes), found=found), group, of.chance[went]
    )
