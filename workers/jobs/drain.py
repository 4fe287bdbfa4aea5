"""Rate what is marked; a long queue is left to the next wake-up, so that no job outlives its time."""

import time

from service.platform import QUEUES, wake
from service.ratings import drain
from workers.process import database


def run() -> None:
    """Drain the marks for half of the job's time at most; only then is there more to wake for."""
    end = time.monotonic() + QUEUES["drain"].timeout / 2
    drain(database=database(), seconds=QUEUES["drain"].timeout / 2)
    if time.monotonic() >= end:
        wake("drain")
