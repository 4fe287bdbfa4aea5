"""What a case of repair or objection looks at: one record, its owner's others, and what was revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.evidence.queries.known import known_events

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

    from service.evidence.lifecycle import Known

_REVOKED = text("""
SELECT a.event_id, a.acted_on FROM event_act a JOIN event e ON e.id = a.event_id
 WHERE e.entity_id = :entity AND a.act = 'repair_revocation' ORDER BY a.id
""")
_STRUCK = text("""
SELECT DISTINCT event_id FROM event_act WHERE event_id = ANY(:ids) AND act IN ('annulment', 'withdrawal')
""")


class OwnedRecord(NamedTuple):
    """An event as it is known now, with its number and its owner's."""

    id: int
    entity_id: int
    known: Known


def owned_record(session: Session, event_id: int) -> OwnedRecord | None:
    """One event; None where there is none."""
    found = [OwnedRecord(number, entity, known) for entity, number, known in _known(session, "id", event_id)]
    return found[0] if found else None


def owned_records(session: Session, entity_id: int) -> list[OwnedRecord]:
    """All events of an entity by their numbers, without those withdrawn by law."""
    found = (OwnedRecord(number, entity, known) for entity, number, known in _known(session, "entity_id", entity_id))
    return sorted((one for one in found if one.known.withdrawn_on is None), key=lambda one: one.id)


def revocations(session: Session, entity_id: int) -> list[tuple[int, date]]:
    """Repairs of an entity's events that were revoked for fraud: (event, day), in recorded order."""
    return [(row.event_id, row.acted_on) for row in session.execute(_REVOKED, {"entity": entity_id})]


def struck(session: Session, event_ids: Collection[int]) -> set[int]:
    """Which of these events were annulled, or withdrawn by law."""
    return set(session.scalars(_STRUCK, {"ids": list(event_ids)}))


def _known(session: Session, key: str, number: int) -> list[tuple[int, int, Known]]:
    return list(known_events(session, key, [number], position=None))
