"""What a draw froze, drew and became since, whole: for statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.sampling.bytes import digest
from service import register
from service.inspections.draws import audience
from service.inspections.draws.parts import authorities_of, source_of, tasks_of
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import Document, acts, draw_of, events, needed
from service.inspections.draws.usecases.concluding import standings
from service.platform import Problem, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.sampling.outcome import Outcome
    from scoring.sampling.rows import FrameRow
    from service.inspections.draws.rows import PartRows
    from service.inspections.draws.standing import Standing
    from service.platform import Actor
_SENT = text("""
SELECT w.number FROM draw w
 WHERE EXISTS (SELECT FROM draw_act a WHERE a.draw_id = w.id AND a.kind = 'dispatched')
   AND NOT EXISTS (SELECT FROM draw_act a WHERE a.draw_id = w.id AND a.kind = 'void')
 ORDER BY w.id
""")


class DrawnPart(NamedTuple):
    """A part: its task, the source of its visits, its committed terms, the rows frozen, what the seed made of them.

    ``standing``: where its visits stand now.
    """

    task: str
    source: str
    terms: Mapping[str, Any]
    rows: PartRows
    outcome: Outcome
    standing: Standing


class Drawn(NamedTuple):
    """A draw that has its result. ``result``: digest of that document; ``log``: the events after it."""

    number: str
    authority: str
    result: str
    parts: Sequence[DrawnPart]
    log: Sequence[Document]
    void: bool


class FramedPart(NamedTuple):
    """A part as it was frozen: its frame, and the public key of each code."""

    draw: str
    part: str
    authority: str
    task: str
    frame: Sequence[FrameRow]
    keys: Mapping[str, str]


def frames_of(session: Session, number: str) -> list[FramedPart]:
    """The parts of a frozen draw; nothing is asked about who may see it.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    draw = draw_of(session, number)
    needed(session, draw, "commitment")
    whose, tasks = authorities_of(session, draw), tasks_of(session, draw)
    return [
        FramedPart(number, rows.part, whose[rows.part], tasks[rows.part], rows.frame, rows.keys)
        for rows in rows_of(session, draw)
    ]


def numbers_sent(session: Session) -> list[str]:
    """The draws that were dispatched and are not void, oldest first; nothing is asked about who may see them."""
    return list(session.scalars(_SENT))


def drawn(session: Session, number: str) -> Drawn:
    """A draw by its number; nothing is asked about who may see it.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    draw = draw_of(session, number)
    result, commitment = needed(session, draw, "result"), needed(session, draw, "commitment")
    tasks = tasks_of(session, draw)
    made = zip(
        commitment["parts"],
        rows_of(session, draw),
        outcomes_of(session, draw),
        standings(session, draw),
        strict=True,
    )
    return Drawn(
        number=number,
        authority=draw.authority,
        result=digest(result),
        parts=[
            DrawnPart(
                tasks[terms["part"]], source_of(number, terms["part"], len(tasks)), terms, rows, outcome, standing
            )
            for terms, rows, outcome, standing in made
        ],
        log=events(session, draw),
        void=bool(acts(session, draw, "void")),
    )


def figures_told(session: Session, actor: Actor, number: str) -> frozenset[str]:
    """The parts of which a caller may see figures, which tell of names.

    Until names are public they are for the drawing role, auditors and approvers above. Empty before the freeze.

    Raises:
        Problem: ``draw_not_found``, ``out_of_scope``, ``draw_names_hidden``.
    """
    draw = draw_of(session, number)
    whose = authorities_of(session, draw)
    whole = register.reaches_authority(session, actor, draw.authority)
    reached = frozenset(
        part for part, code in whose.items() if whole or register.reaches_authority(session, actor, code)
    )
    if not whole and not reached:
        raise Problem("out_of_scope")
    above = actor.role == Role.APPROVER and actor.authority not in {draw.authority, *whose.values()}
    if not whose or above or actor.role == Role.AUDITOR or audience.names_are_public(session, draw):
        return reached
    told = audience.parts_told(session, actor, draw)
    if not told:
        raise Problem("draw_names_hidden", draw=number)
    return told
