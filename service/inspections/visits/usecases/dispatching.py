"""Visits of a task, and visits that a case, a complaint or a re-check asks for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service import register
from service.inspections.plans import task_of
from service.inspections.visits.usecases.acting import authority_of
from service.inspections.visits.usecases.opening import Opened, Request, Team, open_requested
from service.inspections.visits.vocabulary import RECHECK, visit_types
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.inspections.plans import Task
    from service.platform import UnitOfWork


def open_visits(
    uow: UnitOfWork,
    *,
    task: str,
    source: str,
    teams: Sequence[Team],
    window: tuple[date, date] | None = None,
    reason: str | None = None,
) -> Opened:
    """Dispatch the visits of a task: of its draw (``draw:<number>``), or of the task itself (``task:<number>``).

    Teams stand in the order in which their entities were drawn. The ledger of every entity is held, so that two
    departments cannot both take its last permitted visit. Visits whose items share a merging group are joined; others
    in the same days are proposed to be. Sent again, it answers with what is there.

    Raises:
        Problem: ``task_not_found``, ``entity_out_of_scope``, ``visit_window_outside_task``, and as ``open_requested``.
    """
    found = task_of(uow.session, task)
    authority_of(uow, found.body["lead"])
    return open_of_task(uow, found, source=source, teams=teams, window=window, reason=reason)


def open_of_task(
    uow: UnitOfWork,
    found: Task,
    *,
    source: str,
    teams: Sequence[Team],
    window: tuple[date, date] | None,
    reason: str | None = None,
) -> Opened:
    """As ``open_visits``; whether the caller may is known."""
    task, days = found.number, window or found.window
    if not (found.window[0] <= days[0] <= days[1] <= found.window[1]):
        raise Problem("visit_window_outside_task", pointer="/first_day", task=task)
    items = [register.inspection_item(uow.session, code, on=days[0]) for code in found.body["items"]]
    request = Request(
        source=source,
        series=task,
        type=visit_types()[found.body["channel"]],
        task=task,
        authority=found.body["lead"],
        authorities=found.authorities,
        items=items,
        kinds=frozenset(found.body["kinds"]),
        method=found.body["method"],
        window=days,
        deadline=date.fromisoformat(found.body["deadline"]),
        reason=reason,
    )
    return open_requested(uow, request, [Team(*team) for team in teams])


def open_triggered(
    uow: UnitOfWork,
    *,
    type_: str,
    authority: str,
    source: str,
    items: Sequence[str],
    team: Team,
    window: tuple[date, date],
    method: str,
    reason: str,
) -> Opened:
    """Dispatch one visit outside every draw, for a stated reason: a case, a complaint, a special inspection.

    It counts against the yearly cap like any other; beyond the cap only types that may be are taken.

    Raises:
        Problem: ``visit_type_unknown``, ``entity_authority_unknown``, ``entity_out_of_scope``,
            ``inspection_item_not_found``, ``visit_cap_reached``, and as ``open_requested``.
    """
    kind = visit_types().get(type_)
    if kind is None or kind.code == RECHECK:
        raise Problem("visit_type_unknown", pointer="/type", type=type_)
    owner = authority_of(uow, authority)
    found = [register.inspection_item(uow.session, code, on=window[0]) for code in items]
    request = Request(
        source=source,
        series=f"{owner.region}-{window[0].year}-{kind.code.upper()}",
        type=kind,
        task=None,
        authority=authority,
        authorities=(authority,),
        items=found,
        kinds=frozenset(kind for item in found for kind in item.kinds),
        method=method,
        window=window,
        deadline=window[1],
        reason=reason,
    )
    opened = open_requested(uow, request, [team])
    for refused in opened.refused.values():
        raise refused
    return opened
