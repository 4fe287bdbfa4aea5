"""Whether teams are lawful by their properties, without the algorithm that made them (A-TEAM)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.sampling.assignment.fitness import Fitness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.sampling.assignment.values import Visit, Window
    from scoring.sampling.rows import RosterRow

Wrong: TypeAlias = Literal[
    "team_missing", "team_unasked", "team_twice", "team_size", "unknown", "unfit", "twice", "cap"
]


class Unlawful(NamedTuple):
    """One property that teams do not have: what, at which visit and seat (-1: the whole team), and who.

    ``team_missing``, ``team_unasked``, ``team_twice``: a visit without a team, a team without a visit, two teams.
    ``team_size``: not one place for each seat. ``unknown``: not on the roster. ``unfit``: for this seat (§7).
    ``twice``: in two seats of a visit. ``cap``: more seats than his cap (code "", seat -1).
    """

    wrong: Wrong
    code: str
    seat: int
    inspector: str


def unlawful(
    teams: Sequence[tuple[str, Sequence[str]]], visits: Sequence[Visit], roster: Sequence[RosterRow], window: Window
) -> list[Unlawful]:
    """Everything unlawful in the teams, in their order; empty where they are lawful. "" is an empty seat."""
    fitness = Fitness(roster, window)
    asked = {visit.code: visit for visit in visits}
    found: list[Unlawful] = []
    seen: set[str] = set()
    for code, team in teams:
        visit = asked.get(code)
        if visit is None or code in seen:
            found.append(Unlawful("team_unasked" if visit is None else "team_twice", code, -1, ""))
        elif len(team) != len(visit.seats):
            found.append(Unlawful("team_size", code, -1, ""))
        else:
            found += _of_team(visit, team, fitness)
        seen.add(code)
    found += [Unlawful("team_missing", visit.code, -1, "") for visit in visits if visit.code not in seen]
    held = Counter(one for _, team in teams for one in team)
    found += [Unlawful("cap", "", -1, row.id) for row in roster if held[row.id] > row.cap]
    return found


def _of_team(visit: Visit, team: Sequence[str], fitness: Fitness) -> Iterator[Unlawful]:
    for seat, (one, fit) in enumerate(zip(team, fitness.fit(visit), strict=True)):
        if not one:
            continue
        number = fitness.number.get(one)
        if number is None:
            yield Unlawful("unknown", visit.code, seat, one)
        elif not fit >> number & 1:
            yield Unlawful("unfit", visit.code, seat, one)
        if one in team[:seat]:
            yield Unlawful("twice", visit.code, seat, one)
