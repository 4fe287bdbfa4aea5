"""Visits that are made as one: each keeps what it brought, so that any of them can leave again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from service.inspections.visits.checklist import joined
from service.inspections.visits.reading import parts_of, seats_of, team_of
from service.inspections.visits.tables import VisitMember
from service.inspections.visits.usecases.acting import note
from service.inspections.visits.usecases.method import ON_SITE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.inspections.visits.tables import VisitRow
    from service.platform import UnitOfWork

_DAYS = ("first_day", "last_day", "deadline")


def join(uow: UnitOfWork, visit: VisitRow, other: VisitRow, *, reason: str | None) -> None:
    """Make a visit, and whatever was joined to it before, part of another one; both are held and have not begun.

    The other one's lead leads; checklists, teams and authorities are joined, the days that all share remain.
    """
    for part in (*parts_of(uow.session, other), other):
        part.merged_into = visit.id
    compose(uow, other)
    if visit.own is None:
        visit.own = _own(uow, visit)
    compose(uow, visit)
    detail = {"source": other.source, "task": other.task, "visit": other.number}
    note(uow, visit, "joined", reason=reason, detail=detail)
    note(uow, other, "replaced", state="replaced", reason=reason, detail={"by": visit.number})


def leave(uow: UnitOfWork, visit: VisitRow, part: VisitRow, *, reason: str | None) -> None:
    """Take a part out of a visit that has not begun; what the others brought remains."""
    part.merged_into = None
    compose(uow, visit)
    note(uow, visit, "parted", reason=reason, detail={"source": part.source, "visit": part.number})


def dissolve(uow: UnitOfWork, visit: VisitRow, *, reason: str | None) -> None:
    """A visit is not made: what was joined to it goes on, as one visit under the number of the oldest of them."""
    parts = parts_of(uow.session, visit)
    for part in parts:
        part.merged_into = None
        note(uow, part, "parted", state="dispatched", reason=reason, detail={"visit": visit.number})
    compose(uow, visit)
    for part in parts[1:]:
        join(uow, parts[0], part, reason=reason)


def compose(uow: UnitOfWork, visit: VisitRow) -> None:
    """Make a visit anew out of what it and its parts bring now; one that never had a part stays as it is."""
    own = visit.own
    if own is None:
        return
    parts = parts_of(uow.session, visit)
    visit.checklist = {"entries": own["entries"]}
    visit.authorities = tuple(own["authorities"])
    visit.method = own["method"]
    visit.first_day, visit.last_day, visit.deadline = (date.fromisoformat(own[name]) for name in _DAYS)
    team = list(own_seats(uow, visit).values())
    more: list[str] = []
    for part in parts:
        visit.checklist = joined(visit.checklist, part.checklist)
        visit.authorities = tuple(dict.fromkeys((*visit.authorities, *part.authorities)))
        visit.first_day, visit.last_day = max(visit.first_day, part.first_day), min(visit.last_day, part.last_day)
        visit.deadline = min(visit.deadline, part.deadline)
        if part.method == ON_SITE:  # one of them has to be there, so that all are
            visit.method = ON_SITE
        more += [code for code in team_of(uow.session, part) if code not in {*team, *more}]
    _seat_behind(uow, visit, own["seats"], more)
    if not parts:
        visit.own = None
    uow.session.flush()


def own_seats(uow: UnitOfWork, visit: VisitRow) -> dict[int, str]:
    """Who sits on the seats that a visit brought itself."""
    seats = seats_of(uow.session, visit)
    return seats if visit.own is None else {seat: code for seat, code in seats.items() if seat < visit.own["seats"]}


def seat_members(uow: UnitOfWork, visit: VisitRow, members: Iterable[tuple[str, int]], audit_id: int) -> None:
    """Write who sits where on a team; "" leaves a seat empty."""
    uow.session.add_all(
        VisitMember(visit_id=visit.id, seat=seat, inspector=code, audit_id=audit_id) for code, seat in members
    )
    uow.session.flush()


def _seat_behind(uow: UnitOfWork, visit: VisitRow, first: int, codes: list[str]) -> None:
    """Let these and nobody else sit behind a visit's own team."""
    now = {seat: code for seat, code in seats_of(uow.session, visit).items() if seat >= first}
    then = dict(enumerate(codes, first))
    changed = [(then.get(seat, ""), seat) for seat in sorted({*now, *then}) if now.get(seat) != then.get(seat)]
    seat_members(uow, visit, changed, visit.audit_id)


def _own(uow: UnitOfWork, visit: VisitRow) -> dict[str, Any]:
    return {
        "entries": visit.checklist["entries"],
        "authorities": list(visit.authorities),
        "method": visit.method,
        "seats": max(seats_of(uow.session, visit), default=-1) + 1,
        **{name: getattr(visit, name).isoformat() for name in _DAYS},
    }
