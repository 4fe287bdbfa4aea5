"""Visits as their inspectors and the staff of their authorities see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from service import register
from service.inspections.visits.checklist import Standing, standing
from service.inspections.visits.reading import acts_of, findings_of, may_see, one_visit, record_of, team_of
from service.inspections.visits.tables import (
    RectificationOrder,
    VisitFile,
    VisitMember,
    VisitOutcome,
    VisitRow,
    VisitSignature,
)
from service.inspections.visits.veil import veil_of
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.inspections.visits.checklist import Place
    from service.inspections.visits.tables import VisitAct, VisitRecord
    from service.platform import Actor


RIGHTS = {
    "zh": "您有权申请检查人员回避；检查人员少于两人或未出示执法证件的，您有权拒绝检查。",
    "en": "You may ask for an inspector to be recused, and refuse fewer than two or any without a certificate.",
}
"""What the entity is told of its rights at a visit."""


class VisitView(NamedTuple):
    """A visit with all that belongs to it."""

    visit: VisitRow
    entity_name: str
    team: tuple[str, ...]
    acts: Sequence[VisitAct]
    found: Mapping[Place, Standing]
    files: Sequence[str]
    record: VisitRecord | None
    signed: Sequence[str]
    outcome: VisitOutcome | None
    part_of: str | None
    parts: Sequence[str]
    orders: Sequence[str]


def visits(
    session: Session,
    actor: Actor,
    *,
    mine: bool,
    state: str | None,
    task: str | None,
    after: int,
    limit: int,
) -> Sequence[VisitRow]:
    """Up to ``limit + 1`` visits that the caller may see, oldest first; an inspector's are always his own."""
    wanted = select(VisitRow).where(VisitRow.id > after).order_by(VisitRow.id).limit(limit + 1)
    wanted = wanted.where(veil_of(session, actor).lets())
    if mine or actor.role == "inspector":
        seats = select(VisitMember.visit_id).where(VisitMember.inspector == (actor.person or ""))
        wanted = wanted.where(VisitRow.id.in_(seats))
    elif actor.authorities is not None:
        wanted = wanted.where(VisitRow.authorities.overlap(actor.authorities))
    if state is not None:
        wanted = wanted.where(VisitRow.state == state)
    if task is not None:
        wanted = wanted.where(VisitRow.task == task)
    return session.scalars(wanted).all()


def visit_view(session: Session, actor: Actor, number: str) -> VisitView:
    """One visit.

    Raises:
        Problem: ``visit_not_found``, also for one that the caller may not see.
    """
    visit = one_visit(session, number)
    if not may_see(session, actor, visit) or veil_of(session, actor).hides(visit):
        raise Problem("visit_not_found", visit=number[:80])
    record = record_of(session, visit)
    signed = select(VisitSignature.inspector).where(VisitSignature.record_id == (record.id if record else 0))
    files = select(VisitFile.sha256).where(VisitFile.visit_id == visit.id).order_by(VisitFile.audit_id)
    orders = select(RectificationOrder.number).where(RectificationOrder.visit_id == visit.id)
    part_of = select(VisitRow.number).where(VisitRow.id == visit.merged_into)
    parts = select(VisitRow.number).where(VisitRow.merged_into == visit.id).order_by(VisitRow.id)
    return VisitView(
        visit,
        register.facts(session, [visit.entity_id], position=None)[visit.entity_id].name,
        team_of(session, visit),
        acts_of(session, visit),
        standing(findings_of(session, visit)),
        [digest.hex() for digest in session.scalars(files)],
        record,
        session.scalars(signed.order_by(VisitSignature.inspector)).all(),
        session.get(VisitOutcome, visit.id),
        session.scalars(part_of).one_or_none(),
        session.scalars(parts).all(),
        session.scalars(orders.order_by(RectificationOrder.id)).all(),
    )


def entry_view(session: Session, visit: VisitRow) -> dict[str, Any]:
    """What the entity is told when it scans: who enters, for whom, to look at what, and its right to recusal."""
    names = {row.code: row.name for row in register.inspectors(session)}
    authorities = {row.code: row.names for row in register.authorities(session)}
    return {
        "visit": visit.number,
        "entity": visit.entity_key,
        "authorities": [{"code": code, "names": authorities[code]} for code in visit.authorities],
        "inspectors": [{"code": code, "name": names.get(code, code)} for code in visit.present],
        "items": sorted({row["item"] for row in visit.checklist["entries"]}),
        "notice": RIGHTS,
    }
