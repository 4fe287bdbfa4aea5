"""Who holds a licence of some kinds on a day: the scope of an inspection task."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.platform import region_prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

_HOLDERS = text("""
SELECT e.id, e.public_key, e.name, a.code AS authority, e.region, e.status,
       e.body ->> 'status_evidence' AS status_evidence, held.kinds
  FROM entity e
  JOIN authority a ON a.id = e.authority_id
  CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT l.kind ORDER BY l.kind) AS kinds
      FROM jsonb_to_recordset(e.body -> 'kinds') AS l (kind text, valid_from text, valid_to text)
     WHERE l.kind = ANY(:kinds) AND l.valid_from <= :day AND (l.valid_to IS NULL OR l.valid_to > :day)) held
 WHERE a.code = ANY(:authorities) AND held.kinds IS NOT NULL
   AND (CAST(:regions AS text[]) IS NULL OR e.region ^@ ANY(:regions))
 ORDER BY e.public_key COLLATE "C"
""")


class Holder(NamedTuple):
    """An entity with the asked kinds of which a licence is valid on the day, in order."""

    id: int
    key: str
    name: str
    authority: str
    region: str
    status: str
    status_evidence: str | None
    kinds: tuple[str, ...]


def holders(
    session: Session,
    *,
    kinds: Collection[str],
    authorities: Collection[str],
    regions: Collection[str] | None = None,
    on: date,
) -> Sequence[Holder]:
    """Entities of any status whose licence of one of the kinds is valid on a day, by key.

    ``regions``: only those inside; None is everywhere.
    """
    rows = session.execute(
        _HOLDERS,
        {
            "kinds": list(kinds),
            "authorities": list(authorities),
            "regions": None if regions is None else [region_prefix(region) for region in regions],
            "day": on.isoformat(),
        },
    )
    return [Holder._make((*row[:7], tuple(row[7]))) for row in rows]
