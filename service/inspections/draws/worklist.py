"""Draws that wait for somebody: what is to be done next or decided, and by when."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service import register
from service.inspections import plans
from service.inspections.draws.parts import authorities_of, joint_of
from service.inspections.draws.proposals import proposals
from service.inspections.draws.store import Draw, acts, document, needed, newest, proposed_of, seconds, unfinished
from service.inspections.draws.terms import CLOSED_BEFORE_INSTANT
from service.inspections.draws.usecases.attempting import attempt_number
from service.inspections.draws.usecases.voiding import freeze_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from service.platform import Actor


def worklist(
    session: Session, actor: Actor, *, now: datetime, limit: int, draw: str | None = None
) -> list[dict[str, Any]]:
    """Up to ``limit`` things that wait in draws of the caller's scope, those due first at the head; in one, if named.

    Each has number, authority, task, step, due (Unix seconds) and whether it is overdue. Of an unfinished draw the step
    is freeze, close, value, conclude, dispatch or open; a prepared one that is not frozen by then expires. ``approve``:
    a part of a joint draw, by its own authority; ``decide``: the ``proposals`` that wait for another person, opened
    draws included; ``void``: a draw that somebody asks to give up.
    """
    unended = [one for one in unfinished(session) if draw in {None, one.number}]
    found = [_waiting(session, one) for one in unended if register.reaches_authority(session, actor, one.authority)]
    for one in unended:
        found += [
            row for row in _unapproved(session, one) if register.reaches_authority(session, actor, row["authority"])
        ]
    for one in proposed_of(session, "proposed", "decided"):
        if draw in {None, one.number}:
            found += _undecided(session, actor, one)
    for one in proposed_of(session, "void_proposed", "void"):
        if draw in {None, one.number} and register.reaches_authority(session, actor, one.authority):
            asked = acts(session, one, "void_proposed")[-1]
            found.append(_told(one, "void", seconds(asked.taken_at)))
    told = [{**row, "overdue": row["due"] <= seconds(now)} for row in found]
    return sorted(told, key=lambda row: (row["due"], row["number"], row["step"]))[:limit]


def expiring(session: Session, now: datetime) -> list[str]:
    """The numbers of prepared draws that can be frozen no more."""
    return [
        draw.number
        for draw in unfinished(session)
        if not acts(session, draw, "frozen") and (freeze_by(session, draw) or now) <= now
    ]


def _told(draw: Draw, step: str, due: int) -> dict[str, Any]:
    return {"number": draw.number, "authority": draw.authority, "task": draw.task, "step": step, "due": due}


def _waiting(session: Session, draw: Draw) -> dict[str, Any]:
    """The next step of an unfinished draw."""
    commitment = document(session, draw, "commitment")
    if commitment is None:
        return _told(draw, "freeze", _frozen_by(session, draw))
    return _told(draw, *_next_step(session, draw, commitment))


def _frozen_by(session: Session, draw: Draw) -> int:
    """Until when it can be frozen; long ago where a task of it is no more."""
    until = freeze_by(session, draw)
    return seconds(draw.prepared_at if until is None else until)


def _unapproved(session: Session, draw: Draw) -> list[dict[str, Any]]:
    """The parts of a joint draw that their own authorities have not approved as the terms stand."""
    if document(session, draw, "commitment") is not None:
        return []
    prepared = newest(acts(session, draw, "prepared"), "prepared")[""]
    said = newest(acts(session, draw, "approved"), "approved")
    approved = {task for task, act in said.items() if act.body == {"prepared": prepared.id}}
    return [
        {**_told(draw, "approve", _frozen_by(session, draw)), "authority": each["authority"], "task": each["task"]}
        for each in joint_of(prepared.body)
        if each["task"] not in approved
    ]


def _undecided(session: Session, actor: Actor, draw: Draw) -> list[dict[str, Any]]:
    """What waits for the other person's decision: as soon as it is proposed, from the first day of visits on.

    Which entity or inspector it is about is not told here.
    """
    whose = authorities_of(session, draw)
    mine = [
        one
        for one in proposals(session, draw)
        if one["state"] == "waiting" and register.reaches_authority(session, actor, draw.authority, whose[one["part"]])
    ]
    if not mine:
        return []
    begins = {part["part"]: _begins(session, part) for part in needed(session, draw, "commitment")["parts"]}
    due = min(max(datetime.fromisoformat(one["proposed_at"]), begins[one["part"]]) for one in mine)
    return [{**_told(draw, "decide", seconds(due)), "proposals": [one["proposal"] for one in mine]}]


def _begins(session: Session, part: Mapping[str, Any]) -> datetime:
    """When the first day of visits of a part begins."""
    zone = ZoneInfo(plans.zone_of(session, part["authority"]))
    return datetime.combine(date.fromisoformat(part["window"][0]), time(), zone)


def _next_step(session: Session, draw: Draw, commitment: Mapping[str, Any]) -> tuple[str, int]:
    """What a frozen draw waits for, and the second by which its commitment has promised it."""
    attempts = commitment["attempts"]
    if document(session, draw, "closing") is None:
        return "close", attempts[0]["instant"] - CLOSED_BEFORE_INSTANT
    if document(session, draw, "entropy") is None:
        return "value", attempts[attempt_number(session, draw) - 1]["deadline"]
    if document(session, draw, "result") is None:
        return "conclude", commitment["result_by"]
    return "open" if acts(session, draw, "dispatched") else "dispatch", commitment["publish_by"]
