"""Everything that a database holds, as text: what somebody with a copy of it could read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TABLES = text("""
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname
""")


def tables_with(session: Session, word: str) -> list[str]:
    """The tables in which a word stands in clear, in a text or in bytes."""
    forms = word, word.encode().hex()
    return [table for table in session.scalars(_TABLES).all() if any(form in _whole(session, table) for form in forms)]


def _whole(session: Session, table: str) -> str:
    found: Any = session.execute(text(f"SELECT string_agg(t::text, ' ') FROM {table} t")).scalar_one()  # noqa: S608 - a name of the catalogue
    return str(found)
