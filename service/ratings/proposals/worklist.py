"""Proposals that wait for an approver, those that are due first before others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.platform import region_prefix

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from service.platform import Actor

PLACE = text("""
    SELECT p.entity_id, head.key, head.authority, head.region, head.time_zone
      FROM rating_proposal AS p JOIN rating_head AS head ON head.entity_id = p.entity_id
     WHERE p.id = :proposal
""")
# Regions nest by the beginnings of their codes, as `Actor.may_see` reads them.
WAITING = text("""
    SELECT p.id, head.key AS entity, head.name, head.authority, head.region, p.kind, p.edition, p.tier, p.grade,
           p.proposed, p.raised_on, p.due_on, p.due_provisional, p.lapses_to
      FROM rating_proposal AS p JOIN rating_head AS head ON head.entity_id = p.entity_id
     WHERE NOT EXISTS (SELECT FROM rating_proposal_resolution AS r WHERE r.proposal_id = p.id)
       AND (p.due_on, p.id) > (:due_on, :id)
       AND (CAST(:kind AS text) IS NULL OR p.kind = :kind)
       AND (CAST(:authorities AS text[]) IS NULL OR head.authority = ANY(:authorities))
       AND (cardinality(CAST(:regions AS text[])) = 0 OR head.region LIKE ANY(CAST(:regions AS text[])))
     ORDER BY p.due_on, p.id
     LIMIT :limit
""")


class Place(NamedTuple):
    """Whom a proposal is about, and where that entity is supervised."""

    entity_id: int
    key: str
    authority: str
    region: str
    time_zone: str


def place_of(session: Session, proposal_id: int) -> Place | None:
    """Whom a proposal is about; None where there is no such proposal."""
    row = session.execute(PLACE, {"proposal": proposal_id}).one_or_none()
    return None if row is None else Place(*row)


def waiting(
    session: Session, actor: Actor, *, kind: str | None, after: tuple[date, int], limit: int
) -> list[dict[str, Any]]:
    """Open proposals within the actor's scope, by due day and number; ``after`` is where the page before ended."""
    parameters = {
        "kind": kind,
        "authorities": actor.authorities,
        "regions": [f"{region_prefix(region)}%" for region in actor.regions],
        "due_on": after[0],
        "id": after[1],
        "limit": limit,
    }
    return [row._asdict() for row in session.execute(WAITING, parameters)]
