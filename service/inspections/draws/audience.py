"""Who may see what of a draw, and when (docs/draw-protocol.md §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.sampling.strata import code_of
from service import register
from service.inspections.draws.parts import authorities_of, source_of
from service.inspections.draws.store import Draw, acts, document, draw_of, needed, sent_out
from service.platform import Problem, Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Actor

DRAWING = frozenset({Role.HANDLER, Role.APPROVER})


def may_draw(actor: Actor, draw: Draw) -> bool:
    """Whether the caller has the drawing role: a handler or approver of the draw's own authority."""
    return actor.role in DRAWING and actor.authority == draw.authority


def parts_told(session: Session, actor: Actor, draw: Draw) -> frozenset[str]:
    """The parts whose names the drawing role is told: all to the draw's authority, its own to each other one."""
    if actor.role not in DRAWING:
        return frozenset()
    whose = authorities_of(session, draw)
    return frozenset(part for part, authority in whose.items() if actor.authority in {draw.authority, authority})


def names_are_public(session: Session, draw: Draw) -> bool:
    """Whether everyone may know who was drawn: at once, since the dispatch, or since the opening, as the task says."""
    done = {act.kind for act in acts(session, draw)}
    if "void" in done:
        return False
    if "opened" in done:
        return True
    names = needed(session, draw, "commitment")["names"]
    if names == "dispatch":
        return "dispatched" in done
    return names == "open" and document(session, draw, "result") is not None


def names_public(session: Session, number: str) -> bool:
    """``names_are_public`` of a draw by its number.

    Raises:
        Problem: ``draw_not_found``.
    """
    return names_are_public(session, draw_of(session, number))


def veiled(session: Session) -> dict[str, frozenset[str]]:
    """What visits are opened under whose names are not public yet, and the authorities whose drawing role is told."""
    found: dict[str, frozenset[str]] = {}
    for draw in sent_out(session):
        if not names_are_public(session, draw):
            whose = authorities_of(session, draw)
            for part, authority in whose.items():
                found[source_of(draw.number, part, len(whose))] = frozenset({draw.authority, authority})
    return found


def refuse_names(session: Session, actor: Actor, draw: Draw) -> frozenset[str] | None:
    """Refuse the names to whoever may not see them yet.

    Returns:
        The parts that are told, each look being one to be noted; None where everyone may know them all.

    Raises:
        Problem: ``draw_names_hidden``.
    """
    if names_are_public(session, draw):
        return None
    told = parts_told(session, actor, draw)
    if not told:
        raise Problem("draw_names_hidden", draw=draw.number)
    return told


def refuse_full_file(session: Session, actor: Actor, draw: Draw) -> None:
    """The full file is for auditors, and for approvers of an authority above.

    Raises:
        Problem: ``out_of_scope``.
    """
    superior = actor.role == Role.APPROVER and actor.authority != draw.authority
    if not register.reaches_authority(session, actor, draw.authority) or not (superior or actor.role == Role.AUDITOR):
        raise Problem("out_of_scope")


def refuse_public_file(session: Session, draw: Draw) -> None:
    """The public file is public once it was opened.

    Raises:
        Problem: ``draw_not_opened``.
    """
    if not acts(session, draw, "opened"):
        raise Problem("draw_not_opened", draw=draw.number)


def refuse_row(session: Session, actor: Actor, draw: Draw, code: str) -> None:
    """An entity's own row is for itself, for staff of the authorities of the draw and for auditors.

    Raises:
        Problem: ``out_of_scope``, for an entity whatever other code it asks for.
    """
    if actor.role == Role.ENTITY:
        if actor.subject is None or code_of(actor.subject) != code:
            raise Problem("out_of_scope")
    else:
        refuse_stranger(session, actor, draw)


def refuse_stranger(session: Session, actor: Actor, draw: Draw) -> None:
    """Refuse staff whose scope reaches none of the authorities of the draw.

    Raises:
        Problem: ``out_of_scope``.
    """
    whose = {draw.authority, *authorities_of(session, draw).values()}
    if not register.reaches_authority(session, actor, *whose):
        raise Problem("out_of_scope")
