"""Recusal (回避) after inspectors were sent: asked for with a reason, decided by a named person; the visit goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.accounts import issued_by_caller
from service.inspections.draws import Recusal, code_of_caller, recuse
from service.inspections.visits.decisions import BEFORE_RECORD
from service.inspections.visits.reading import (
    DRAWN,
    acts_of,
    draw_of_source,
    one_visit,
    open_recusals,
    sources_of,
    team_of,
    told_to_entity,
)
from service.inspections.visits.usecases.acting import held_visit, may_act, note
from service.inspections.visits.usecases.following import take_turn
from service.inspections.visits.usecases.seating import Seating, change_seats, check_successor, seats_held, succeeded
from service.platform import Problem, Role

if TYPE_CHECKING:
    from service.inspections.visits.tables import VisitAct, VisitRow
    from service.platform import UnitOfWork


def ask_recusal(uow: UnitOfWork, *, number: str, inspector: str, reason: str) -> None:
    """Ask that an inspector be recused: the entity itself, an inspector of the team, or a handler for either.

    Asked again while nobody has decided, nothing changes. The entity asks once it is told of the visit; until then
    there is none for it, whatever number it guesses.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_inspector_not_assigned``.
    """
    visit = one_visit(uow.session, number, held=True)
    acts = acts_of(uow.session, visit)
    if uow.actor.role == Role.ENTITY:
        if uow.actor.subject != visit.entity_key or not told_to_entity(uow.session, visit, acts):
            raise Problem("visit_not_found", visit=number[:80])
    else:
        may_act(uow, visit)
    team = team_of(uow.session, visit)
    if inspector not in team or (uow.actor.role == Role.INSPECTOR and uow.actor.person not in team):
        raise Problem("visit_inspector_not_assigned", pointer="/inspector", inspector=inspector, visit=number)
    if visit.state not in BEFORE_RECORD:
        raise Problem("visit_wrong_state", visit=number, state=visit.state, expected=", ".join(BEFORE_RECORD))
    if inspector in open_recusals(acts):
        uow.abandon()
        return
    note(uow, visit, "recusal_asked", reason=reason, detail={"inspector": inspector, "by": str(uow.actor.role)})


def refuse_recusal(uow: UnitOfWork, *, number: str, inspector: str, reason: str) -> None:
    """Decide that an inspector stays; by another person than asked.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_recusal_not_asked``, ``visit_own_work``.
    """
    visit = held_visit(uow, number, states=BEFORE_RECORD)
    _asked(uow, visit, inspector)
    note(uow, visit, "recusal_refused", reason=reason, detail={"inspector": inspector})


def grant_recusal(uow: UnitOfWork, *, number: str, inspector: str, reason: str, successor: str | None) -> None:
    """Decide that an inspector goes, and let another come in the same transaction; by another person than asked.

    Where a draw has sent him, the next of its order takes the seat, and the draw's log has it. ``successor``: who
    takes the seat that no draw has filled; named just where there is one.

    Raises:
        Problem: as ``refuse_recusal``; ``visit_successor_missing``, ``visit_team_of_draw``, and as ``draws.recuse``
            and ``change_member``.
    """
    for draw in _draws_of(uow, one_visit(uow.session, number)):
        take_turn(uow, draw)  # or a worker that read the draw before would seat the old team again
    visit = held_visit(uow, number, states=BEFORE_RECORD)
    asked = _asked(uow, visit, inspector)
    held = seats_held(uow, visit, inspector)
    drawn = [one for one in held if one[0].source.startswith(DRAWN)]
    if (successor is None) != (len(drawn) == len(held)):
        code = "visit_successor_missing" if successor is None else "visit_team_of_draw"
        draw = draw_of_source(drawn[0][0].source) if drawn else ""
        raise Problem(code, pointer="/successor", visit=number, inspector=inspector, draw=draw)
    if successor is not None:
        check_successor(uow, visit, inspector, successor)
    note(uow, visit, "recusal_granted", reason=reason, detail={"inspector": inspector})
    recusal = Recusal(
        visit=number,
        inspector=inspector,
        by=asked.inspector or code_of_caller(*asked.person.split(":", 1)),
        asked_at=asked.taken_at.isoformat(),
        request=asked.reason or "",
        grounds=reason,
    )
    seatings = [
        succeeded(row, before, inspector, successor or "")
        if not row.source.startswith(DRAWN)
        else Seating(row, before, recuse(uow, source=row.source, entity=row.entity_key, recusal=recusal))
        for row, before in held
    ]
    change_seats(uow, visit, seatings, reason=reason)


def _asked(uow: UnitOfWork, visit: VisitRow, inspector: str) -> VisitAct:
    """The request that the caller decides, who neither made it nor is the one whom it is about.

    Nor did he issue the code with which somebody entered to ask for it in the entity's name.

    Raises:
        Problem: ``visit_recusal_not_asked``, ``visit_own_work``.
    """
    asked = open_recusals(acts_of(uow.session, visit)).get(inspector)
    if asked is None:
        raise Problem("visit_recusal_not_asked", pointer="/inspector", inspector=inspector, visit=visit.number)
    own = asked.person in uow.actor.hands or issued_by_caller(uow.session, uow.actor, {asked.person})
    if own or uow.actor.person == inspector:
        raise Problem("visit_own_work", visit=visit.number)
    return asked


def _draws_of(uow: UnitOfWork, visit: VisitRow) -> list[str]:
    """The draws under which a visit and its parts were opened."""
    return sorted({draw_of_source(one) for one in sources_of(uow.session, visit) if one.startswith(DRAWN)})
