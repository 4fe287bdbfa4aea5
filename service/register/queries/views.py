"""One entity as callers see it: its body, its versions, its branches; reports, equal names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.platform import Problem
from service.register.queries.facts import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

_BODY = text("SELECT body FROM entity WHERE id = :id")
_BODY_THEN = text("""
SELECT v.body FROM entity_version v JOIN ledger_seal s ON s.audit_id = v.audit_id
 WHERE v.entity_id = :id AND s.seq <= :position ORDER BY s.seq DESC, v.id DESC LIMIT 1
""")
_VERSIONS = text("""
SELECT v.id, a.recorded_at, a.actor_kind || ':' || a.actor_id AS actor, a.action, v.body
  FROM entity_version v JOIN audit a ON a.id = v.audit_id
 WHERE v.entity_id = :id AND v.id > :after ORDER BY v.id LIMIT :limit
""")
_SAME = text("""
SELECT s.id, l.public_key AS low, l.name AS low_name, h.public_key AS high, h.name AS high_name, s.decision, s.reason,
       s.decided_by, s.decided_at,
       array_remove(ARRAY[CASE WHEN l.natural_person THEN l.public_key END,
                          CASE WHEN h.natural_person THEN h.public_key END], NULL) AS persons,
       l.body ->> 'authority' AS low_authority, l.region AS low_region,
       h.body ->> 'authority' AS high_authority, h.region AS high_region
  FROM same_name s JOIN entity l ON l.id = s.entity_low JOIN entity h ON h.id = s.entity_high
 WHERE s.id > :after AND (:decided OR s.decision IS NULL) ORDER BY s.id LIMIT :limit
""")


class Version(NamedTuple):
    """A version of an entity: when and by whom it was recorded."""

    id: int
    recorded_at: datetime
    actor: str
    action: str
    body: dict[str, Any]


class SameNamePair(NamedTuple):
    """Two entities of one name, and what was decided of them. ``persons``: the keys of the natural persons."""

    id: int
    low: str
    low_name: str
    high: str
    high_name: str
    decision: str | None
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    persons: list[str]


def entity_number(session: Session, actor: Actor, key: str) -> int:
    """The internal number of an entity that the caller may see.

    Raises:
        Problem: ``entity_not_found``, ``entity_out_of_scope``.
    """
    number = resolve(session, [key]).get(key)
    if number is None:
        raise Problem("entity_not_found", key=key[:80])
    body = _body(session, number)
    if not actor.is_staff and actor.subject != body["key"]:
        raise Problem("entity_not_found", key=key[:80])  # whether others exist is not told
    if not actor.may_see(body["authority"], body["region"]):
        raise Problem("entity_out_of_scope")
    return number


def entity_body(session: Session, actor: Actor, key: str, *, position: int | None = None) -> dict[str, Any]:
    """The body of an entity now, or as known at a sealed position.

    Raises:
        Problem: ``entity_not_found`` (also: not yet recorded then), ``entity_out_of_scope``.
    """
    number = entity_number(session, actor, key)
    if position is None:
        return _body(session, number)
    row = session.execute(_BODY_THEN, {"id": number, "position": position}).one_or_none()
    if row is None:
        raise Problem("entity_not_found", key=key[:80])
    return dict(row[0])


def _body(session: Session, number: int) -> dict[str, Any]:
    return dict(session.execute(_BODY, {"id": number}).scalar_one())


def versions(session: Session, number: int, *, after: int = 0, limit: int) -> Sequence[Version]:
    """Up to ``limit + 1`` versions of an entity, oldest first."""
    rows = session.execute(_VERSIONS, {"id": number, "after": after, "limit": limit + 1})
    return [Version(*row) for row in rows]


def same_names(session: Session, actor: Actor, *, decided: bool, after: int = 0, limit: int) -> Sequence[SameNamePair]:
    """Up to ``limit + 1`` proposals of which the caller may see at least one side; the decided ones too where asked."""
    found: list[SameNamePair] = []
    while len(found) <= limit:
        rows = session.execute(_SAME, {"after": after, "decided": decided, "limit": limit + 1}).all()
        seen = (row for row in rows if actor.may_see(*row[10:12]) or actor.may_see(*row[12:14]))
        found += [SameNamePair(*row[:10]) for row in seen]
        if len(rows) <= limit:
            break
        after = rows[-1][0]
    return found[: limit + 1]
