"""Build the open data, where something that is public has changed."""

from service.opendata import build_archive
from service.platform import Database


def run(database: Database) -> None:
    """Build the archive of now, unless it is there."""
    build_archive(database)
