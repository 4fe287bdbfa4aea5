"""The evidence on entities as known at a position of the ledger, ready for the engine."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.rating.history import NOTHING, Event, Occasion
from service.evidence.lifecycle import Act, Known, applied

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from sqlalchemy.orm import Session

_SEALED = "JOIN ledger_seal s ON s.audit_id = {row}.audit_id AND s.seq <= :position"
_EVENTS = """
SELECT e.entity_id, e.id, e.decision_kind, e.kinds, e.attributes, e.source, e.source_ref, e.code, e.decided_on,
       e.severity, e.final, e.value, e.occasion_id::text, e.case_ref, e.corrected_on, e.performed_on,
       NULL::date AS repaired_on, NULL::date AS annulled_on, e.publicity_ends_on
  FROM event e {sealed}
 WHERE e.{key} = ANY(:ids)
"""
"""From the source on, the fields of the engine's event in their order, its attributes apart; acts give the rest."""
_ACTS = """
SELECT a.event_id, a.act, a.acted_on, a.detail
  FROM event_act a JOIN event e ON e.id = a.event_id {join} ledger_seal s ON s.audit_id = a.audit_id {known}
 WHERE e.{key} = ANY(:ids)
 ORDER BY s.seq NULLS LAST, a.id
"""
_OCCASIONS = """
SELECT o.entity_id, o.kinds, o.id::text, o.type, o.held_on, o.closed
  FROM occasion o {join} ledger_seal s ON s.audit_id = o.audit_id {known}
 WHERE o.entity_id = ANY(:ids)
 ORDER BY s.seq NULLS LAST, o.id
"""


class Suspension(NamedTuple):
    """An event is disputed under a law by which it has no effect meanwhile: from that day on, by an objection."""

    since: date
    objection: str


class EntityEvidence(NamedTuple):
    """All evidence on one entity.

    ``events``: (event, kinds it concerns or None for every kind held, its number, whether it is disputed).
    ``occasions``: (occasion, kinds or None) in the order in which they were recorded.
    ``suspended``: by number of an event, since when and by which objection it has no effect.
    """

    events: list[tuple[Event, tuple[str, ...] | None, int, bool]]
    occasions: list[tuple[Occasion, tuple[str, ...] | None]]
    suspended: dict[int, Suspension]


def evidence_of(session: Session, ids: Collection[int], *, position: int | None) -> dict[int, EntityEvidence]:
    """The evidence on entities (by internal number) as known at a sealed position; None: all that is committed.

    Acts are applied as semantics §2 says; an event withdrawn by law is not there. Every id has an entry.
    Three statements, whatever the number of ids; ask for some hundred at a time.
    """
    evidence = {entity: EntityEvidence([], [], {}) for entity in ids}
    for entity, event_id, known in known_events(session, "entity_id", ids, position=position):
        if known.withdrawn_on is None:
            evidence[entity].events.append((known.event, known.kinds, event_id, known.disputed))
        if known.suspended_on is not None:
            evidence[entity].suspended[event_id] = Suspension(known.suspended_on, str(known.suspended_by))
    for entity, kinds, *facts in _rows(session, _OCCASIONS, ids, position):
        evidence[entity].occasions.append((Occasion(*facts), None if kinds is None else tuple(kinds)))
    return evidence


def known_events(
    session: Session, key: str, ids: Collection[int], *, position: int | None, without: Collection[str] = ()
) -> Iterable[tuple[int, int, Known]]:
    """Events as known at a position: (entity, number of the event, what is known).

    ``key``: ``entity_id`` for those of entities, ``id`` for those events themselves. ``without``: acts left aside.
    """
    acts: dict[int, list[Act]] = defaultdict(list)
    for event_id, *act in _rows(session, _ACTS, ids, position, key=key):
        if act[0] not in without:
            acts[event_id].append(Act(*act))
    for entity, event_id, decision_kind, kinds, attributes, *fields in _rows(session, _EVENTS, ids, position, key=key):
        event = Event._make([*fields, attributes or NOTHING])
        known = Known(event, decision_kind, None if kinds is None else tuple(kinds))
        yield entity, event_id, applied(known, acts[event_id]) if event_id in acts else known


def _rows(session: Session, statement: str, ids: Collection[int], position: int | None, *, key: str = "") -> Any:  # noqa: ANN401 - rows as the driver gives them
    """Rows as known at a position."""
    filled = statement.format(
        key=key,
        sealed="" if position is None else _SEALED.format(row="e"),
        join="LEFT JOIN" if position is None else "JOIN",
        known="" if position is None else "AND s.seq <= :position",
    )
    return session.execute(text(filled), {"ids": list(ids), "position": position}).all()
