"""Why no assignment can fill more seats (§7.5): the bound that anyone can count (A-PROOF)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.sampling.assignment.board import Board
from scoring.sampling.assignment.fitness import Fitness, bits
from scoring.sampling.assignment.search import Path, Search
from scoring.sampling.assignment.values import Closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.assignment.values import Visit, Window
    from scoring.sampling.rows import RosterRow


class Bound(NamedTuple):
    """The two sides of Σ cap over N + #{(i, v): i not in N, fit for a seat of X at v} = |X| − empty seats.

    ``caps`` and ``others`` bound from above how many seats of X any assignment fills; ``filled`` are the seats of X
    that have a holder here. ``outside``: empty seats that are not in X, which the bound does not explain.
    """

    closed: Closed
    caps: int
    others: int
    filled: int
    outside: int

    @property
    def proves(self) -> bool:
        """Whether no assignment can leave fewer seats empty."""
        return self.outside == 0 and self.caps + self.others == self.filled


def bound(
    teams: Sequence[tuple[str, Sequence[str]]],
    closed: Closed,
    *,
    visits: Sequence[Visit],
    roster: Sequence[RosterRow],
    window: Window,
) -> Bound:
    """Count the bound that X and N of ``closed`` give for lawful teams. It needs nothing of how they were made."""
    fitness = Fitness(roster, window)
    named = fitness.bits_of(closed.inspectors)
    by_code: dict[str, list[int]] = {}
    for code, seat in closed.seats:
        by_code.setdefault(code, []).append(seat)
    others = 0
    for visit in visits:
        fit = fitness.fit(visit) if visit.code in by_code else []
        able = 0
        for seat in by_code.get(visit.code, ()):
            able |= fit[seat]
        others += (able & ~named).bit_count()
    empty = {(code, seat) for code, team in teams for seat, one in enumerate(team) if not one}
    in_the_way = set(closed.seats)
    caps = sum(roster[i].cap for i in bits(named))
    return Bound(closed, caps, others, len(in_the_way - empty), len(empty - in_the_way))


def proof(
    teams: Sequence[tuple[str, Sequence[str]]], visits: Sequence[Visit], roster: Sequence[RosterRow], window: Window
) -> Bound:
    """Find X and N for lawful teams and count the bound: it proves exactly where the teams leave the fewest empty.

    X and N are what can be reached from the empty seats; if somebody with room can be, the bound proves nothing.
    """
    fitness = Fitness(roster, window)
    board = Board(visits, fitness)
    number = {visit.code: i for i, visit in enumerate(visits)}
    for code, team in teams:
        for seat, one in zip(board.seats_of[number[code]], team, strict=True):
            if one:
                board.sit(seat, fitness.number[one])
    found = Search(board, board.fit).run(board.empty(), board.room)
    if isinstance(found, Path):
        return bound(teams, Closed(), visits=visits, roster=roster, window=window)
    seats = ((board.visits[board.visit_of[seat]].code, seat) for seat in found.seats)
    names = sorted((code, seat - board.seats_of[number[code]][0]) for code, seat in seats)
    closed = Closed(tuple(names), fitness.ids(found.inspectors))
    return bound(teams, closed, visits=visits, roster=roster, window=window)
