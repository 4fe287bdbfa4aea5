"""Rate what is marked; a long queue is left to the next wake-up, so that no job outlives its time."""

from service.platform import QUEUES, marks_wait, wake
from service.ratings import drain
from workers.process import database


def run() -> None:
    """Drain the marks for half of the job's time at most."""
    drain(database=database(), seconds=QUEUES["drain"].timeout / 2)
    with database().reader() as session:
        if marks_wait(session):
            wake("drain")
