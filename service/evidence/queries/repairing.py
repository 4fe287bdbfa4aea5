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
SELECT e.entity_id, a.event_id, a.acted_on FROM event_act a JOIN event e ON e.id = a.event_id
 WHERE e.entity_id = ANY(:ids) AND a.act = 'repair_revocation' ORDER BY a.id
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
    found = known_events(session, "id", [event_id], position=None)
    return next((OwnedRecord(number, entity, known) for entity, number, known in found), None)


def known_records(session: Session, event_ids: Collection[int]) -> dict[int, Known]:
    """Events as they are known now, by their numbers; one that there is not has no entry. One statement."""
    return {number: known for _, number, known in known_events(session, "id", list(event_ids), position=None)}


def owned_records_of(session: Session, entity_ids: Collection[int]) -> dict[int, list[OwnedRecord]]:
    """All events of each entity by their numbers, without those withdrawn by law. Every id has an entry."""
    found: dict[int, list[OwnedRecord]] = {number: [] for number in entity_ids}
    for entity, number, known in known_events(session, "entity_id", entity_ids, position=None):
        if known.withdrawn_on is None:
            found[entity].append(OwnedRecord(number, entity, known))
    return {entity: sorted(records, key=lambda one: one.id) for entity, records in found.items()}


def revocations_of(session: Session, entity_ids: Collection[int]) -> dict[int, list[tuple[int, date]]]:
    """Repairs of each entity's events that were revoked for fraud: (event, day), in recorded order."""
    found: dict[int, list[tuple[int, date]]] = {number: [] for number in entity_ids}
    for row in session.execute(_REVOKED, {"ids": list(entity_ids)}):
        found[row.entity_id].append((row.event_id, row.acted_on))
    return found


def struck(session: Session, event_ids: Collection[int]) -> set[int]:
    """Which of these events were annulled, or withdrawn by law."""
    return set(session.scalars(_STRUCK, {"ids": list(event_ids)}))
