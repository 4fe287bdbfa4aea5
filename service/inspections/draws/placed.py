"""Whether an entity was in the frame of a draw and what became of it, as the public file has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.codes import CodeError, public_key
from scoring.sampling.strata import code_of
from service.inspections.draws.parts import authorities_of, tasks_of
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import needed
from service.inspections.draws.usecases.concluding import standings
from service.platform import Problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from scoring.sampling.outcome import Outcome
    from scoring.sampling.rows import FrameRow
    from service.inspections.draws.store import Draw


class Placed(NamedTuple):
    """An entity in the frame of one part.

    ``reason``: why it was not drawn from, else "". ``became``: drawn, reserve, not_drawn or out, by the seed.
    ``rank``: among the reserves of its stratum, from 1. ``visited``: whether it is to be visited after every event.
    """

    part: str
    task: str
    authority: str
    code: str
    stratum: str
    reason: str
    became: str
    rank: int | None
    visited: bool


def placed(session: Session, draw: Draw, said: str) -> list[Placed]:
    """The places of an entity, said as callers write its key or as the code it was drawn under, in every part.

    Raises:
        Problem: ``draw_rows_not_open``, ``draw_code_unknown``.
    """
    if needed(session, draw, "commitment")["rows"] != "open":
        raise Problem("draw_rows_not_open", draw=draw.number)
    code, whose, tasks = _code(said), authorities_of(session, draw), tasks_of(session, draw)
    every = zip(rows_of(session, draw), outcomes_of(session, draw), standings(session, draw), strict=True)
    found = []
    for rows, outcome, standing in every:
        row = next((row for row in rows.frame if row.code == code), None)
        if row is not None:
            became, rank = _became(row, outcome)
            visited = code in standing.teams
            place = (rows.part, tasks[rows.part], whose[rows.part], code, row.stratum, row.reason)
            found.append(Placed(*place, became, rank, visited))
    if not found:
        raise Problem("draw_code_unknown", draw=draw.number, sought=said[:80])
    return found


def _code(said: str) -> str:
    try:
        return code_of(str(public_key(said)))
    except CodeError:
        return said


def _became(row: FrameRow, outcome: Outcome) -> tuple[str, int | None]:
    if row.state == "out":
        return "out", None
    if [row.code] in outcome.rows["drawn"]:
        return "drawn", None
    rank = next((rank for _, rank, code in outcome.rows["reserves"] if code == row.code), None)
    return ("not_drawn" if rank is None else "reserve"), rank
