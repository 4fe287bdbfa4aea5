"""What those who send inspectors decide of visits: join two, publish one, tell the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from service import register
from service.inspections.plans import person_of
from service.inspections.visits.decisions import STATES_FOR
from service.inspections.visits.reading import may_see, one_visit
from service.inspections.visits.tables import (
    VisitMergeProposal,
    VisitOutcome,
    VisitPublication,
    VisitRegisterProposal,
    VisitRow,
)
from service.inspections.visits.usecases.acting import held_visit, note, today_of
from service.inspections.visits.usecases.joining import join
from service.platform import Problem

if TYPE_CHECKING:
    from service.platform import UnitOfWork

UNREACHABLE = "unreachable"


def publish_visit(uow: UnitOfWork, *, number: str, reference: str) -> None:
    """Say where an audited result was made public today. Its publication clock stops; said again, nothing changes.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``.
    """
    visit = held_visit(uow, number, states=(*STATES_FOR["publication"], "published"))
    if visit.state == "published":
        if uow.session.get_one(VisitPublication, visit.id).reference != reference:
            raise Problem("visit_wrong_state", visit=number, state=visit.state, expected="audited")
        uow.abandon()
        return
    outcome = uow.session.get_one(VisitOutcome, visit.id)
    today = today_of(uow, visit)
    detail = {"reference": reference, "late": today > outcome.publish_by}
    audit_id = note(uow, visit, "published", state="published", detail=detail)
    uow.session.add(
        VisitPublication(
            visit_id=visit.id, reference=reference, published_on=today, person=person_of(uow), audit_id=audit_id
        )
    )
    uow.publish("inspections.visit_published", number, {"entity": visit.entity_key, "result": outcome.result})
    uow.session.flush()


def decide_register_proposal(uow: UnitOfWork, *, number: str, accepted: bool, reason: str) -> None:
    """Decide what a result proposes to the register: a change of status, or the first step towards unreachable.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_proposal_decided``, and as the register says.
    """
    visit = held_visit(uow, number, states=STATES_FOR["register_proposal"])
    wanted = select(VisitRegisterProposal).where(VisitRegisterProposal.visit_id == visit.id).with_for_update()
    row = uow.session.scalars(wanted).one_or_none()
    if row is None or row.accepted is not None:
        raise Problem("visit_proposal_decided", visit=number)
    evidence = f"visit:{number}"
    if accepted and row.status == UNREACHABLE:
        register.report_unreachable(uow, key=visit.entity_key, found_on=row.status_on, evidence=evidence)
    elif accepted:
        said = {"status": row.status, "status_on": row.status_on.isoformat(), "status_evidence": evidence}
        register.change_entity(uow, key=visit.entity_key, change=said)
    row.accepted, row.reason, row.decided_by, row.decided_at = accepted, reason, person_of(uow), uow.now
    note(uow, visit, "register_proposal_decided", reason=reason, detail={"accepted": accepted, "status": row.status})


def decide_merge(uow: UnitOfWork, *, proposal: int, accepted: bool, reason: str) -> None:
    """Make two visits one, or leave them two. The first goes on with both checklists and teams; the other is replaced.

    Raises:
        Problem: ``visit_merge_not_found``, ``visit_proposal_decided``, ``visit_wrong_state``, ``visit_days_apart``.
    """
    row = uow.session.get(VisitMergeProposal, proposal, with_for_update=True)
    first, other = (None, None) if row is None else _pair(uow, row)
    if row is None or first is None or other is None:
        raise Problem("visit_merge_not_found", proposal=proposal)
    if row.accepted is not None:
        raise Problem("visit_proposal_decided", visit=other.number)
    if accepted:
        _merge(uow, first, other, reason)
    else:
        note(uow, other, "merge_refused", reason=reason, detail={"with": first.number})
    row.accepted, row.reason, row.decided_by, row.decided_at = accepted, reason, person_of(uow), uow.now
    uow.session.flush()


def _pair(uow: UnitOfWork, row: VisitMergeProposal) -> tuple[VisitRow | None, VisitRow | None]:
    """Both visits, held in the order of their numbers; none where the caller may not see one."""
    wanted = select(VisitRow.number).where(VisitRow.id.in_((row.visit_id, row.other_id))).order_by(VisitRow.id)
    held = [one_visit(uow.session, number, held=True) for number in uow.session.scalars(wanted)]
    if len(held) < 2:  # noqa: PLR2004 - the database shows the caller one of a pair
        return None, None
    first, other = sorted(held, key=lambda visit: visit.id != row.visit_id)
    if not (may_see(uow.session, uow.actor, first) and may_see(uow.session, uow.actor, other)):
        return None, None
    return first, other


def _merge(uow: UnitOfWork, first: VisitRow, other: VisitRow, reason: str) -> None:
    for visit in (first, other):
        if visit.state not in STATES_FOR["merge"]:
            expected = ", ".join(STATES_FOR["merge"])
            raise Problem("visit_wrong_state", visit=visit.number, state=visit.state, expected=expected)
    if other.first_day > first.last_day or other.last_day < first.first_day:
        raise Problem("visit_days_apart", visit=first.number, other=other.number)
    join(uow, first, other, reason=reason)
