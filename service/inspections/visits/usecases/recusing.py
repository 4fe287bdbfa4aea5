"""Recusal (回避) after inspectors were sent: asked for with a reason, decided by a named person; the visit goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.inspections.plans import person_of
from service.inspections.visits.reading import acts_of, one_visit, open_recusals, team_of
from service.inspections.visits.tables import UNDER_WAY
from service.inspections.visits.usecases.acting import held_visit, may_act, note
from service.platform import Problem, Role

if TYPE_CHECKING:
    from service.platform import UnitOfWork

_BEFORE_RECORD = ("dispatched", *UNDER_WAY)


def ask_recusal(uow: UnitOfWork, *, number: str, inspector: str, reason: str) -> None:
    """Ask that an inspector be recused: the entity itself, an inspector of the team, or a handler for either.

    Asked again while nobody has decided, nothing changes. Granted, it is followed by whoever the draw says
    (``step_in``) or, at a visit without a draw, an approver does (``change_member``).

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_inspector_not_assigned``.
    """
    visit = one_visit(uow.session, number, held=True)
    if uow.actor.role == Role.ENTITY:
        if uow.actor.subject != visit.entity_key:
            raise Problem("visit_not_found", visit=number[:80])
    else:
        may_act(uow, visit)
    team = team_of(uow.session, visit)
    if inspector not in team or (uow.actor.role == Role.INSPECTOR and uow.actor.person not in team):
        raise Problem("visit_inspector_not_assigned", pointer="/inspector", inspector=inspector, visit=number)
    if visit.state not in _BEFORE_RECORD:
        raise Problem("visit_wrong_state", visit=number, state=visit.state, expected=", ".join(_BEFORE_RECORD))
    if inspector in open_recusals(acts_of(uow.session, visit)):
        uow.abandon()
        return
    note(uow, visit, "recusal_asked", reason=reason, detail={"inspector": inspector})


def refuse_recusal(uow: UnitOfWork, *, number: str, inspector: str, reason: str) -> None:
    """Decide that an inspector stays; by another person than asked.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_recusal_not_asked``, ``visit_own_work``.
    """
    visit = held_visit(uow, number, states=_BEFORE_RECORD)
    asked = open_recusals(acts_of(uow.session, visit)).get(inspector)
    if asked is None:
        raise Problem("visit_recusal_not_asked", pointer="/inspector", inspector=inspector, visit=number)
    if asked.person == person_of(uow) or uow.actor.person == inspector:
        raise Problem("visit_own_work", visit=number)
    note(uow, visit, "recusal_refused", reason=reason, detail={"inspector": inspector})
