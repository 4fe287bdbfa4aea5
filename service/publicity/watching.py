"""Which records are to be looked at: those for which something can have changed since the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service import editions
from service.platform import region_prefix
from service.publicity.reading import covered_kinds
from service.publicity.vocabulary import endings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

_TO_LOOK_AT = text("""
SELECT e.id, t.acts, p.done
  FROM event e
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
  LEFT JOIN publication_watch w ON w.event_id = e.id
  CROSS JOIN LATERAL (
    SELECT count(*) AS acts,
           coalesce(bool_or(act = 'correction' AND detail -> 'changes' ? 'decision_kind'), false) AS moved
      FROM event_act WHERE event_id = e.id) t
  CROSS JOIN LATERAL (SELECT count(*) AS done FROM publication_act WHERE event_id = e.id) p
 WHERE e.id > :after
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
   AND (e.decision_kind = ANY(:kinds) OR t.moved)
   AND (w.event_id IS NULL OR w.generation <> :generation OR w.acts <> t.acts OR w.done <> p.done
        OR w.look_on <= (CAST(:now AS timestamptz) AT TIME ZONE a.timezone)::date
        OR e.decision_kind = ANY(:ending))
 ORDER BY e.id LIMIT :limit
""")

_OWED = text("""
SELECT w.event_id
  FROM publication_watch w
  JOIN event e ON e.id = w.event_id
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
 WHERE w.owed_on IS NOT NULL
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
   AND (CAST(:regions AS text[]) IS NULL OR n.region ^@ ANY(CAST(:regions AS text[])))
 ORDER BY w.owed_on, w.event_id LIMIT :limit
""")


class Seen(NamedTuple):
    """How many acts of evidence and of publication a record had when it was chosen."""

    acts: int
    done: int


def to_look_at(
    session: Session, *, now: datetime, after: int = 0, limit: int | None = None, authorities: list[str] | None = None
) -> Mapping[int, Seen]:
    """Records by number, those after ``after``: their day has come, something was done, or the editions changed."""
    asked = {
        "kinds": covered_kinds(session),
        "ending": list(endings()),
        "generation": editions.shelf(session).generation,
        "now": now,
        "after": after,
        "limit": limit,
        "authorities": authorities,
    }
    return {row.id: Seen(row.acts, row.done) for row in session.execute(_TO_LOOK_AT, asked)}


def owed_first(session: Session, actor: Actor, *, limit: int) -> list[int]:
    """The records in scope of which something was owed at the last look, what is due first first."""
    regions = [region_prefix(region) for region in actor.regions] or None
    asked = {"authorities": actor.authorities, "regions": regions, "limit": limit}
    return list(session.scalars(_OWED, asked))
