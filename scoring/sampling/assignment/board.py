"""Who sits where while teams are made: the seats of all visits in one row, numbered in the order of the visits."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.assignment.fitness import Fitness
    from scoring.sampling.assignment.values import Visit

NOBODY = -1


class Board:
    """The state of an assignment. Inspectors are numbers in the order of rank, seats numbers in the order of visits.

    ``fit`` and ``fresh``: sets of inspectors by seat. ``holder``: an inspector or ``NOBODY`` by seat. ``held``: the
    seats of an inspector, ascending. ``team``: the set of those who hold a seat of a visit. ``room``: the set of those
    with fewer seats than their cap.
    """

    def __init__(self, visits: Sequence[Visit], fitness: Fitness) -> None:
        self.visits = visits
        self.fit: list[int] = []
        self.fresh: list[int] = []
        self.visit_of: list[int] = []
        self.seats_of: list[range] = []
        for number, visit in enumerate(visits):
            self.seats_of.append(range(len(self.fit), len(self.fit) + len(visit.seats)))
            fit = fitness.fit(visit)
            stale = ~fitness.bits_of(visit.last)
            self.fit += fit
            self.fresh += [one & stale for one in fit]
            self.visit_of += [number] * len(fit)
        self.cap = [row.cap for row in fitness.roster]
        self.load = [row.load for row in fitness.roster]
        self.holder = [NOBODY] * len(self.fit)
        self.team = [0] * len(visits)
        self.held: list[list[int]] = [[] for _ in self.cap]
        self.room = sum(1 << i for i, cap in enumerate(self.cap) if cap > 0)

    def level(self, inspector: int) -> int:
        """The seats of this year, those of this draw included: load + n."""
        return self.load[inspector] + len(self.held[inspector])

    def sit(self, seat: int, inspector: int) -> None:
        """Give an empty seat to an inspector."""
        self.holder[seat] = inspector
        self.team[self.visit_of[seat]] |= 1 << inspector
        held = self.held[inspector]
        insort(held, seat)
        if len(held) >= self.cap[inspector]:
            self.room &= ~(1 << inspector)

    def rise(self, seat: int) -> None:
        """Empty a seat that has a holder."""
        inspector = self.holder[seat]
        self.holder[seat] = NOBODY
        self.team[self.visit_of[seat]] &= ~(1 << inspector)
        held = self.held[inspector]
        del held[bisect_left(held, seat)]
        if len(held) < self.cap[inspector]:
            self.room |= 1 << inspector

    def shift(self, moves: Sequence[tuple[int, int]]) -> None:
        """Give the seats of a path to their new holders, all at once: (seat, inspector) each."""
        for seat, _ in moves:
            if self.holder[seat] != NOBODY:
                self.rise(seat)
        for seat, inspector in moves:
            self.sit(seat, inspector)

    def empty(self) -> list[int]:
        """The seats without a holder, in order."""
        return [seat for seat, inspector in enumerate(self.holder) if inspector == NOBODY]
