"""Whether every row that names an audit number has that audit row: one question to all tables that carry one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.orm import Session

# A number that may be null is one that is not used yet; the ledger's own tables are held against the chain.
_TABLES = text("""
SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE a.attname = 'audit_id' AND a.attnotnull AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
   AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
   AND c.relname NOT IN ('ledger_seal', 'audit_unsealed')
 ORDER BY c.relname
""")
_ORPHANS = """
SELECT t.audit_id, count(*) AS rows FROM {table} t
 WHERE NOT EXISTS (SELECT FROM audit WHERE audit.id = t.audit_id) AND t.audit_id <> ALL(:waiting)
 GROUP BY t.audit_id ORDER BY t.audit_id
"""


def unentered(session: Session, *, waiting: Collection[int]) -> Iterator[str]:
    """One sentence for each audit number that rows name and the ledger does not hold.

    ``waiting``: numbers that work under way has taken and enters when it ends.
    """
    for table in session.scalars(_TABLES).all():
        orphans = text(_ORPHANS.format(table=table))
        for row in session.execute(orphans, {"waiting": sorted(waiting)}):
            yield f"{row.rows} rows of {table} name audit row {row.audit_id}, which is not there"
