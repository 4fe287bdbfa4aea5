"""Who sits on a team from now on: as its draw says, or, where there was none, as an approver does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service import register
from service.inspections.visits.reading import held_visits, parts_of, seats_of, team_of
from service.inspections.visits.tables import UNDER_WAY
from service.inspections.visits.usecases.acting import held_visit, note
from service.inspections.visits.usecases.joining import compose, own_seats, seat_members
from service.inspections.visits.usecases.teams import check_inspector, check_skills
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.inspections.visits.tables import VisitRow
    from service.platform import UnitOfWork

DRAWN = "draw:"


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
    seatings = []
    for row in (visit, *parts_of(uow.session, visit)):
        before = own_seats(uow, row)
        if left in before.values():
            if row.source.startswith(DRAWN):
                raise Problem(
                    "visit_team_of_draw", inspector=left, draw=row.source.removeprefix(DRAWN).partition("/")[0]
                )
            after = {at: inspector if code == left else code for at, code in before.items()}
            seatings.append(Seating(row, before, after))
    roster = {row.code: row for row in register.inspectors(uow.session)}
    check_inspector(roster, visit.entity_key, inspector, (visit.first_day, visit.last_day))
    known = [code for code in (*team, inspector) if code in roster and code != left]
    check_skills(roster, visit.entity_key, known, visit.checklist["entries"])
    change_seats(uow, visit, seatings, reason=reason)


def held_whole(uow: UnitOfWork, rows: Iterable[VisitRow]) -> dict[int, VisitRow]:
    """The visit that each of these is part of, or else itself, by their ids: all held."""
    ids = [row.id for row in rows]
    held = held_visits(uow.session, ids)
    return {one: held[held[one].merged_into or one] for one in ids}
