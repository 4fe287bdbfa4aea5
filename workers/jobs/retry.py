"""Rate again the entities that were set apart."""

from service.platform import Database
from service.ratings import retry_set_apart


def run(database: Database) -> None:
    """Try each once."""
    retry_set_apart(database=database)
