"""Move the pointer of editions whose first day has begun."""

from service.platform import Database
from service.ratings import switch


def run(database: Database) -> None:
    """Move whatever is due by now."""
    switch(database=database)
