"""Who sits on a team from now on: as its draw says, or, where there was none, as an approver does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service import register
from service.inspections.plans import take_seats
from service.inspections.visits.reading import DRAWN, draw_of_source, held_visits, parts_of, seats_of, team_of
from service.inspections.visits.tables import UNDER_WAY
from service.inspections.visits.usecases.acting import held_visit, note
from service.inspections.visits.usecases.joining import compose, own_seats, seat_members
from service.inspections.visits.usecases.teams import check_inspector, check_skills
from service.platform import Problem, note_override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.inspections.visits.tables import VisitRow
    from service.platform import UnitOfWork


class Seating(NamedTuple):
    """Who sat on the seats that a visit brought itself, and who does from now on; by seat, empty ones left out."""

    visit: VisitRow
    before: Mapping[int, str]
    after: Mapping[int, str]


def change_seats(uow: UnitOfWork, visit: VisitRow, seatings: Iterable[Seating], *, reason: str) -> None:
    """Let others sit on seats of a visit or of its parts; one under way goes on once those who come have entered."""
    under_way = visit.state in UNDER_WAY
    for one in seatings:
        seats = [seat for seat in sorted({*one.before, *one.after}) if one.before.get(seat) != one.after.get(seat)]
        for seat in seats:
            said = {"seat": seat, "left": one.before.get(seat, ""), "inspector": one.after.get(seat, "")}
            detail = {**said, "visit": one.visit.number}
            audit_id = note(uow, visit, "member_changed", state="dispatched", reason=reason, detail=detail)
            seat_members(uow, one.visit, [(one.after.get(seat, ""), seat)], audit_id)
        if seats and not one.visit.source.startswith(DRAWN):
            come = sorted({*one.after.values()} - {*one.before.values()})
            take_seats(uow, visit=one.visit.number, year=one.visit.year, inspectors=come, audit_id=audit_id)
    compose(uow, visit)
    if under_way:
        visit.present, visit.held_on = (), None
        uow.session.flush()


def change_member(uow: UnitOfWork, *, number: str, seat: int, inspector: str, reason: str) -> None:
    """Put another inspector on a seat, as a decided recusal or an absence asks for. The visit goes on.

    Who was sent by a draw is followed by whom the draw says, and by nobody else.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_seat_unknown``, ``visit_team_of_draw``,
            ``visit_inspector_unknown``, ``visit_certificate_invalid``, ``visit_inspector_related``,
            ``visit_skill_missing``.
    """
    visit = held_visit(uow, number, states=("dispatched", *UNDER_WAY))
    team = team_of(uow.session, visit)
    left = seats_of(uow.session, visit).get(seat)
    if left is None or inspector in team:
        raise Problem("visit_seat_unknown", pointer="/seat", visit=number, seat=seat, inspector=inspector)
    held = seats_held(uow, visit, left)
    for row, _ in held:
        if row.source.startswith(DRAWN):
            raise Problem("visit_team_of_draw", inspector=left, draw=draw_of_source(row.source))
    check_successor(uow, visit, left, inspector)
    change_seats(uow, visit, [succeeded(row, before, left, inspector) for row, before in held], reason=reason)
    note_override(uow, "visit_member_changed", visit.number, authority=visit.authority, reason=reason)


def check_successor(uow: UnitOfWork, visit: VisitRow, left: str, comes: str) -> None:
    """Refuse who may not follow an inspector whom no draw has sent.

    Raises:
        Problem: ``visit_inspector_unknown``, ``visit_certificate_invalid``, ``visit_inspector_related``,
            ``visit_skill_missing``.
    """
    roster = {row.code: row for row in register.inspectors(uow.session)}
    check_inspector(roster, visit.entity_key, comes, (visit.first_day, visit.last_day))
    known = [code for code in (*team_of(uow.session, visit), comes) if code in roster and code != left]
    check_skills(roster, visit.entity_key, known, visit.checklist["entries"])


def seats_held(uow: UnitOfWork, visit: VisitRow, inspector: str) -> list[tuple[VisitRow, Mapping[int, str]]]:
    """Of a visit and its parts those that have an inspector on a seat of their own, each with all those seats."""
    rows = ((row, own_seats(uow, row)) for row in (visit, *parts_of(uow.session, visit)))
    return [(row, seats) for row, seats in rows if inspector in seats.values()]


def succeeded(row: VisitRow, before: Mapping[int, str], left: str, comes: str) -> Seating:
    """One inspector follows another on the seats of a visit."""
    return Seating(row, before, {seat: comes if code == left else code for seat, code in before.items()})


def held_whole(uow: UnitOfWork, rows: Iterable[VisitRow]) -> dict[int, VisitRow]:
    """The visit that each of these is part of, or else itself, by their ids: all held."""
    ids = [row.id for row in rows]
    held = held_visits(uow.session, ids)
    return {one: held[held[one].merged_into or one] for one in ids}
