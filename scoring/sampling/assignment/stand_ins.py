"""Who comes when somebody leaves a team, and what a reserve changes (§7.6)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.sampling.assignment.fitness import Fitness
from scoring.sampling.bytes import h, tickets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from scoring.sampling.assignment.values import Visit, Window
    from scoring.sampling.rows import RosterRow


class StepIn(NamedTuple):
    """One change of a team: the seat by index, who left it, who took it ("" where nobody could)."""

    seat: int
    left: str
    came: str


def seats_held(teams: Iterable[tuple[str, Sequence[str]]]) -> dict[str, int]:
    """The seats that each inspector has in these teams, n of §7."""
    return dict(Counter(one for _, team in teams for one in team if one))


class StandIns:
    """The order in which inspectors stand in, for one draw part.

    ``seed``: 32 bytes; ``part``: its id. Every answer follows from the arguments alone.
    """

    def __init__(self, seed: bytes, part: str, roster: Sequence[RosterRow], window: Window) -> None:
        self._seed = seed
        self._part = part
        self._fitness = Fitness(roster, window)

    def order(self, code: str) -> list[str]:
        """All inspectors in the order of a visit: T(H("key", seed, "step", part, code), "step", id), then id."""
        ids = [row.id.encode() for row in self._fitness.roster]
        key = h("key", self._seed, "step", self._part, code)
        return [one.decode() for _, one in sorted(zip(tickets(key, "step", ids), ids, strict=True))]

    def next(
        self, visit: Visit, seat: int, *, team: Sequence[str], held: Mapping[str, int], left: Collection[str]
    ) -> str:
        """Who takes the seat that its holder leaves: the first in order who may, "" where nobody may.

        ``team``: the holders by seat, he who leaves included. ``held``: the seats of each in this draw at this time.
        ``left``: all who have left this visit before, skipped ones included.
        """
        able = self._fitness.fit(visit)[seat] & ~self._fitness.bits_of((*team, *left))
        for one in self.order(visit.code):
            i = self._fitness.number[one]
            if able >> i & 1 and held.get(one, 0) < self._fitness.roster[i].cap:
                return one
        return ""

    def take_over(self, visit: Visit, *, team: Sequence[str], held: Mapping[str, int]) -> list[StepIn]:
        """The changes when a reserve takes over a team: each holder who is not fit for it is stood in for, by seat.

        ``visit``: the reserve's, whose order counts. ``team``: of the entity that it replaces. A seat that was empty
        stays empty: missing inspectors come only by a new commitment.
        """
        fit, now, count = self._fitness.fit(visit), list(team), dict(held)
        steps: list[StepIn] = []
        for seat, one in enumerate(team):
            if not one or fit[seat] & self._fitness.bits_of((one,)):
                continue
            came = self.next(visit, seat, team=now, held=count, left=[step.left for step in steps])
            steps.append(StepIn(seat, one, came))
            now[seat] = came
            count[one] = count.get(one, 0) - 1
            if came:
                count[came] = count.get(came, 0) + 1
        return steps
