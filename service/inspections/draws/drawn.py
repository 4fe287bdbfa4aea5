"""What a draw froze, drew and became since, whole: for statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.sampling.bytes import digest
from service.inspections.draws import audience
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import Document, acts, draw_of, events, needed
from service.inspections.draws.usecases.concluding import standings
from service.platform import Problem, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.sampling.outcome import Outcome
    from service.inspections.draws.rows import PartRows
    from service.inspections.draws.standing import Standing
    from service.platform import Actor


class DrawnPart(NamedTuple):
    """A part: its committed ``terms``, the rows frozen, what the seed made of them, where its visits stand now."""

    terms: Mapping[str, Any]
    rows: PartRows
    outcome: Outcome
    standing: Standing


class Drawn(NamedTuple):
    """A draw that has its result. ``result``: digest of that document; ``log``: the events after it."""

    number: str
    authority: str
    task: str
    result: str
    parts: Sequence[DrawnPart]
    log: Sequence[Document]
    void: bool


def drawn(session: Session, number: str) -> Drawn:
    """A draw by its number; nothing is asked about who may see it.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    draw = draw_of(session, number)
    result, commitment = needed(session, draw, "result"), needed(session, draw, "commitment")
    parts = zip(
        commitment["parts"],
        rows_of(session, draw),
        outcomes_of(session, draw),
        standings(session, draw),
        strict=True,
    )
    return Drawn(
        number=number,
        authority=draw.authority,
        task=draw.task,
        result=digest(result),
        parts=[DrawnPart(*each) for each in parts],
        log=events(session, draw),
        void=bool(acts(session, draw, "void")),
    )


def refuse_figures(session: Session, actor: Actor, number: str) -> None:
    """Figures of a draw tell of names: until those are public they are for the drawing role, auditors and those above.

    Raises:
        Problem: ``draw_not_found``, ``out_of_scope``, ``draw_names_hidden``.
    """
    draw = draw_of(session, number)
    if not actor.reaches(draw.authority):
        raise Problem("out_of_scope")
    if audience.may_draw(actor, draw) or actor.role == Role.AUDITOR or audience.names_are_public(session, draw):
        return
    if actor.role != Role.APPROVER:
        raise Problem("draw_names_hidden", draw=number)
