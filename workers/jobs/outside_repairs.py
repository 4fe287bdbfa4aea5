"""Let measures follow repairs that other systems decided."""

from service.platform import Database
from service.repairs import follow_outside


def run(database: Database) -> None:
    """Follow whatever waits."""
    follow_outside(database)
