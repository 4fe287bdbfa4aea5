"""What an event said before it was corrected or annulled, and when that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import text

from service.evidence.queries.known import known_events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.evidence.lifecycle import Known

CORRECTIVE: Final = ("annulment", "correction")
"""Acts that say that an event was wrong, for the past as well."""

_RECORDED = text("""
SELECT u.recorded_at FROM event e LEFT JOIN audit u ON u.id = e.audit_id WHERE e.id = :event
""")
_ACTS = text("""
SELECT a.act, a.acted_on, a.detail, a.source, a.source_ref, u.recorded_at
  FROM event_act a LEFT JOIN audit u ON u.id = a.audit_id
 WHERE a.event_id = :event AND a.act = ANY(:acts)
 ORDER BY a.id
""")


class CorrectiveAct(NamedTuple):
    """One act that put an event right. ``recorded_at`` None: its file is still being worked off."""

    act: str
    acted_on: date
    detail: Mapping[str, Any]
    source: str
    source_ref: str
    recorded_at: datetime | None


class Corrected(NamedTuple):
    """An event as it is known now and as it would be known had nobody put it right; ``acts`` empty: nobody did."""

    id: int
    entity_id: int
    known: Known
    uncorrected: Known
    recorded_at: datetime | None
    acts: Sequence[CorrectiveAct]


def corrected(session: Session, event_id: int) -> Corrected | None:
    """An event with what was put right about it; None where there is no such event."""
    found = list(known_events(session, "id", [event_id], position=None))
    if not found:
        return None
    ((entity, _, known),) = found
    ((_, _, before),) = known_events(session, "id", [event_id], position=None, without=CORRECTIVE)
    acts = session.execute(_ACTS, {"event": event_id, "acts": list(CORRECTIVE)}).all()
    recorded_at = session.execute(_RECORDED, {"event": event_id}).scalar_one()
    return Corrected(event_id, entity, known, before, recorded_at, [CorrectiveAct(*row) for row in acts])
