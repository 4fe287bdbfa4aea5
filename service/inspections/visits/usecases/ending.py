"""Ending a visit before it is recorded: called off, or taken back by its draw. What was joined to it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.inspections.draws import owe_visit
from service.inspections.plans import take_seats_back
from service.inspections.visits.decisions import CANCELLED_WITHIN, STATES_FOR
from service.inspections.visits.reading import DRAWN, one_visit
from service.inspections.visits.tables import UNDER_WAY
from service.inspections.visits.usecases.acting import may_act, note
from service.inspections.visits.usecases.joining import dissolve, leave
from service.inspections.visits.usecases.seating import held_whole
from service.platform import Problem, note_override

if TYPE_CHECKING:
    from service.inspections.visits.tables import VisitRow
    from service.platform import UnitOfWork


def cancel_visit(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Call a visit off before it is recorded; it no longer counts against the cap.

    One that was joined to another leaves it, unless that has begun. Whom a draw has drawn the next one draws again for
    certain: calling off frees nobody.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``.
    """
    visit = one_visit(uow.session, number)
    whole = held_whole(uow, [visit])[visit.id]
    may_act(uow, visit)
    states = STATES_FOR["cancellation"] if whole is visit else CANCELLED_WITHIN
    if whole.state not in states:
        raise Problem("visit_wrong_state", visit=whole.number, state=whole.state, expected=", ".join(states))
    take_back(uow, visit, whole, state="cancelled", reason=reason)
    if visit.source.startswith(DRAWN):
        owe_visit(uow, source=visit.source, entity=visit.entity_key, reason="cancelled")
        note_override(uow, "visit_cancelled", visit.number, authority=visit.authority, reason=reason)


def take_back(uow: UnitOfWork, visit: VisitRow, whole: VisitRow, *, state: str, reason: str) -> None:
    """End a visit that is held, together with the one that it is part of; itself where it is part of none."""
    begun = whole.state in UNDER_WAY
    if whole is visit:
        dissolve(uow, visit, reason=reason)
    else:
        leave(uow, whole, visit, reason=reason)
    audit_id = note(uow, visit, state, state=state, reason=reason)
    if not begun:
        take_seats_back(uow, visit=visit.number, audit_id=audit_id)
