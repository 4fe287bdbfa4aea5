"""The C library's allocator of a long-running process: few arenas, so that memory given back can be used again."""

from __future__ import annotations

import ctypes
import os

ARENAS = 2
"""By itself glibc opens eight for each processor, one for each thread that allocates at the same time as another. What
is freed in one is of no use to the others: a process of twenty threads keeps many times of what it holds."""
_M_ARENA_MAX = -8
"""The number of this parameter in glibc's ``malloc.h``."""


def bound_arenas() -> bool:
    """Let this process open `ARENAS` arenas at most, for as long as it lives; call it before threads begin.

    Returns whether that was done: not where the environment says how many (``MALLOC_ARENA_MAX``), nor under another C
    library than glibc, whose allocator has no arenas.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, ARENAS) == 1
