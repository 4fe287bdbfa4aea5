"""What the annulment of a record does to the measures that rest upon it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_LIFT = text("""
INSERT INTO measure_act (measure_id, act, acted_on, cause, reference, reason, event_act_id, audit_id)
SELECT m.id, 'lifted', a.acted_on, 'annulment', a.source || '/' || a.source_ref, a.detail ->> 'reason', a.id, a.audit_id
  FROM event_act a JOIN measure m ON m.event_id = a.event_id
 WHERE a.id = :act AND a.act = 'annulment'
   AND (SELECT y.act FROM measure_act y WHERE y.measure_id = m.id ORDER BY y.id DESC LIMIT 1) IS DISTINCT FROM 'lifted'
 ORDER BY m.id
""")


def lift_with(session: Session, act_id: int) -> None:
    """Lift the measures of a record that an act annuls, from the day of the act on; the act holds the record's lock."""
    session.execute(_LIFT, {"act": act_id})
