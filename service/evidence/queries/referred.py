"""Records by the reference under which their source sent them, or by their own number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from service.evidence.bulk.jobs import GREATEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_REFERRED: Final = text("""
WITH RECURSIVE known (source) AS (
  (SELECT source FROM event ORDER BY source LIMIT 1)
  UNION ALL
  SELECT (SELECT e.source FROM event e WHERE e.source > known.source ORDER BY e.source LIMIT 1)
    FROM known WHERE known.source IS NOT NULL)
SELECT e.id FROM known JOIN event e ON e.source = known.source AND e.source_ref = :reference
 UNION
SELECT id FROM event WHERE id = :number
 ORDER BY id LIMIT :limit
""")
"""The index is by source first, so each source is asked; there are some dozen of them."""


def events_referred(session: Session, reference: str, *, limit: int) -> Sequence[int]:
    """Up to ``limit`` records that some source calls so, or that have this number, by number."""
    number = int(reference) if reference.isascii() and reference.isdigit() else 0
    given = {"reference": reference, "number": min(number, GREATEST), "limit": limit}
    return session.scalars(_REFERRED, given).all()
