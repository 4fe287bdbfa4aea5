"""Whether entities stand as their newest version says: a row changed behind the service, or without a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

# The columns that questions filter by are drawn from the body when it is written.
_OTHER = text("""
SELECT e.public_key FROM entity e JOIN authority a ON a.id = e.authority_id
  LEFT JOIN (SELECT DISTINCT ON (entity_id) entity_id, body FROM entity_version ORDER BY entity_id, id DESC) v
         ON v.entity_id = e.id
 WHERE v.body IS DISTINCT FROM e.body
    OR (e.region, e.status, e.name) IS DISTINCT FROM (e.body ->> 'region', e.body ->> 'status', e.body ->> 'name')
    OR a.code IS DISTINCT FROM e.body ->> 'authority'
 ORDER BY e.id
""")


def entity_faults(session: Session) -> Iterator[str]:
    """One sentence for each entity that does not stand as its newest version says."""
    for key in session.scalars(_OTHER):
        yield f"entity {key} is not what its newest version says: the row or the version was changed"
