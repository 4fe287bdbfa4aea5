"""One visit as it stands, for those who act on it: its row, its team, its acts, its newest record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from service.inspections.visits.tables import VisitAct, VisitFinding, VisitMember, VisitRecord, VisitRow
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

_TEAM = text("""
SELECT DISTINCT ON (seat) seat, inspector FROM visit_member WHERE visit_id = :visit ORDER BY seat, id DESC
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


def team_of(session: Session, visit: VisitRow) -> tuple[str, ...]:
    """The staff codes of the team by seat; seat 0 leads."""
    return tuple(row.inspector for row in session.execute(_TEAM, {"visit": visit.id}))


def ever_of(session: Session, visit: VisitRow) -> frozenset[str]:
    """Everyone who sat on the team at any time."""
    return frozenset(session.scalars(select(VisitMember.inspector).where(VisitMember.visit_id == visit.id)))


def acts_of(session: Session, visit: VisitRow) -> Sequence[VisitAct]:
    """The acts on a visit, oldest first."""
    return session.scalars(select(VisitAct).where(VisitAct.visit_id == visit.id).order_by(VisitAct.id)).all()


def findings_of(session: Session, visit: VisitRow) -> Sequence[VisitFinding]:
    """Everything found at a visit, in the order in which it came in."""
    wanted = select(VisitFinding).where(VisitFinding.visit_id == visit.id).order_by(VisitFinding.id)
    return session.scalars(wanted).all()


def record_of(session: Session, visit: VisitRow) -> VisitRecord | None:
    """The newest record of a visit."""
    wanted = select(VisitRecord).where(VisitRecord.visit_id == visit.id).order_by(VisitRecord.id.desc()).limit(1)
    return session.scalars(wanted).one_or_none()


def may_see(session: Session, actor: Actor, visit: VisitRow) -> bool:
    """Inspectors see the visits on whose teams they are or were; other staff those of authorities in their scope."""
    if actor.role == "inspector":
        return actor.person is not None and actor.person in ever_of(session, visit)
    return actor.is_staff and any(actor.reaches(code) for code in visit.authorities)
