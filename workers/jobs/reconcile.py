"""Re-rate a rolling sample with both engines and raise an alarm on any difference."""

from service.platform import Database
from service.ratings import reconcile


def run(database: Database) -> None:
    """Compare the next sample."""
    reconcile(database=database)
