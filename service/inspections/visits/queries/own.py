"""Visits as the entity itself is told of them: once they have begun, or once everyone may know who was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from service import register
from service.inspections.visits.queries.visits import RIGHTS
from service.inspections.visits.reading import acts_of, begun, open_recusals, team_of, told_to_entity
from service.inspections.visits.tables import UNDER_WAY, RectificationOrder, VisitOutcome, VisitRow
from service.inspections.visits.vocabulary import result_codes, visit_types
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.inspections.visits.tables import VisitAct
    from service.platform import Actor

_DECIDED = {"recusal_asked": "waiting", "recusal_granted": "granted", "recusal_refused": "refused"}


class _Names(NamedTuple):
    """Inspectors by staff code and authorities by code: read once for all visits of a page."""

    inspectors: Mapping[str, str]
    authorities: Mapping[str, Mapping[str, str]]


class OwnVisit(NamedTuple):
    """One visit; ``key``: where its page goes on after it."""

    key: int
    document: dict[str, Any]


def own_visits(session: Session, actor: Actor, key: str, *, after: int, limit: int) -> list[OwnVisit]:
    """Up to ``limit`` visits to the entity that the caller speaks for, the oldest first, as it is told of them.

    Raises:
        Problem: ``entity_not_found``, also for every other entity.
    """
    number = register.resolve(session, [key]).get(key)
    entity = None if number is None else register.facts(session, [number], position=None).get(number)
    if entity is None or actor.subject != entity.key:
        raise Problem("entity_not_found", key=key[:80])
    wanted = select(VisitRow).where(VisitRow.entity_id == number, VisitRow.id > after).order_by(VisitRow.id)
    names = _Names(
        {row.code: row.name for row in register.inspectors(session)},
        {row.code: row.names for row in register.authorities(session)},
    )
    found: list[OwnVisit] = []
    for visit in session.scalars(wanted):
        acts = acts_of(session, visit)
        if told_to_entity(session, visit, acts):
            found.append(OwnVisit(visit.id, _told(session, visit, acts, names)))
            if len(found) == limit:
                break
    return found


def _told(session: Session, visit: VisitRow, acts: Sequence[VisitAct], known: _Names) -> dict[str, Any]:
    """A visit without who asked for it and why, and without what was found before it was audited.

    Until it begins the team is told by staff codes alone, as the draw tells it to everyone.
    """
    names = known.inspectors if begun(acts) else {}
    outcome = session.get(VisitOutcome, visit.id)
    orders = select(RectificationOrder.number).where(RectificationOrder.visit_id == visit.id)
    return {
        "number": visit.number,
        "state": visit.state,
        "type": visit_types()[visit.type].word,
        "method": visit.method,
        "first_day": visit.first_day.isoformat(),
        "last_day": visit.last_day.isoformat(),
        "held_on": None if visit.held_on is None else visit.held_on.isoformat(),
        "authorities": [{"code": code, "names": known.authorities[code]} for code in visit.authorities],
        "items": sorted({row["item"] for row in visit.checklist["entries"]}),
        "inspectors": [{"code": code, "name": names.get(code)} for code in team_of(session, visit)],
        "may_ask_recusal": visit.state in ("dispatched", *UNDER_WAY),
        "recusals": _recusals(acts),
        "result": None if outcome is None else result_codes()[outcome.result].word,
        "publish_by": None if outcome is None else outcome.publish_by.isoformat(),
        "orders": list(session.scalars(orders.order_by(RectificationOrder.id))),
        "notice": RIGHTS,
    }


def _recusals(acts: Sequence[VisitAct]) -> list[dict[str, Any]]:
    """What became of each request that the entity made, the oldest first; those of others are not told."""
    found: dict[str, dict[str, Any]] = {}
    told: list[dict[str, Any]] = []
    for act in acts:
        inspector = act.detail.get("inspector", "")
        if act.act == "recusal_asked":
            found.pop(inspector, None)
            if act.detail.get("by") == "entity":
                found[inspector] = {"inspector": inspector, "asked_at": act.taken_at.isoformat(), "reason": act.reason}
                told.append(found[inspector])
        elif act.act in _DECIDED and inspector in found:
            found.pop(inspector).update(state=_DECIDED[act.act], grounds=act.reason)
    waiting = open_recusals(acts)
    for inspector, one in found.items():
        one.update(state="waiting" if inspector in waiting else "left", grounds=None)
    return told
