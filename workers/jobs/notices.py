"""Write the notices to entities that the outbox asks for."""

from service.notices.written import follow_outbox
from service.platform import Database


def run(database: Database) -> None:
    """Write whatever waits, some at a time."""
    follow_outbox(database)
