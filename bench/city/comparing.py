"""Whether what was stored in two ways is the same, asked of the database: no copy of it in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg


def different_rows(connection: psycopg.Connection[Any], one: str, other: str) -> int:
    """How many rows only one of two queries gives, either way round; a row that comes more often counts as well."""
    query = f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one})) AS rows"  # noqa: S608 - words of this package
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
