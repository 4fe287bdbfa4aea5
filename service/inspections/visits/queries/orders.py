"""An order to correct, as the authority that gave it and the entity that got it read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.inspections.visits.reading import may_see
from service.inspections.visits.tables import RectificationOrder, VisitRow
from service.platform import Problem, Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Actor


def order_view(session: Session, actor: Actor, number: str) -> dict[str, Any]:
    """An order: what is to be corrected by when, what became of it, and its re-checks that have been made.

    Raises:
        Problem: ``order_not_found``, also for whom it does not concern.
    """
    order = session.scalars(select(RectificationOrder).where(RectificationOrder.number == number)).one_or_none()
    visit = None if order is None else session.get_one(VisitRow, order.visit_id)
    if order is None or visit is None or not _concerns(session, actor, visit):
        raise Problem("order_not_found", order=number[:80])
    # A re-check to come is not told to the entity: it is as little announced as any other visit.
    made = select(VisitRow.number).where(VisitRow.order_id == order.id, VisitRow.state.in_(("audited", "published")))
    looked = {(row["item"], row["entry"]): row["look"] for row in visit.checklist["entries"]}
    return {
        "order": order.number,
        "visit": visit.number,
        "entity": visit.entity_key,
        "entries": [
            {"item": one["item"], "entry": one["entry"], "look": looked[one["item"], one["entry"]]}
            for one in order.entries["entries"]
        ],
        "due_on": order.due_on.isoformat(),
        "provisional": order.due_provisional,
        "outcome": order.outcome,
        "closed_on": None if order.closed_on is None else order.closed_on.isoformat(),
        "rechecks": list(session.scalars(made.order_by(VisitRow.id))),
    }


def _concerns(session: Session, actor: Actor, visit: VisitRow) -> bool:
    if actor.role == Role.ENTITY:
        return actor.subject == visit.entity_key
    return may_see(session, actor, visit)
