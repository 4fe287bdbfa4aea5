"""Giving a draw up: before its first instant for any reason, after it for few, by the office above; nobody is freed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from scoring.sampling.bytes import digest
from scoring.sampling.transcript import BEGINNING
from service.inspections import plans
from service.inspections.draws.parts import authorities_of, freezing_span, joint_of, registers_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import (
    Draw,
    acts,
    add_act,
    document,
    enter,
    enter_elsewhere,
    enter_for,
    held,
    newest,
    seconds,
)
from service.inspections.draws.tables import DrawDebt
from service.inspections.draws.usecases.attempting import refuse_not_failed
from service.inspections.draws.usecases.logging import owe
from service.platform import Problem, note_override

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

EXPIRED = "expired"
"""Why a number is given up that was prepared and not frozen in the days of its task."""
AFTER_INSTANT = frozenset({"secret_missing", "source_absent", "frame_unlawful", "court_order", "verification_failed"})
"""Why a draw may be void once its first instant has passed (docs/draw-protocol.md §3)."""
LACKING = frozenset({"secret_missing", "source_absent"})
"""Those of them after which nobody can be drawn."""


def propose_void(uow: UnitOfWork, *, draw: str, reason: str) -> None:
    """Ask that a draw be given up.

    Raises:
        Problem: ``draw_not_found``, ``draw_reason_unknown``, and as ``_refuse_undrawn``.
    """
    found = held(uow, draw)
    _refuse_reason(uow, found, reason)
    asked = acts(uow.session, found, "void_proposed")
    if not asked or asked[-1].body["reason"] != reason:
        add_act(uow, found, "void_proposed", body={"reason": reason})


def void_draw(uow: UnitOfWork, *, draw: str) -> None:
    """Give up a draw as another person proposed; every entity that it drew is owed a visit by the next one.

    A number that has no commitment yet is given up in the register likewise: no number is left without its end.

    Raises:
        Problem: ``draw_not_found``, ``draw_void_not_proposed``, ``draw_own_work``, ``draw_reason_unknown``,
            ``draw_superior_needed``, and as ``_refuse_undrawn``.
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
    said = {"authority": found.authority, "reason": reason, "proposed_by": asked[-1].person}
    note_override(uow, "draw_void", draw, **said)
    commitment = document(uow.session, found, "commitment")
    if commitment is None:
        give_number_up(uow, found, reason, by=asked[-1].person, approved_by=staff_code(uow.actor))
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


def expire_draw(uow: UnitOfWork, *, draw: str) -> bool:
    """Give up a number that was prepared and can be frozen no more, because its days are over or its task is gone.

    Returns:
        Whether it was given up now; False for a draw that is frozen, void or still in its days.

    Raises:
        Problem: ``draw_not_found``.
    """
    found = held(uow, draw, anyone=True)
    if acts(uow.session, found, "void", "frozen") or uow.now < (freeze_by(uow.session, found) or uow.now):
        return False
    add_act(uow, found, "void", body={"reason": EXPIRED})
    give_number_up(uow, found, EXPIRED, by=staff_code(uow.actor), approved_by="")
    uow.publish("inspections.draw_expired", draw, {"task": found.task})
    return True


def give_number_up(uow: UnitOfWork, found: Draw, reason: str, *, by: str, approved_by: str) -> None:
    """Enter in the register that a number ended before its commitment: of no document, of no task's commitments."""
    said = f"{reason} ({found.task})"
    enter_for(uow, found, (found.authority, ""), "void", BEGINNING, by=by, approved_by=approved_by, reason=said)


def freeze_by(session: Session, found: Draw) -> datetime | None:
    """Until when a prepared draw can be frozen; None where a task of it is no more."""
    prepared = newest(acts(session, found, "prepared"), "prepared")[""]
    try:
        tasks = [plans.task_of(session, each) for each in (found.task, *_joint_tasks(prepared.body))]
    except Problem:
        return None
    return freezing_span(session, tasks)[1]


def _joint_tasks(terms: Mapping[str, Any]) -> list[str]:
    return [each["task"] for each in joint_of(terms)]


def _refuse_reason(uow: UnitOfWork, found: Draw, reason: str) -> bool:
    """Whether the first instant has passed, after which only the listed reasons hold.

    Raises:
        Problem: ``draw_reason_unknown``, and as ``_refuse_undrawn``.
    """
    commitment = document(uow.session, found, "commitment")
    late = commitment is not None and seconds(uow.now) >= commitment["attempts"][0]["instant"]
    if late and reason not in AFTER_INSTANT:
        raise Problem("draw_reason_unknown", pointer="/reason", reason=reason[:80])
    if late:
        _refuse_undrawn(uow, found, reason)
    return late


def _refuse_undrawn(uow: UnitOfWork, found: Draw, reason: str) -> None:
    """Refuse to give up, after its instant, a draw that can still be drawn: whoever it draws is carried, nobody freed.

    What was never closed has no seed; what lacks its value or its secret for ever is given up for just that reason.

    Raises:
        Problem: ``draw_step_too_early``, and as ``refuse_not_failed``.
    """
    if document(uow.session, found, "closing") is None or document(uow.session, found, "result") is not None:
        return
    if reason not in LACKING:
        raise Problem("draw_step_too_early", draw=found.number, needs="result")
    refuse_not_failed(uow.session, found, reason)


def _owe_drawn(uow: UnitOfWork, found: Draw, reason: str) -> None:
    """Owe a visit to everyone whom the draw drew, part by part, unless it owes them already."""
    wanted = select(DrawDebt.authority, DrawDebt.entity).where(DrawDebt.draw_id == found.id)
    known = {(authority or found.authority, entity) for authority, entity in uow.session.execute(wanted)}
    whose = authorities_of(uow.session, found)
    for rows, each in zip(rows_of(uow.session, found), outcomes_of(uow.session, found), strict=False):
        authority = whose[rows.part]
        keys = [rows.keys[code] for (code,) in each.rows["drawn"]]
        owe(uow, found, authority, [key for key in keys if (authority, key) not in known], reason)
