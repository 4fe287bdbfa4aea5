"""Acts that one person proposed and nobody has decided yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.evidence.intake.single import prefix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

_OPEN = text("""
SELECT p.id AS proposal, p.event_id AS event, n.public_key AS entity, n.natural_person, p.person,
       p.body ->> 'act' AS act, (p.body ->> 'acted_on')::date AS acted_on, p.body ->> 'reason' AS reason,
       p.body -> 'changes' AS changes
  FROM event_act_proposal p JOIN event e ON e.id = p.event_id JOIN entity n ON n.id = e.entity_id
       JOIN authority a ON a.id = n.authority_id
 WHERE p.id > :after AND NOT EXISTS (SELECT FROM event_act_decision d WHERE d.proposal_id = p.id)
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(CAST(:authorities AS text[])))
   AND (CAST(:regions AS text[]) IS NULL OR EXISTS (
         SELECT FROM unnest(CAST(:regions AS text[])) AS r (prefix) WHERE starts_with(n.region, r.prefix)))
 ORDER BY p.id LIMIT :limit
""")


def act_proposals(session: Session, actor: Actor, *, after: int, limit: int) -> Sequence[Any]:
    """A page of the open proposals in a caller's scope, oldest first."""
    scope = {"authorities": actor.authorities, "regions": [prefix(region) for region in actor.regions] or None}
    return session.execute(_OPEN, {**scope, "after": after, "limit": limit}).all()
