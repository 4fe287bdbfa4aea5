"""Rate what is marked, until nothing is."""

from service.ratings import drain
from workers.process import database


def run() -> None:
    """Drain the marks."""
    drain(database=database())
