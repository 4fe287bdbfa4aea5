"""Draws that wait for somebody: what is to be done next, and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.inspections.draws.store import Draw, acts, document, seconds, unfinished
from service.inspections.draws.terms import CLOSED_BEFORE_INSTANT
from service.inspections.draws.usecases.attempting import attempt_number
from service.inspections.draws.usecases.voiding import freeze_by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor


def worklist(session: Session, actor: Actor, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Up to ``limit`` unfinished draws of the caller's scope, those due first at the head.

    Each has number, authority, task, step (freeze, close, value, conclude, dispatch, open), due (Unix seconds) and
    whether it is overdue. A prepared draw that is not frozen by then expires.
    """
    found = [_waiting(session, draw, seconds(now)) for draw in unfinished(session) if actor.reaches(draw.authority)]
    return sorted(found, key=lambda row: (row["due"], row["number"]))[:limit]


def expiring(session: Session, now: datetime) -> list[str]:
    """The numbers of prepared draws that can be frozen no more."""
    return [
        draw.number
        for draw in unfinished(session)
        if not acts(session, draw, "frozen") and (freeze_by(session, draw) or now) <= now
    ]


def _waiting(session: Session, draw: Draw, now: int) -> dict[str, Any]:
    commitment = document(session, draw, "commitment")
    if commitment is None:
        until = freeze_by(session, draw)
        step, due = "freeze", now if until is None else seconds(until)
    else:
        step, due = _next_step(session, draw, commitment)
    told = {"number": draw.number, "authority": draw.authority, "task": draw.task}
    return {**told, "step": step, "due": due, "overdue": due <= now}


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
