"""What those who send inspectors do to a visit: cancel it, put another inspector on a seat, join two, publish one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from service import register
from service.inspections.plans import person_of
from service.inspections.visits.reading import may_see, one_visit, team_of
from service.inspections.visits.tables import (
    VisitMergeProposal,
    VisitOutcome,
    VisitPublication,
    VisitRegisterProposal,
    VisitRow,
)
from service.inspections.visits.usecases.acting import UNDER_WAY, held_visit, note, today_of
from service.inspections.visits.usecases.opening import join_into, seat_members
from service.inspections.visits.usecases.teams import check_inspector, check_skills
from service.platform import Problem

if TYPE_CHECKING:
    from service.platform import UnitOfWork

UNREACHABLE = "unreachable"


def cancel_visit(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Call a visit off before it is recorded; it no longer counts against the cap.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``.
    """
    visit = held_visit(uow, number, states=("dispatched", *UNDER_WAY))
    note(uow, visit, "cancelled", state="cancelled", reason=reason)


def change_member(uow: UnitOfWork, *, number: str, seat: int, inspector: str, reason: str) -> None:
    """Put another inspector on a seat, as a decided recusal or an absence asks for. The visit goes on.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_seat_unknown``, ``visit_inspector_unknown``,
            ``visit_certificate_invalid``, ``visit_inspector_related``, ``visit_skill_missing``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    team = list(team_of(uow.session, visit))
    if seat >= len(team) or inspector in team:
        raise Problem("visit_seat_unknown", pointer="/seat", visit=number, seat=seat, inspector=inspector)
    roster = {row.code: row for row in register.inspectors(uow.session)}
    check_inspector(roster, visit.entity_key, inspector, (visit.first_day, visit.last_day))
    left, team[seat] = team[seat], inspector
    check_skills(roster, visit.entity_key, [code for code in team if code in roster], visit.checklist["entries"])
    detail = {"seat": seat, "left": left, "inspector": inspector}
    audit_id = note(uow, visit, "member_changed", reason=reason, detail=detail)
    seat_members(uow, visit, [(inspector, seat)], audit_id)


def publish_visit(uow: UnitOfWork, *, number: str, reference: str) -> None:
    """Say where an audited result was made public today. Its publication clock stops.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``.
    """
    visit = held_visit(uow, number, states=("audited",))
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
    visit = held_visit(uow, number, states=("audited", "published"))
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
    first, other = sorted(held, key=lambda visit: visit.id != row.visit_id)
    if not (may_see(uow.session, uow.actor, first) and may_see(uow.session, uow.actor, other)):
        return None, None
    return first, other


def _merge(uow: UnitOfWork, first: VisitRow, other: VisitRow, reason: str) -> None:
    for visit in (first, other):
        if visit.state != "dispatched":
            raise Problem("visit_wrong_state", visit=visit.number, state=visit.state, expected="dispatched")
    if other.first_day > first.last_day or other.last_day < first.first_day:
        raise Problem("visit_days_apart", visit=first.number, other=other.number)
    join_into(
        uow,
        first,
        checklist=other.checklist,
        members=team_of(uow.session, other),
        authorities=other.authorities,
        window=(other.first_day, other.last_day),
        deadline=other.deadline,
    )
    other.merged_into = first.id
    note(uow, first, "joined", reason=reason, detail={"source": other.source, "visit": other.number})
    note(uow, other, "replaced", state="replaced", reason=reason, detail={"by": first.number})
