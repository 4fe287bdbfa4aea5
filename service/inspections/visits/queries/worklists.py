"""What waits for somebody: results to publish, orders to correct, proposals to decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text
from sqlalchemy.orm import aliased

from service import register
from service.inspections.visits.reading import acts_of, open_recusals, seats_of_many, within
from service.inspections.visits.tables import (
    UNDER_WAY,
    RectificationOrder,
    VisitAct,
    VisitMember,
    VisitMergeProposal,
    VisitOutcome,
    VisitPublication,
    VisitRegisterProposal,
    VisitRow,
)
from service.inspections.visits.veil import veil_of
from service.inspections.visits.vocabulary import alarms, visit_rules
from service.platform import Problem, local_day, region_prefix

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.inspections.visits.veil import Veil
    from service.platform import Actor


_REFUSED = text("""
SELECT newest.* FROM (
  SELECT DISTINCT ON (source, entity_key) id, source, task, entity_key, authorities, code, params
  FROM visit_refusal ORDER BY source, entity_key, id DESC) newest
 WHERE code <> '' AND (CAST(:authorities AS text[]) IS NULL OR authorities && CAST(:authorities AS text[]))
   AND source <> ALL(CAST(:hidden AS text[]))
   AND (CAST(:places AS text[]) IS NULL
        OR EXISTS (SELECT FROM entity e WHERE e.public_key = entity_key AND e.region LIKE ANY(CAST(:places AS text[]))))
 ORDER BY id LIMIT :limit
""")


_STALLED = text("""
SELECT draw, since, attempts, retry_at, code, params FROM visit_stalled_draw
 WHERE CAST(:authorities AS text[]) IS NULL OR authorities && CAST(:authorities AS text[])
 ORDER BY since, draw LIMIT :limit
""")


def worklist(
    session: Session, actor: Actor, *, now: datetime, limit: int, language: str
) -> dict[str, list[dict[str, Any]]]:
    """Up to ``limit`` of each kind in the caller's scope: what is due first comes first."""
    veil = veil_of(session, actor)
    days = {row.code: local_day(now, row.timezone) for row in register.authorities(session)}
    return {
        "visits": _visits(session, actor, veil, days, limit),
        "publications": _publications(session, actor, days, limit),
        "orders": _orders(session, actor, days, limit),
        "register_proposals": _register(session, actor, limit),
        "merge_proposals": _merges(session, actor, veil, limit),
        "recusals": _recusals(session, actor, veil, limit),
        "short": _short(session, actor, veil, limit),
        "refused": _refused(session, actor, veil, limit, language),
        "stalled": _stalled(session, actor, limit, language),
    }


def _visits(session: Session, actor: Actor, veil: Veil, days: dict[str, date], limit: int) -> list[dict[str, Any]]:
    """Visits that are not made yet and whose last day is near or over."""
    alarm = alarms()["visit"]
    latest = max(days.values()) + timedelta(days=alarm.ahead_days)
    wanted = select(VisitRow).where(VisitRow.state.in_(("dispatched", *UNDER_WAY)), VisitRow.last_day <= latest)
    rows = session.scalars(
        wanted.where(within(actor), veil.lets()).order_by(VisitRow.last_day, VisitRow.id).limit(limit)
    )
    told = [(row, alarm.stage(row.last_day, days[row.authority])) for row in rows]
    return [
        {
            "visit": row.number,
            "entity": row.entity_key,
            "state": row.state,
            "last_day": row.last_day.isoformat(),
            "alarm": stage,
        }
        for row, stage in told
        if stage is not None
    ]


def _publications(session: Session, actor: Actor, days: dict[str, date], limit: int) -> list[dict[str, Any]]:
    wanted = (
        select(VisitRow, VisitOutcome)
        .join(VisitOutcome, VisitOutcome.visit_id == VisitRow.id)
        .where(~select(VisitPublication).where(VisitPublication.visit_id == VisitRow.id).exists())
        .order_by(VisitOutcome.publish_by, VisitRow.id)
    )
    return [
        {
            "visit": visit.number,
            "entity": visit.entity_key,
            "result": outcome.result,
            "publish_by": outcome.publish_by.isoformat(),
            "provisional": outcome.publish_by_provisional,
            "overdue": days[visit.authority] > outcome.publish_by,
            "alarm": alarms()["publication"].stage(outcome.publish_by, days[visit.authority]),
        }
        for visit, outcome in session.execute(wanted.where(within(actor)).limit(limit))
    ]


