"""Visits as their inspectors and the staff of their authorities see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from service import register
from service.inspections.visits.checklist import Standing, standing
from service.inspections.visits.reading import (
    acts_of,
    findings_of,
    may_see,
    one_visit,
    record_of,
    seats_of_many,
    team_of,
    within,
)
from service.inspections.visits.tables import (
    UNDER_WAY,
    RectificationOrder,
    VisitFile,
    VisitMember,
    VisitMergeProposal,
    VisitOutcome,
    VisitRecord,
    VisitRegisterProposal,
    VisitRow,
    VisitSignature,
)
from service.inspections.visits.veil import veil_of
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from service.inspections.visits.checklist import Place
    from service.inspections.visits.tables import VisitAct
    from service.platform import Actor
    from service.register import EntityFacts


RIGHTS = {
    "zh": "您有权申请检查人员回避；检查人员少于两人或未出示执法证件的，您有权拒绝检查。",
    "en": "You may ask for an inspector to be recused, and refuse fewer than two or any without a certificate.",
}
"""What the entity is told of its rights at a visit."""


TO_DO = ("dispatched", *UNDER_WAY, "recorded")
"""States of a visit that inspectors have still to make, record or sign."""


class Wanted(NamedTuple):
    """Which visits are asked for. ``open_only``: those of ``TO_DO``; an inspector's own, those he is on now."""

    mine: bool = False
    open_only: bool = False
    newest_first: bool = False
    state: str | None = None
    task: str | None = None


class ListedVisit(NamedTuple):
    """A visit as lists tell it, with its entity as it is, its team as it is now, and who signed its newest record."""

    visit: VisitRow
    entity: EntityFacts
    team: tuple[str, ...]
    signed: tuple[str, ...]


class VisitView(NamedTuple):
    """A visit with all that belongs to it. ``inspectors``: the team, then those who were there, by name.

    ``merges``: proposals that wait to join it with another, each with its id and the other's number. ``whole_state``:
    of the visit that it is ``part_of``. ``open_orders``: whether an order to correct has no outcome yet.
    """

    visit: VisitRow
    entity: EntityFacts
    team: tuple[str, ...]
    inspectors: Mapping[str, str]
    acts: Sequence[VisitAct]
    found: Mapping[Place, Standing]
    files: Sequence[str]
    record: VisitRecord | None
    signed: Sequence[str]
    outcome: VisitOutcome | None
    part_of: str | None
    whole_state: str | None
    parts: Sequence[str]
    orders: Sequence[str]
    open_orders: bool
    register_proposal: VisitRegisterProposal | None
    merges: Sequence[tuple[int, str]]


def visits(session: Session, actor: Actor, wanted: Wanted, *, after: int | None, limit: int) -> list[ListedVisit]:
    """Up to ``limit + 1`` visits that the caller may see, oldest first; an inspector's are always his own.

    Args:
        session: a reading one.
        actor: who asks.
        wanted: which, and in which order.
        after: the id of the last visit that was told; None at the beginning.
        limit: how many.
    """
    order = VisitRow.id.desc() if wanted.newest_first else VisitRow.id
    found = select(VisitRow).where(veil_of(session, actor).lets()).order_by(order).limit(limit + 1)
    if after is not None:
        found = found.where(VisitRow.id < after if wanted.newest_first else VisitRow.id > after)
    if wanted.mine or actor.role == "inspector":
        found = found.where(VisitRow.id.in_(_seats(actor.person or "", now=wanted.open_only)))
    else:
        found = found.where(within(actor))
    if wanted.open_only:
        found = found.where(VisitRow.state.in_(TO_DO), VisitRow.merged_into.is_(None))
    if wanted.state is not None:
        found = found.where(VisitRow.state == wanted.state)
    if wanted.task is not None:
        found = found.where(VisitRow.task == wanted.task)
    return _listed(session, session.scalars(found).all())


def _seats(person: str, *, now: bool) -> Select[int]:
    """Visits on whose teams a person is or was; ``now``: is."""
    seats = select(VisitMember.visit_id).where(VisitMember.inspector == person)
    later = aliased(VisitMember)
    same = (later.visit_id == VisitMember.visit_id, later.seat == VisitMember.seat, later.id > VisitMember.id)
    return seats.where(~exists().where(*same)) if now else seats


def _listed(session: Session, rows: Sequence[VisitRow]) -> list[ListedVisit]:
    ids = [row.id for row in rows]
    seats = seats_of_many(session, ids)
    known = register.facts(session, {row.entity_id for row in rows}, position=None)
    newest = select(func.max(VisitRecord.id)).where(VisitRecord.visit_id.in_(ids)).group_by(VisitRecord.visit_id)
    signed: dict[int, list[str]] = {}
    signatures = select(VisitRecord.visit_id, VisitSignature.inspector).join(
        VisitSignature, VisitSignature.record_id == VisitRecord.id
    )
    for visit, inspector in session.execute(signatures.where(VisitRecord.id.in_(newest)).order_by("inspector")):
        signed.setdefault(visit, []).append(inspector)
    return [
        ListedVisit(row, known[row.entity_id], tuple(seats[row.id].values()), tuple(signed.get(row.id, ())))
        for row in rows
    ]


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
    orders = select(RectificationOrder).where(RectificationOrder.visit_id == visit.id).order_by(RectificationOrder.id)
    ordered = session.scalars(orders).all()
    whole = None if visit.merged_into is None else session.get(VisitRow, visit.merged_into)
    parts = select(VisitRow.number).where(VisitRow.merged_into == visit.id).order_by(VisitRow.id)
    team = team_of(session, visit)
    names = {row.code: row.name for row in register.inspectors(session)}
    return VisitView(
        visit,
        register.facts(session, [visit.entity_id], position=None)[visit.entity_id],
        team,
        {code: names.get(code, code) for code in (*team, *visit.present)},
        acts_of(session, visit),
        standing(findings_of(session, visit)),
        [digest.hex() for digest in session.scalars(files)],
        record,
        session.scalars(signed.order_by(VisitSignature.inspector)).all(),
        session.get(VisitOutcome, visit.id),
        None if whole is None else whole.number,
        None if whole is None else whole.state,
        session.scalars(parts).all(),
        [row.number for row in ordered],
        any(row.outcome is None for row in ordered),
        session.get(VisitRegisterProposal, visit.id),
        _merges(session, actor, visit),
    )


def readable_visits(session: Session, actor: Actor, numbers: Collection[str]) -> set[str]:
    """Those of some visits, by number, that the caller may look at."""
    if not numbers:
        return set()
    veil = veil_of(session, actor)
    rows = session.scalars(select(VisitRow).where(VisitRow.number.in_(numbers)))
    return {row.number for row in rows if may_see(session, actor, row) and not veil.hides(row)}


def _merges(session: Session, actor: Actor, visit: VisitRow) -> list[tuple[int, str]]:
    """Undecided proposals to join a visit with another that the caller may see."""
    if visit.state != "dispatched":
        return []
    with_it = or_(
        (VisitMergeProposal.visit_id == visit.id) & (VisitMergeProposal.other_id == VisitRow.id),
        (VisitMergeProposal.other_id == visit.id) & (VisitMergeProposal.visit_id == VisitRow.id),
    )
    wanted = select(VisitMergeProposal.id, VisitRow).join(VisitRow, with_it)
    open_ = wanted.where(VisitMergeProposal.accepted.is_(None), VisitRow.state == "dispatched")
    rows = session.execute(open_.where(veil_of(session, actor).lets()).order_by(VisitMergeProposal.id))
    return [(number, other.number) for number, other in rows if may_see(session, actor, other)]


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
