"""What every act on a visit has in common: the visit held, who may act, one row that says what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import register
from service.inspections.plans import person_of
from service.inspections.visits.reading import may_see, one_visit, team_of
from service.inspections.visits.tables import UNDER_WAY, VisitAct
from service.platform import Problem, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from service.inspections.visits.tables import VisitRow
    from service.platform import UnitOfWork

ACTIVE = ("dispatched", *UNDER_WAY, "recorded", "signed")


def held_visit(uow: UnitOfWork, number: str, *, states: Sequence[str]) -> VisitRow:
    """A visit in one of some states, held until the transaction ends.

    Raises:
        Problem: ``visit_not_found``, also outside the caller's scope; ``visit_wrong_state``;
            ``visit_no_staff_code``, ``visit_inspector_not_assigned`` (of an inspector, whatever the state).
    """
    visit = one_visit(uow.session, number, held=True)
    may_act(uow, visit)
    if uow.actor.role == "inspector":
        assigned(uow, visit)
    if visit.state not in states:
        raise Problem("visit_wrong_state", visit=number, state=visit.state, expected=", ".join(states))
    return visit


def refuse_not_entered(visit: VisitRow) -> None:
    """Refuse what is found or recorded at a visit that nobody of its team as it stands has begun.

    Raises:
        Problem: ``visit_not_entered``.
    """
    if visit.state == "dispatched":
        raise Problem("visit_not_entered", visit=visit.number)


def may_act(uow: UnitOfWork, visit: VisitRow) -> None:
    """Refuse whoever the visit does not concern; an inspector is told by ``assigned``.

    Raises:
        Problem: ``visit_not_found``.
    """
    if uow.actor.role != "inspector" and not may_see(uow.session, uow.actor, visit):
        raise Problem("visit_not_found", visit=visit.number)


def assigned(uow: UnitOfWork, visit: VisitRow) -> str:
    """The staff code of the calling inspector, who is on the team.

    Raises:
        Problem: ``visit_no_staff_code``, ``visit_inspector_not_assigned``.
    """
    person = uow.actor.person
    if person is None:
        raise Problem("visit_no_staff_code")
    if person not in team_of(uow.session, visit):
        raise Problem("visit_inspector_not_assigned", inspector=person, visit=visit.number)
    return person


def note(
    uow: UnitOfWork,
    visit: VisitRow,
    act: str,
    *,
    state: str | None = None,
    reason: str | None = None,
    detail: Mapping[str, Any] | None = None,
    audit_id: int | None = None,
) -> int:
    """Write an act on a visit, move its state where one is named, and audit it; returns the audit number."""
    told = dict(detail or {})
    number = uow.audit(f"inspections.visit_{act}", visit.number, told) if audit_id is None else audit_id
    if state is not None:
        visit.state = state
    uow.session.add(
        VisitAct(
            visit_id=visit.id,
            act=act,
            person=person_of(uow),
            inspector=uow.actor.person,
            reason=reason,
            detail=told,
            taken_at=uow.now,
            audit_id=number,
        )
    )
    uow.session.flush()
    return number


def authority_of(uow: UnitOfWork, code: str) -> register.AuthorityRow:
    """An authority within the caller's scope.

    Raises:
        Problem: ``entity_authority_unknown``, ``entity_out_of_scope``.
    """
    for row in register.authorities(uow.session):
        if row.code == code:
            if not uow.actor.may_see(row.code, row.region):
                raise Problem("entity_out_of_scope", pointer="/authority")
            return row
    raise Problem("entity_authority_unknown", pointer="/authority", authority=code)


def today_of(uow: UnitOfWork, visit: VisitRow) -> date:
    """The day that it is for the visit's authority."""
    return local_day(uow.now, zone_of(uow, visit))


def zone_of(uow: UnitOfWork, visit: VisitRow) -> str:
    """The time zone of the visit's authority."""
    for row in register.authorities(uow.session):
        if row.code == visit.authority:
            return row.timezone
    raise Problem("entity_authority_unknown", authority=visit.authority)
