"""Requests to recuse inspectors and what became of each: those that wait, and those that somebody asked for himself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from service import register
from service.inspections.visits.reading import within
from service.inspections.visits.tables import UNDER_WAY, VisitAct, VisitRow
from service.inspections.visits.veil import veil_of
from service.platform import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from service.platform import Actor

_BEFORE_RECORD = ("dispatched", *UNDER_WAY)
_BECAME = {"recusal_granted": "granted", "recusal_refused": "refused", "member_changed": "left"}


class RecusalRequest(NamedTuple):
    """One request.

    ``state``: `waiting`, `granted`, `refused`, `left` (he went for another reason) or `lapsed` (the visit was recorded
    or called off first); ``by``: the role of who asked.
    ``mine``: the caller asked; ``may_decide``: it waits, and the caller neither asked nor is the one it is about.
    """

    id: int
    visit: VisitRow
    name: str
    inspector: str
    by: str
    reason: str | None
    asked_at: datetime
    state: str
    grounds: str | None
    decided_at: datetime | None
    mine: bool
    may_decide: bool


def recusals(
    session: Session, actor: Actor, *, mine: bool, open_only: bool, before: int, limit: int
) -> list[RecusalRequest]:
    """Up to ``limit`` requests within the caller's scope before an id, the newest first; an inspector's are his own.

    ``mine``: those that the caller asked for; ``open_only``: of visits that are not recorded yet.
    """
    decided = aliased(VisitAct)
    about = VisitAct.detail["inspector"].astext
    later = (
        select(decided.act, decided.reason, decided.taken_at)
        .where(decided.visit_id == VisitAct.visit_id, decided.id > VisitAct.id)
        .where(
            or_(
                decided.act.in_(("recusal_granted", "recusal_refused")) & (decided.detail["inspector"].astext == about),
                (decided.act == "member_changed") & (decided.detail["left"].astext == about),
            )
        )
        .order_by(decided.id)
        .limit(1)
        .lateral()
    )
    wanted: Select[VisitAct, VisitRow, str | None, str | None, datetime | None] = (
        select(VisitAct, VisitRow, later.c.act, later.c.reason, later.c.taken_at)
        .join(VisitRow, VisitRow.id == VisitAct.visit_id)
        .outerjoin(later, later.c.act.is_not(None))
        .where(VisitAct.act == "recusal_asked", VisitAct.id < before, veil_of(session, actor).lets())
    )
    if mine or actor.role is Role.INSPECTOR:
        wanted = wanted.where(_own(actor))
    if actor.role is not Role.INSPECTOR:
        wanted = wanted.where(within(actor))
    if open_only:
        wanted = wanted.where(VisitRow.state.in_(_BEFORE_RECORD))
    rows = session.execute(wanted.order_by(VisitAct.id.desc()).limit(limit)).all()
    names = register.facts(session, {visit.entity_id for _, visit, *_ in rows}, position=None)
    return [
        _told(actor, asked, visit, names[visit.entity_id].name, (act, grounds, at))
        for asked, visit, act, grounds, at in rows
    ]


def _own(actor: Actor) -> ColumnElement[bool]:
    by_hand = VisitAct.person.in_(sorted(actor.hands))
    return by_hand if actor.person is None else or_(by_hand, VisitAct.inspector == actor.person)


def _told(
    actor: Actor, asked: VisitAct, visit: VisitRow, name: str, became: tuple[str | None, str | None, datetime | None]
) -> RecusalRequest:
    act, grounds, decided_at = became
    state = _BECAME[act] if act is not None else ("waiting" if visit.state in _BEFORE_RECORD else "lapsed")
    mine = asked.person in actor.hands or (actor.person is not None and asked.inspector == actor.person)
    inspector = asked.detail["inspector"]
    return RecusalRequest(
        asked.id,
        visit,
        name,
        inspector,
        str(asked.detail.get("by", "")),
        asked.reason,
        asked.taken_at,
        state,
        grounds if state != "left" else None,
        decided_at,
        mine,
        state == "waiting" and actor.role is Role.APPROVER and not mine and actor.person != inspector,
    )
