"""Acts that follow one another: each locks a table that holds nothing, until its transaction ends.

To lock a table takes a right to change it, which nobody has to rows that stand. An advisory lock is taken by a SELECT,
which under REPEATABLE READ would fix what the transaction sees before the turn has come; LOCK TABLE does not.
"""

from sqlalchemy import Table, TextClause, text

from service.platform.tables import Base


def turn_of(what: str) -> TextClause:
    """The statement that waits for one's turn; ``turn_of_…`` is a table of a migration, without columns."""
    table = Table(f"turn_of_{what}", Base.metadata, extend_existing=True)
    return text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")
