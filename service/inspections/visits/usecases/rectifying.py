"""Orders to correct: opened by an audit, looked at again by a re-check, closed with an outcome that is evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service import evidence, register
from service.inspections.plans import person_of
from service.inspections.visits.reading import may_see
from service.inspections.visits.tables import RectificationOrder, VisitRow
from service.inspections.visits.usecases.acting import note, today_of
from service.inspections.visits.usecases.opening import Opened, Request, Team, open_requested
from service.inspections.visits.vocabulary import RECHECK, corrected_by, endings, visit_types
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from service.platform import UnitOfWork

SOURCE = "rectification"
"""Source of the events that orders end in; the reference is the order's number."""


def open_order(
    uow: UnitOfWork,
    visit: VisitRow,
    *,
    failed: Sequence[Mapping[str, Any]],
    events: Mapping[tuple[str, str], int],
    today: date,
    rectify_by: date | None,
) -> str:
    """Order that what was found be corrected by a day; returns the order's number."""
    due, provisional = (rectify_by, False) if rectify_by is not None else corrected_by(today)
    number = f"{visit.number}-Z"
    entries = [
        {"item": row["item"], "entry": row["entry"], "event": events.get((row["item"], row["entry"]))} for row in failed
    ]
    audit_id = uow.audit("inspections.rectification_ordered", number, {"due_on": due.isoformat()})
    uow.session.add(
        RectificationOrder(
            number=number,
            visit_id=visit.id,
            entity_id=visit.entity_id,
            entries={"entries": entries},
            due_on=due,
            due_provisional=provisional,
            audit_id=audit_id,
        )
    )
    uow.session.flush()
    return number


def open_recheck(uow: UnitOfWork, *, order: str, team: Team, window: tuple[date, date], method: str) -> Opened:
    """Dispatch a re-check of an open order: of the entries that failed, and of nothing else. It counts against no cap.

    Raises:
        Problem: ``order_not_found``, ``order_closed``, and as ``open_requested``.
    """
    row, visit = _held_order(uow, order)
    entries = row.entries["entries"]
    on = visit.held_on or visit.first_day
    codes = dict.fromkeys(one["item"] for one in entries)
    items = [register.inspection_item(uow.session, code, on=on) for code in codes]
    n = len(uow.session.scalars(select(VisitRow.id).where(VisitRow.order_id == row.id)).all()) + 1
    request = Request(
        source=f"order:{order}:{n}",
        series=order,
        type=visit_types()[RECHECK],
        task=visit.task,
        authority=visit.authority,
        authorities=visit.authorities,
        items=items,
        kinds=frozenset(kind for item in items for kind in item.kinds),
        method=method,
        window=window,
        deadline=window[1],
        order_id=row.id,
        only=frozenset((one["item"], one["entry"]) for one in entries),
    )
    return open_requested(uow, request, [team._replace(key=visit.entity_key)])


def close_order(uow: UnitOfWork, *, order: str, outcome: str, on: date, basis: str) -> None:
    """Close an order on papers, without a visit.

    Raises:
        Problem: ``order_not_found``, ``order_closed``, ``order_outcome_unknown``, ``order_day_wrong``.
    """
    row, visit = _held_order(uow, order)
    if outcome not in endings():
        raise Problem("order_outcome_unknown", pointer="/outcome", outcome=outcome[:40])
    late = on > row.due_on
    fits = {"performed": not late, "performed_late": late, "not_performed": late}
    if on > today_of(uow, visit) or not fits.get(outcome, True):
        raise Problem("order_day_wrong", pointer="/on", day=on, due=row.due_on, outcome=outcome)
    _close(uow, row, visit, outcome, on=on, basis=basis)


def settle_by_recheck(uow: UnitOfWork, recheck: VisitRow, *, performed: bool, on: date) -> None:
    """What an audited re-check says of its order: performed in time or late; not performed once it is overdue."""
    row = uow.session.get_one(RectificationOrder, recheck.order_id, with_for_update=True)
    if row.outcome is not None:
        return
    late = on > row.due_on
    if not performed and not late:
        return
    outcome = ("performed_late" if late else "performed") if performed else "not_performed"
    visit = uow.session.get_one(VisitRow, row.visit_id)
    _close(uow, row, visit, outcome, on=on, basis=recheck.number)


def _held_order(uow: UnitOfWork, number: str) -> tuple[RectificationOrder, VisitRow]:
    wanted = select(RectificationOrder).where(RectificationOrder.number == number).with_for_update()
    row = uow.session.scalars(wanted).one_or_none()
    visit = None if row is None else uow.session.get_one(VisitRow, row.visit_id)
    if row is None or visit is None or not may_see(uow.session, uow.actor, visit):
        raise Problem("order_not_found", order=number[:80])
    if row.outcome is not None:
        raise Problem("order_closed", order=number, outcome=row.outcome)
    return row, visit


def _close(uow: UnitOfWork, row: RectificationOrder, visit: VisitRow, outcome: str, *, on: date, basis: str) -> None:
    """Close the order and record what that is: an event, and the acts that say when what was found was corrected."""
    ending = endings()[outcome]
    catalogue = evidence.read_catalogue(uow.session)
    today = today_of(uow, visit)
    body = {
        "source": SOURCE,
        "source_ref": row.number,
        "entity": visit.entity_key,
        "code": ending.event,
        "decided_on": today.isoformat(),
        "case_ref": visit.number,
    }
    evidence.record_body(uow=uow, body=body, catalogue=catalogue)
    for one in row.entries["entries"]:
        if ending.rectified and one["event"] is not None:
            act = {
                "source": SOURCE,
                "source_ref": f"{row.number}/{one['item']}/{one['entry']}",
                "act": "rectified",
                "acted_on": on.isoformat(),
                "reason": basis,
            }
            evidence.record_own_act(uow=uow, event_id=one["event"], body=act, catalogue=catalogue)
    row.outcome, row.closed_on, row.basis, row.closed_by = outcome, on, basis, person_of(uow)
    note(uow, visit, "order_closed", detail={"order": row.number, "outcome": outcome, "on": on.isoformat()})
