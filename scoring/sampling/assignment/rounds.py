"""Fill and level (§7.3, §7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.sampling.assignment.search import Path, Search

if TYPE_CHECKING:
    from scoring.sampling.assignment.board import Board


def fill(board: Board, able: list[int]) -> Search:
    """Fill empty seats by moving others: as many as those who are ``able`` allow. The search tells what it closed."""
    search = Search(board, able)
    for seat in board.empty():
        if not search.open_seats[seat]:
            continue
        found = search.run((seat,), board.room)
        if isinstance(found, Path):
            board.shift(found.moves)
        else:
            search.close(found)
    return search


def level(board: Board) -> None:
    """Move seats from the busiest to those with at least two fewer, among the fresh, until no such exchange is left."""
    search = Search(board, board.fresh)
    levels = [board.level(inspector) for inspector in range(len(board.cap))]
    while (busiest := _busiest(board, search.open, levels)) is not None:
        targets = _with_fewer(search.open & board.room, levels, levels[busiest] - 2)
        if not targets:
            return
        everybody = search.open
        search.open &= ~(1 << busiest)
        found = search.run(board.held[busiest], targets)
        if isinstance(found, Path):
            search.open = everybody
            board.shift(found.moves)
            levels[busiest] -= 1
            levels[found.moves[0][1]] += 1
        else:
            search.close(found)


def _busiest(board: Board, among: int, levels: list[int]) -> int | None:
    having = [one for one, held in enumerate(board.held) if held and among >> one & 1]
    return max(having, key=levels.__getitem__, default=None)  # the first on ties


def _with_fewer(among: int, levels: list[int], most: int) -> int:
    return sum(1 << one for one, busy in enumerate(levels) if busy <= most and among >> one & 1)
