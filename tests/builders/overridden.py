"""What was written down as decided in place of the rule, as tests look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from service.platform import Database

_ROWS = text("SELECT kind, subject, reason FROM override ORDER BY id")


def overridden(database: Database) -> list[tuple[str, str, str]]:
    """Kind, subject and reason of every override, in their order."""
    with database.reader() as session:
        return [(row.kind, row.subject, row.reason) for row in session.execute(_ROWS)]
