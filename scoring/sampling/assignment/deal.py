"""The order of visits and the deal (§7.1, §7.2)."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from scoring.sampling.assignment.board import NOBODY
from scoring.sampling.assignment.fitness import cards
from scoring.sampling.bytes import tickets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.assignment.board import Board
    from scoring.sampling.assignment.fitness import Fitness
    from scoring.sampling.assignment.values import Visit


def in_order(visits: Sequence[Visit], fitness: Fitness, ka: bytes) -> list[Visit]:
    """The visits by (least number of fresh inspectors over the seats, T(ka, "visit", code), code)."""
    codes = [visit.code.encode() for visit in visits]
    least = [min((one.bit_count() for one in fitness.fresh(visit)), default=0) for visit in visits]
    by = zip(least, tickets(ka, "visit", codes), codes, visits, strict=True)
    return [visit for *_, visit in sorted(by, key=lambda one: one[:3])]


def deal(board: Board, fitness: Fitness, ka: bytes) -> None:
    """Fill the seats in order with the fresh: least busy first, then least met in this deal, then by the deck."""
    decks = _Decks(board, fitness, ka)
    met: dict[tuple[int, int], int] = {}
    for visit, seats in enumerate(board.seats_of):
        team: list[int] = []
        for seat in seats:
            inspector = decks.first(board.fresh[seat] & ~board.team[visit], team, met)
            if inspector == NOBODY:
                continue
            decks.take(inspector, seat)
            for other in team:
                pair = (other, inspector) if other < inspector else (inspector, other)
                met[pair] = met.get(pair, 0) + 1
            team.append(inspector)


class _Decks:
    """The inspectors with room, one shuffled deck for each number of seats that somebody has."""

    def __init__(self, board: Board, fitness: Fitness, ka: bytes) -> None:
        self.board = board
        self.ids = [row.id for row in fitness.roster]
        self.card = cards(ka)
        self.levels: list[int] = []
        self.decks: dict[int, list[tuple[bytes, int]]] = {}
        self.members: dict[int, int] = {}
        self.cards: dict[int, tuple[bytes, int]] = {}
        for inspector, cap in enumerate(board.cap):
            if cap > 0:
                self._put(inspector)

    def first(self, among: int, team: list[int], met: dict[tuple[int, int], int]) -> int:
        """The least of a set by (load + n, visits shared with the team in this deal, card); ``NOBODY`` of none."""
        for level in self.levels:
            here = among & self.members[level]
            if here:
                return self._least_met(self.decks[level], here, team, met)
        return NOBODY

    @staticmethod
    def _least_met(deck: list[tuple[bytes, int]], among: int, team: list[int], met: dict[tuple[int, int], int]) -> int:
        found, fewest = NOBODY, -1
        for _, inspector in deck:
            if not among >> inspector & 1:
                continue
            shared = sum(met.get((one, inspector) if one < inspector else (inspector, one), 0) for one in team)
            if not shared:
                return inspector
            if found == NOBODY or shared < fewest:
                found, fewest = inspector, shared
        return found

    def take(self, inspector: int, seat: int) -> None:
        """Seat an inspector and put him into the deck of his new level, if he still has room."""
        level = self.board.level(inspector)
        deck = self.decks[level]
        del deck[bisect_left(deck, self.cards.pop(inspector))]
        self.members[level] &= ~(1 << inspector)
        if not deck:
            self.levels.remove(level)
            del self.decks[level], self.members[level]
        self.board.sit(seat, inspector)
        if self.board.room >> inspector & 1:
            self._put(inspector)

    def _put(self, inspector: int) -> None:
        level = self.board.level(inspector)
        own = self.cards[inspector] = (self.card(level, self.ids[inspector]), inspector)
        if level not in self.decks:
            insort(self.levels, level)
            self.decks[level], self.members[level] = [], 0
        insort(self.decks[level], own)
        self.members[level] |= 1 << inspector
