"""The assignment from beginning to end (§7.1 to §7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.sampling.assignment.board import NOBODY, Board
from scoring.sampling.assignment.deal import deal, in_order
from scoring.sampling.assignment.fitness import Fitness, ranked, refuse_twice
from scoring.sampling.assignment.rounds import fill, level
from scoring.sampling.assignment.values import Assigned, Closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.assignment.search import Search
    from scoring.sampling.assignment.values import Visit, Window
    from scoring.sampling.rows import RosterRow


def assign(visits: Sequence[Visit], roster: Sequence[RosterRow], ka: bytes, window: Window) -> Assigned:
    """The teams that the key gives: all seats filled where that is possible at all, otherwise as many as possible.

    ``ka`` is H("key", seed, "assign", part), 32 bytes. The order of ``visits`` and ``roster`` has no effect.

    Raises:
        LawError: ``inspector_twice``, ``visit_twice``; those of ``ticket``.
    """
    refuse_twice(visits)
    fitness = Fitness(ranked(roster, ka), window)
    board = Board(in_order(visits, fitness, ka), fitness)
    deal(board, fitness, ka)
    fill(board, board.fresh)
    search = fill(board, board.fit)
    level(board)
    return _told(board, fitness, search)


def _told(board: Board, fitness: Fitness, search: Search) -> Assigned:
    ids = [row.id for row in fitness.roster]
    teams = [
        (visit.code, tuple(ids[one] if one != NOBODY else "" for one in (board.holder[seat] for seat in seats)))
        for visit, seats in zip(board.visits, board.seats_of, strict=True)
    ]
    names = [(board.visits[visit].code, seat - board.seats_of[visit][0]) for seat, visit in enumerate(board.visit_of)]
    short = sorted(names[seat] for seat in board.empty())
    seats = sorted(names[seat] for seat, open_ in enumerate(search.open_seats) if not open_)
    everybody = (1 << len(ids)) - 1
    return Assigned(tuple(sorted(teams)), tuple(short), Closed(tuple(seats), fitness.ids(everybody & ~search.open)))
