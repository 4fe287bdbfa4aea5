"""Events one by one and by entity, as they are known: for people and systems that ask what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.evidence.queries.known import known_events
from service.register import facts, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.evidence.lifecycle import Known
    from service.register import EntityFacts

_OF_ENTITY = text("""
SELECT e.id FROM event e
 WHERE e.entity_id = :entity AND e.id > :after
   AND (CAST(:position AS bigint) IS NULL
        OR EXISTS (SELECT FROM ledger_seal s WHERE s.audit_id = e.audit_id AND s.seq <= :position))
 ORDER BY e.id LIMIT :limit
""")
_OF_KINDS = text("""
SELECT e.id FROM event e
 WHERE e.entity_id = :entity
   AND (CAST(:position AS bigint) IS NULL
        OR EXISTS (SELECT FROM ledger_seal s WHERE s.audit_id = e.audit_id AND s.seq <= :position))
 ORDER BY e.id
""")
_ACTS = text("""
SELECT id, act, acted_on, detail, source, source_ref FROM event_act WHERE event_id = :event ORDER BY id
""")


class EventRecord(NamedTuple):
    """One event as known; ``acts`` only where one event is asked for."""

    id: int
    entity: str
    known: Known
    acts: Sequence[Any] = ()


def entity_facts(session: Session, key: str, *, position: int | None = None) -> EntityFacts | None:
    """What is known of an entity by its public key; None where there is none."""
    number = resolve(session, [key]).get(key)
    return None if number is None else facts(session, [number], position=position).get(number)


def event_record(session: Session, event_id: int) -> tuple[EventRecord, EntityFacts] | None:
    """One event with its acts and its entity; None where there is none."""
    found = list(known_events(session, "id", [event_id], position=None))
    if not found:
        return None
    ((entity_id, number, known),) = found
    entity = facts(session, [entity_id], position=None)[entity_id]
    acts = [] if known.withdrawn_on else session.execute(_ACTS, {"event": number}).all()
    return EventRecord(number, entity.key, known, acts), entity


def events_of(
    session: Session, entity: EntityFacts, *, position: int | None, after: int, limit: int
) -> list[EventRecord]:
    """A page of an entity's events in order of their numbers, those after ``after``."""
    given = {"entity": entity.id, "after": after, "limit": limit, "position": position}
    return _records(session, entity, list(session.scalars(_OF_ENTITY, given)), position)


def decided(
    session: Session, entity: EntityFacts, kinds: Collection[str], *, as_of: date, position: int | None
) -> list[EventRecord]:
    """An entity's events of these decision kinds decided by a day and not struck, oldest first."""
    ids = list(session.scalars(_OF_KINDS, {"entity": entity.id, "position": position}))
    found = [
        record
        for record in _records(session, entity, ids, position)
        if record.known.decision_kind in kinds
        and record.known.event.decided_on <= as_of
        and record.known.event.annulled_on is None
        and record.known.withdrawn_on is None
    ]
    return sorted(found, key=lambda record: (record.known.event.decided_on, record.id))


def _records(session: Session, entity: EntityFacts, ids: list[int], position: int | None) -> list[EventRecord]:
    found = {number: known for _, number, known in known_events(session, "id", ids, position=position)}
    return [EventRecord(number, entity.key, found[number]) for number in ids if number in found]
