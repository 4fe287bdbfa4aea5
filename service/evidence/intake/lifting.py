"""What the annulment of a record does to the measures that rest upon it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.evidence.intake.telling import Told, tell_measure

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_LIFT = text("""
INSERT INTO measure_act (measure_id, act, acted_on, cause, reference, reason, event_act_id, audit_id)
SELECT m.id, 'lifted', a.acted_on, 'annulment', a.source || '/' || a.source_ref, a.detail ->> 'reason', a.id, a.audit_id
  FROM event_act a JOIN measure m ON m.event_id = a.event_id
 WHERE a.id = :act AND a.act = 'annulment'
   AND (SELECT y.act FROM measure_act y WHERE y.measure_id = m.id ORDER BY y.id DESC LIMIT 1) IS DISTINCT FROM 'lifted'
 ORDER BY m.id
RETURNING measure_id, acted_on, (SELECT event_id FROM measure WHERE id = measure_id) AS record,
          (SELECT kind FROM measure WHERE id = measure_id) AS kind
""")


def lift_with(session: Session, act_id: int, entity: str, now: datetime) -> None:
    """Lift the measures of a record that an act annuls, from the day of the act on; the act holds the record's lock."""
    for row in session.execute(_LIFT, {"act": act_id}).all():
        told = Told("lifted", row.measure_id, row.record, row.kind, row.acted_on, cause="annulment")
        tell_measure(session, entity, told, now)
