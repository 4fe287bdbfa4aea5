"""Giving a draw up: before its first instant for any reason, after it for few, by the office above; nobody is freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from scoring.sampling.bytes import digest
from service.inspections import plans
from service.inspections.draws.parts import authorities_of, registers_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import Draw, acts, add_act, document, enter, enter_elsewhere, held, seconds
from service.inspections.draws.tables import DrawDebt
from service.inspections.draws.usecases.logging import owe
from service.platform import Problem

if TYPE_CHECKING:
    from service.platform import UnitOfWork

AFTER_INSTANT = frozenset({"secret_missing", "source_absent", "frame_unlawful", "court_order", "verification_failed"})
"""Why a draw may be void once its first instant has passed (docs/draw-protocol.md §3)."""


def propose_void(uow: UnitOfWork, *, draw: str, reason: str) -> None:
    """Ask that a draw be given up.

    Raises:
        Problem: ``draw_not_found``, ``draw_reason_unknown``.
    """
    found = held(uow, draw)
    _refuse_reason(uow, found, reason)
    asked = acts(uow.session, found, "void_proposed")
    if not asked or asked[-1].body["reason"] != reason:
        add_act(uow, found, "void_proposed", body={"reason": reason})


def void_draw(uow: UnitOfWork, *, draw: str) -> None:
    """Give up a draw as another person proposed; every entity that it drew is owed a visit by the next one.

    Raises:
        Problem: ``draw_not_found``, ``draw_void_not_proposed``, ``draw_own_work``, ``draw_reason_unknown``,
            ``draw_superior_needed``.
    """
    plans.keep_tasks_still(uow.session)
    found = held(uow, draw)
    if acts(uow.session, found, "void"):
        return
    asked = acts(uow.session, found, "void_proposed")
    if not asked:
        raise Problem("draw_void_not_proposed", draw=draw)
    if asked[-1].person == staff_code(uow.actor):
        raise Problem("draw_own_work", draw=draw)
    reason = asked[-1].body["reason"]
    ours = {found.authority, *authorities_of(uow.session, found).values()}
    if _refuse_reason(uow, found, reason) and uow.actor.authority in ours:
        raise Problem("draw_superior_needed", draw=draw)
    add_act(uow, found, "void", body={"reason": reason})
    commitment = document(uow.session, found, "commitment")
    if commitment is None:
        return
    whose = registers_of(uow.session, found)
    said = {"by": asked[-1].person, "approved_by": staff_code(uow.actor), "reason": reason}
    enter(uow, found, "void", digest(commitment), **said)
    enter_elsewhere(uow, found, whose, "void", digest(commitment), **said)
    _owe_drawn(uow, found, reason)
    for _, task in whose:
        audit_id = uow.audit("inspections.task_released", task, {"draw": draw})
        plans.hold_task(uow, task=task, draw=draw, held=False, audit_id=audit_id)
    uow.publish("inspections.draw_void", draw, {"task": found.task, "reason": reason})


def _refuse_reason(uow: UnitOfWork, found: Draw, reason: str) -> bool:
    """Whether the first instant has passed, after which only the listed reasons hold.

    Raises:
        Problem: ``draw_reason_unknown``.
    """
    commitment = document(uow.session, found, "commitment")
    late = commitment is not None and seconds(uow.now) >= commitment["attempts"][0]["instant"]
    if late and reason not in AFTER_INSTANT:
        raise Problem("draw_reason_unknown", pointer="/reason", reason=reason[:80])
    return late


def _owe_drawn(uow: UnitOfWork, found: Draw, reason: str) -> None:
    """Owe a visit to everyone whom the draw drew, part by part, unless it owes them already."""
    wanted = select(DrawDebt.authority, DrawDebt.entity).where(DrawDebt.draw_id == found.id)
    known = {(authority or found.authority, entity) for authority, entity in uow.session.execute(wanted)}
    whose = authorities_of(uow.session, found)
    for rows, each in zip(rows_of(uow.session, found), outcomes_of(uow.session, found), strict=False):
        authority = whose[rows.part]
        keys = [rows.keys[code] for (code,) in each.rows["drawn"]]
        owe(uow, found, authority, [key for key in keys if (authority, key) not in known], reason)
