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
SELECT e.id, e.entity_id, u.recorded_at
  FROM event e
  LEFT JOIN audit u ON u.id = e.audit_id
 WHERE e.id > :after
   AND (e.decision_kind = ANY(:kinds)
        OR e.id IN (SELECT event_id FROM event_act WHERE act = 'correction' AND detail -> 'changes' ? 'decision_kind'))
   AND (CAST(:events AS bigint[]) IS NULL OR e.id = ANY(:events))
   AND (CAST(:entities AS bigint[]) IS NULL OR e.entity_id = ANY(:entities))
   AND (CAST(:authorities AS text[]) IS NULL
        OR e.entity_id IN (SELECT n.id FROM entity n JOIN authority a ON a.id = n.authority_id
                            WHERE a.code = ANY(:authorities)))
   AND (CAST(:since AS date) IS NULL OR e.decided_on >= :since)
   AND (CAST(:until AS date) IS NULL OR e.decided_on <= :until)
 ORDER BY e.id LIMIT :limit
""")
_FOLLOWED = text("""
SELECT event_id, max(acted_on) FILTER (WHERE act = 'correction'),
       CASE WHEN (array_agg(act ORDER BY id DESC) FILTER (WHERE act <> 'correction'))[1] = 'dispute'
            THEN max(acted_on) FILTER (WHERE act = 'dispute') END
  FROM event_act
 WHERE event_id = ANY(:events) AND act IN ('correction', 'dispute', 'dispute_closed')
 GROUP BY event_id
""")
_NOTHING = (None, None)


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

    Four statements, whatever their number; ask for some thousand at most.
    """
    asked = wanted._asdict()
    for name in ("kinds", "events", "entities", "authorities"):
        asked[name] = None if asked[name] is None else list(asked[name])
    rows = session.execute(_DECISIONS, asked).all()
    numbers = [row[0] for row in rows]
    found = {number: known for _, number, known in known_events(session, "id", numbers, position=None)}
    followed = {row[0]: (row[1], row[2]) for row in session.execute(_FOLLOWED, {"events": numbers})}
    return [Decision(row[0], row[1], found[row[0]], row[2], *followed.get(row[0], _NOTHING)) for row in rows]
