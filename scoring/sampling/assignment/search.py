"""The search of §7.3 and §7.4: along which path of moves a seat can be taken by somebody with room."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from scoring.sampling.assignment.board import NOBODY
from scoring.sampling.assignment.fitness import bits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.sampling.assignment.board import Board

_START = -1


class Path(NamedTuple):
    """Who takes which seat, all at once; the last seat is the one where the path begins."""

    moves: list[tuple[int, int]]


class Seen(NamedTuple):
    """What a search without success saw: seats, and the inspectors as a set. Nothing in it leads out of it."""

    seats: Iterable[int]
    inspectors: int


class Search:
    """Breadth-first searches over a board that share what is closed.

    ``able``: the set of inspectors that may take a seat, by seat: the fit or the fresh. ``open_seats``: a byte by seat.
    ``open``: the set of inspectors that may be seen.
    """

    def __init__(self, board: Board, able: list[int]) -> None:
        self.board = board
        self.able = able
        self.open_seats = bytearray(b"\x01") * len(able)
        self.open = (1 << len(board.cap)) - 1

    def close(self, seen: Seen) -> None:
        """Leave seats and inspectors out of all later searches."""
        for seat in seen.seats:
            self.open_seats[seat] = 0
        self.open &= ~seen.inspectors

    def run(self, starts: Iterable[int], targets: int) -> Path | Seen:
        """A path from one of the seats ``starts`` to the first of ``targets`` by the rule, or what was seen.

        A seat that nobody unseen may take is not looked at: who could move to it within the visit has been seen or is
        closed, so all his seats have joined or are closed too. Seats join by the handful and are taken out one by one,
        each where it joined first, so that a path found early costs nothing for the seats behind it.
        """
        board, able = self.board, self.able
        came: dict[int, int] = {}
        queue: list[tuple[int, Iterable[int]]] = [(_START, starts)]
        unseen = self.open
        for before, joining in queue:  # grows while it is read
            for seat in joining:
                if seat in came:
                    continue
                came[seat] = before
                if not able[seat] & unseen:
                    continue
                visit = board.visit_of[seat]
                queue.append((seat, self._movers(seat, visit)))
                found = able[seat] & unseen & ~board.team[visit]
                ending = found & targets
                if ending:
                    return self._path(came, seat, (ending & -ending).bit_length() - 1)
                unseen &= ~found
                queue += [(seat, self._held(inspector)) for inspector in bits(found)]
        return Seen(came, self.open & ~unseen)

    def _held(self, inspector: int) -> Iterable[int]:
        return compress(self.board.held[inspector], map(self.open_seats.__getitem__, self.board.held[inspector]))

    def _movers(self, seat: int, visit: int) -> Iterable[int]:
        """The other open seats of the visit whose holders could move to this one."""
        able, holder = self.able[seat], self.board.holder
        for other in self.board.seats_of[visit]:
            inspector = holder[other]
            if other != seat and inspector != NOBODY and self.open_seats[other] and able >> inspector & 1:
                yield other

    def _path(self, came: dict[int, int], seat: int, inspector: int) -> Path:
        moves = []
        while seat != _START:
            moves.append((seat, inspector))
            inspector = self.board.holder[seat]
            seat = came[seat]
        return Path(moves)
