"""Decisions of some kinds, of many entities, with the days of what followed them: for whoever publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.evidence.queries.known import known_events

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.evidence.lifecycle import Known

_DECISIONS = text("""
SELECT e.id, e.entity_id, u.recorded_at, t.changed_on, CASE WHEN t.last = 'dispute' THEN t.disputed_on END
  FROM event e
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
  LEFT JOIN audit u ON u.id = e.audit_id
  CROSS JOIN LATERAL (
    SELECT max(acted_on) FILTER (WHERE act = 'correction') AS changed_on,
           max(acted_on) FILTER (WHERE act = 'dispute') AS disputed_on,
           (array_agg(act ORDER BY id DESC) FILTER (WHERE act IN ('dispute', 'dispute_closed')))[1] AS last,
           coalesce(bool_or(act = 'correction' AND detail -> 'changes' ? 'decision_kind'), false) AS moved
      FROM event_act WHERE event_id = e.id) t
 WHERE e.id > :after
   AND (e.decision_kind = ANY(:kinds) OR t.moved)
   AND (CAST(:events AS bigint[]) IS NULL OR e.id = ANY(:events))
   AND (CAST(:entities AS bigint[]) IS NULL OR e.entity_id = ANY(:entities))
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
   AND (CAST(:since AS date) IS NULL OR e.decided_on >= :since)
   AND (CAST(:until AS date) IS NULL OR e.decided_on <= :until)
 ORDER BY e.id LIMIT :limit
""")


class Wanted(NamedTuple):
    """Which decisions: of these kinds as recorded, or moved to another kind since; None: whichever.

    ``since`` and ``until``: decided on these days or between. ``after``: with a greater number.
    """

    kinds: Collection[str]
    events: Collection[int] | None = None
    entities: Collection[int] | None = None
    authorities: Collection[str] | None = None
    since: date | None = None
    until: date | None = None
    after: int = 0
    limit: int | None = None


class Decision(NamedTuple):
    """One decision as known now. ``recorded_at`` None: its file is still being worked off.

    ``changed_on``: the day of the last correction; ``disputed_on``: where it is disputed now.
    """

    event: int
    entity: int
    known: Known
    recorded_at: datetime | None
    changed_on: date | None
    disputed_on: date | None


def decisions(session: Session, wanted: Wanted) -> list[Decision]:
    """The decisions wanted, by their numbers; one that was moved is of the kind that it has now.

    Three statements, whatever their number; ask for some thousand at most.
    """
    asked = wanted._asdict()
    for name in ("kinds", "events", "entities", "authorities"):
        asked[name] = None if asked[name] is None else list(asked[name])
    rows = session.execute(_DECISIONS, asked).all()
    found = {number: known for _, number, known in known_events(session, "id", [row[0] for row in rows], position=None)}
    return [Decision(row[0], row[1], found[row[0]], row[2], row[3], row[4]) for row in rows]
