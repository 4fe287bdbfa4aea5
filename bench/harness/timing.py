"""Seconds of several ways to do one work, taken in turns, so that a slow moment of the machine falls on all of them."""

from __future__ import annotations

import resource
import sys
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def interleaved(
    works: Mapping[str, Callable[[], object]],
    times: int = 5,
    idle: int = 1,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, float]:
    """The median seconds of each work by a clock, after ``idle`` turns that are not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(idle + times):
        for name, work in works.items():
            begin = clock()
            work()
            if turn >= idle:
                seconds[name].append(clock() - begin)
    return {name: median(taken) for name, taken in seconds.items()}


def peak_mebibytes() -> int:
    """The most memory this process has held at any moment."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)