def _orders(session: Session, actor: Actor, days: dict[str, date], limit: int) -> list[dict[str, Any]]:
    wanted = (
        select(VisitRow, RectificationOrder)
        .join(RectificationOrder, RectificationOrder.visit_id == VisitRow.id)
        .where(RectificationOrder.outcome.is_(None))
        .order_by(RectificationOrder.due_on, RectificationOrder.id)
    )
    return [
        {
            "order": order.number,
            "visit": visit.number,
            "entity": visit.entity_key,
            "entries": order.entries["entries"],
            "due_on": order.due_on.isoformat(),
            "provisional": order.due_provisional,
            "overdue": days[visit.authority] > order.due_on,
            "alarm": alarms()["order"].stage(order.due_on, days[visit.authority]),
        }
        for visit, order in session.execute(wanted.where(within(actor)).limit(limit))
    ]


def _register(session: Session, actor: Actor, limit: int) -> list[dict[str, Any]]:
    wanted = (
        select(VisitRow, VisitRegisterProposal)
        .join(VisitRegisterProposal, VisitRegisterProposal.visit_id == VisitRow.id)
        .where(VisitRegisterProposal.accepted.is_(None))
        .order_by(VisitRow.id)
    )
    return [
        {
            "visit": visit.number,
            "entity": visit.entity_key,
            "status": row.status,
            "status_on": row.status_on.isoformat(),
        }
        for visit, row in session.execute(wanted.where(within(actor)).limit(limit))
    ]


def _merges(session: Session, actor: Actor, veil: Veil, limit: int) -> list[dict[str, Any]]:
    other = aliased(VisitRow)
    wanted = (
        select(VisitRow, other, VisitMergeProposal)
        .join(VisitMergeProposal, VisitMergeProposal.visit_id == VisitRow.id)
        .join(other, other.id == VisitMergeProposal.other_id)
        .where(VisitMergeProposal.accepted.is_(None), VisitRow.state == "dispatched", other.state == "dispatched")
        .order_by(VisitMergeProposal.id)
    )
    return [
        {"proposal": row.id, "visit": first.number, "other": second.number, "entity": first.entity_key}
        for first, second, row in session.execute(
            wanted.where(within(actor), veil.lets(), veil.lets(other)).limit(limit)
        )
    ]


def _recusals(session: Session, actor: Actor, veil: Veil, limit: int) -> list[dict[str, Any]]:
    """Inspectors whose recusal was asked for and not decided, the oldest request first."""
    asked = select(VisitAct.visit_id).where(VisitAct.act == "recusal_asked")
    wanted = select(VisitRow).where(VisitRow.state.in_(("dispatched", *UNDER_WAY)), VisitRow.id.in_(asked))
    found = [
        (act, visit)
        for visit in session.scalars(wanted.where(within(actor), veil.lets()))
        for act in open_recusals(acts_of(session, visit)).values()
    ]
    return [
        {
            "visit": visit.number,
            "entity": visit.entity_key,
            "source": visit.source,
            "inspector": act.detail["inspector"],
            "reason": act.reason,
            "asked_at": act.taken_at.isoformat(),
        }
        for act, visit in sorted(found, key=lambda pair: pair[0].id)[:limit]
    ]


def _short(session: Session, actor: Actor, veil: Veil, limit: int) -> list[dict[str, Any]]:
    """Visits whose team became too small to go, since nobody could follow who left; the first to be made first."""
    left = select(VisitMember.visit_id).where(VisitMember.inspector == "")
    wanted = select(VisitRow).where(VisitRow.state.in_(("dispatched", *UNDER_WAY)), VisitRow.id.in_(left))
    wanted = wanted.where(within(actor), veil.lets()).order_by(VisitRow.last_day, VisitRow.id)
    visits = session.scalars(wanted).all()
    seats = seats_of_many(session, [visit.id for visit in visits])
    return [
        {
            "visit": visit.number,
            "entity": visit.entity_key,
            "source": visit.source,
            "team": list(seats[visit.id].values()),
            "last_day": visit.last_day.isoformat(),
        }
        for visit in visits
        if len(seats[visit.id]) < visit_rules()["signatures"]
    ][:limit]


def _refused(session: Session, actor: Actor, veil: Veil, limit: int, language: str) -> list[dict[str, Any]]:
    """Whom a draw asks to visit and who cannot be, until that is settled."""
    places = [f"{region_prefix(one)}%" for one in actor.regions] or None
    asked = {"authorities": actor.authorities, "hidden": list(veil.hidden), "places": places, "limit": limit}
    rows = session.execute(_REFUSED, asked)
    return [
        {
            "source": row.source,
            "task": row.task,
            "entity": row.entity_key,
            **Problem(row.code, **row.params).member(language),
        }
        for row in rows
    ]


def _stalled(session: Session, actor: Actor, limit: int, language: str) -> list[dict[str, Any]]:
    """Draws that visits cannot follow, the oldest first, and when each is tried again."""
    rows = session.execute(_STALLED, {"authorities": register.authorities_reached(session, actor), "limit": limit})
    return [
        {
            "draw": row.draw,
            "since": row.since.isoformat(),
            "attempts": row.attempts,
            "retry_at": row.retry_at.isoformat(),
            **Problem(row.code, **row.params).member(language),
        }
        for row in rows
    ]
