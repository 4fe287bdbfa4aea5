"""Proposals and their resolutions as rows. Both are insert-only: a resolution is a row of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import text

from service.ratings.proposals.model import Grounds, Proposal, Resolution

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

OF_ENTITIES = """
    SELECT p.entity_id, p.id, p.kind, p.edition, p.raised_on, p.due_on, p.due_provisional, p.score, p.grade, p.tier,
           p.proposed, p.lapses_to, p.facts, r.outcome, r.resolved_on, r.facts AS resolved_facts
      FROM rating_proposal AS p {sealed}
      LEFT JOIN {resolutions} ON r.proposal_id = p.id
     WHERE p.entity_id = ANY(:ids)
     ORDER BY p.id
"""
NOW = text(OF_ENTITIES.format(sealed="", resolutions="rating_proposal_resolution AS r"))
THEN = text(
    OF_ENTITIES.format(
        sealed="JOIN ledger_seal AS s ON s.audit_id = p.audit_id AND s.seq <= :position",
        resolutions="(SELECT known.* FROM rating_proposal_resolution AS known"
        " JOIN ledger_seal AS t ON t.audit_id = known.audit_id AND t.seq <= :position) AS r",
    )
)
RAISE = text("""
    INSERT INTO rating_proposal (entity_id, kind, edition, raised_on, due_on, due_provisional, score, grade, tier,
                                 proposed, lapses_to, facts, audit_id)
    VALUES (:entity, :kind, :edition, :raised_on, :due_on, :due_provisional, :score, :grade, :tier,
            :proposed, :lapses_to, CAST(:facts AS jsonb), :audit_id)
    RETURNING id
""")
RESOLVE = text("""
    INSERT INTO rating_proposal_resolution (proposal_id, outcome, resolved_on, facts, person, reason, audit_id)
    VALUES (:proposal, :outcome, :on, CAST(:facts AS jsonb), :person, :reason, :audit_id)
        ON CONFLICT DO NOTHING
    RETURNING proposal_id
""")


def proposals_of(
    session: Session, ids: Collection[int], *, position: int | None
) -> dict[int, dict[str, list[Proposal]]]:
    """Every proposal of entities as known at a sealed position (None: all), by entity and kind, oldest first."""
    statement, more = (NOW, {}) if position is None else (THEN, {"position": position})
    found: dict[int, dict[str, list[Proposal]]] = {}
    for row in session.execute(statement, {"ids": list(ids), **more}):
        found.setdefault(row.entity_id, {}).setdefault(row.kind, []).append(_proposal(row))
    return found


def write_proposal(uow: UnitOfWork, entity_id: int, key: str, one: Proposal) -> Proposal:
    """Write a proposal that was raised; returns it with its number."""
    told = {"kind": one.kind, "tier": one.before.tier, "proposed": one.proposed, "due_on": one.due_on.isoformat()}
    number = uow.session.execute(
        RAISE,
        {
            "entity": entity_id,
            "kind": one.kind,
            "edition": one.edition,
            "raised_on": one.raised_on,
            "due_on": one.due_on,
            "due_provisional": one.due_provisional,
            **one.before._asdict(),
            "proposed": one.proposed,
            "lapses_to": one.lapses_to,
            "facts": orjson.dumps(dict(one.facts)).decode(),
            "audit_id": uow.audit("ratings.proposed", key, told),
        },
    ).scalar_one()
    return one._replace(id=number)


def write_resolution(
    uow: UnitOfWork, key: str, proposal: int, end: Resolution, *, reason: str, person: str | None = None
) -> bool:
    """Write how a proposal ended. False where another transaction has ended it already, which stands."""
    number = uow.next_audit_id()
    written = uow.session.execute(
        RESOLVE,
        {
            "proposal": proposal,
            "outcome": end.outcome,
            "on": end.on,
            "facts": orjson.dumps(dict(end.facts)).decode(),
            "person": person,
            "reason": reason,
            "audit_id": number,
        },
    ).scalar_one_or_none()
    if written is None:
        return False
    uow.audit(f"ratings.proposal_{end.outcome}", key, {"proposal": proposal, "reason": reason}, number=number)
    return True


def _proposal(row: Row[tuple[object, ...]]) -> Proposal:
    ended = row.outcome is not None
    return Proposal(
        id=row.id,
        kind=row.kind,
        edition=row.edition,
        raised_on=row.raised_on,
        due_on=row.due_on,
        due_provisional=row.due_provisional,
        before=Grounds(row.score, row.grade, row.tier),
        proposed=row.proposed,
        lapses_to=row.lapses_to,
        facts=row.facts,
        resolution=Resolution(row.outcome, row.resolved_on, row.resolved_facts) if ended else None,
    )
