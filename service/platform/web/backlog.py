"""Work that waits is bounded: nothing is added to what has too much before it already."""

import time
from typing import Final

from service.platform.problem import Problem
from service.platform.web.context import assembly, glance

LOOK: Final = 1.0
"""Seconds for which a look at a backlog stands, at least."""
_SHARE: Final = 20  # a look that takes long stands so many times as long
_RELIEF: Final = 10  # seconds after which some of a full backlog is worked off


def refuse_when_full(question: str, most: int) -> None:
    """Refuse a request that would add to a backlog.

    `question`: a statement that counts what waits, up to the parameter `most`. Threads that look at once do no harm.

    Raises:
        Problem: ``backlog_full``, where `most` wait or did a moment ago.
    """
    looked = assembly().backlogs
    again, full = looked.get(question, (0.0, False))
    if (now := time.monotonic()) >= again:
        with glance() as cursor:
            row = cursor.execute(question, {"most": most}).fetchone()
        full = row is not None and row[0] >= most
        after = time.monotonic()
        looked[question] = (after + max(LOOK, _SHARE * (after - now)), full)
    if full:
        raise Problem("backlog_full", wait=_RELIEF, headers={"Retry-After": str(_RELIEF)})
