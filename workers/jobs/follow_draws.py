"""Open, change and take back visits as their draws say."""

from service.inspections.visits import follow_draws
from service.platform import Database


def run(database: Database) -> None:
    """Follow every draw of which there is news."""
    follow_draws(database)
