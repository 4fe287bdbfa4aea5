"""One visit as it stands, for those who act on it: its row, its team, its acts, its newest record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select, text, true

from service import register
from service.inspections.draws import names_public
from service.inspections.visits.tables import VisitAct, VisitFinding, VisitMember, VisitRecord, VisitRow
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from service.platform import Actor

DRAWN = "draw:"
_BEGUN = frozenset({"entered", "begun_off_site"})
_SEATS = text("""
SELECT DISTINCT ON (visit_id, seat) visit_id, seat, inspector FROM visit_member WHERE visit_id = ANY(:visits)
 ORDER BY visit_id, seat, id DESC
""")


def one_visit(session: Session, number: str, *, held: bool = False) -> VisitRow:
    """A visit by its number; ``held``: nobody else acts on it until the transaction ends.

    Raises:
        Problem: ``visit_not_found``.
    """
    wanted = select(VisitRow).where(VisitRow.number == number).execution_options(populate_existing=True)
    row = session.scalars(wanted.with_for_update() if held else wanted).one_or_none()
    if row is None:
        raise Problem("visit_not_found", visit=number[:80])
    return row


def seats_of(session: Session, visit: VisitRow) -> dict[int, str]:
    """Who sits where: staff codes by seat, in the order of seats; seat 0 leads. Empty seats are left out."""
    return seats_of_many(session, [visit.id])[visit.id]


def seats_of_many(session: Session, visits: Collection[int]) -> dict[int, dict[int, str]]:
    """``seats_of`` of many visits by their ids."""
    found: dict[int, dict[int, str]] = {visit: {} for visit in visits}
    for row in session.execute(_SEATS, {"visits": list(visits)}):
        if row.inspector:
            found[row.visit_id][row.seat] = row.inspector
    return found


def team_of(session: Session, visit: VisitRow) -> tuple[str, ...]:
    """The staff codes of the team in the order of seats."""
    return tuple(seats_of(session, visit).values())


def ever_of(session: Session, visit: VisitRow) -> frozenset[str]:
    """Everyone who sat on the team at any time."""
    wanted = select(VisitMember.inspector).where(VisitMember.visit_id == visit.id, VisitMember.inspector != "")
    return frozenset(session.scalars(wanted))


def held_visits(session: Session, ids: Iterable[int]) -> dict[int, VisitRow]:
    """Visits by id, with those that they are part of: all held, the oldest first.

    A visit is never younger than its parts, so that everyone who holds several takes them in one order.
    """
    wanted = set(ids)
    held: dict[int, VisitRow] = {}
    while wanted - held.keys():
        known = session.scalars(select(VisitRow.merged_into).where(VisitRow.id.in_(wanted)))
        wanted |= {one for one in known if one is not None}
        rows = select(VisitRow).where(VisitRow.id.in_(wanted)).order_by(VisitRow.id).with_for_update()
        held = {row.id: row for row in session.scalars(rows.execution_options(populate_existing=True))}
        wanted |= {row.merged_into for row in held.values() if row.merged_into is not None}
    return held


def parts_of(session: Session, visit: VisitRow) -> Sequence[VisitRow]:
    """The visits that were joined into one, in the order in which they were opened, held like it."""
    wanted = select(VisitRow).where(VisitRow.merged_into == visit.id).order_by(VisitRow.id)
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()


def acts_of(session: Session, visit: VisitRow) -> Sequence[VisitAct]:
    """The acts on a visit, oldest first."""
    return session.scalars(select(VisitAct).where(VisitAct.visit_id == visit.id).order_by(VisitAct.id)).all()


def open_recusals(acts: Iterable[VisitAct]) -> dict[str, VisitAct]:
    """Of a visit's acts, oldest first: the requests to recuse that nobody has decided, by inspector."""
    found: dict[str, VisitAct] = {}
    for act in acts:
        if act.act == "recusal_asked":
            found[act.detail["inspector"]] = act
        elif act.act in {"recusal_refused", "recusal_granted"}:
            found.pop(act.detail["inspector"], None)
        elif act.act == "member_changed":
            found.pop(act.detail["left"], None)
    return found


def begun(acts: Iterable[VisitAct]) -> bool:
    """Whether inspectors have stood at the door, or asked for papers from afar, at any time of a visit's acts."""
    return any(act.act in _BEGUN for act in acts)


def told_to_entity(session: Session, visit: VisitRow, acts: Iterable[VisitAct]) -> bool:
    """Whether the entity knows of a visit: it has begun, or everyone may know whom its draws have drawn.

    A visit that is part of another is told by that one. Nobody is told of a visit to come whose names are not public,
    nor of one that no draw asks for: a case, a complaint, a re-check.
    """
    if visit.merged_into is not None:
        return False
    if begun(acts):
        return True
    sources = sources_of(session, visit)
    return all(one.startswith(DRAWN) and names_public(session, draw_of_source(one)) for one in sources)


def sources_of(session: Session, visit: VisitRow) -> Sequence[str]:
    """What a visit and its parts were opened under."""
    wanted = select(VisitRow.source).where(or_(VisitRow.id == visit.id, VisitRow.merged_into == visit.id))
    return session.scalars(wanted.order_by(VisitRow.id)).all()


def draw_of_source(source: str) -> str:
    """The number of the draw that a visit was opened under."""
    return source.removeprefix(DRAWN).partition("/")[0]


def findings_of(session: Session, visit: VisitRow) -> Sequence[VisitFinding]:
    """Everything found at a visit, in the order in which it came in."""
    wanted = select(VisitFinding).where(VisitFinding.visit_id == visit.id).order_by(VisitFinding.id)
    return session.scalars(wanted).all()


def record_of(session: Session, visit: VisitRow) -> VisitRecord | None:
    """The newest record of a visit."""
    wanted = select(VisitRecord).where(VisitRecord.visit_id == visit.id).order_by(VisitRecord.id.desc()).limit(1)
    return session.scalars(wanted).one_or_none()


def may_see(session: Session, actor: Actor, visit: VisitRow) -> bool:
    """Inspectors see the visits on whose teams they are or were; other staff those in their scope, as `within`."""
    if actor.role == "inspector":
        return actor.person is not None and actor.person in ever_of(session, visit)
    if not (actor.is_staff and any(actor.reaches(code) for code in visit.authorities)):
        return False
    return not actor.regions or register.lies_within(session, visit.entity_id, actor.regions)


def within(actor: Actor) -> ColumnElement[bool]:
    """Whether a visit is made by an authority of the caller's scope, to an entity in its regions."""
    ours = true() if actor.authorities is None else VisitRow.authorities.overlap(actor.authorities)
    return and_(ours, VisitRow.entity_id.in_(register.entities_within(actor.regions))) if actor.regions else ours
