"""Visits and rosters in few words, and many small ones by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.sampling.assignment import Seat, Visit, Window
from scoring.sampling.rows import RosterRow

if TYPE_CHECKING:
    from tests.builders.dice import Dice

KA = bytes(range(32))
WINDOW = Window("2027-03-01", "2027-05-31")
LEAD = Seat("", ("lead",))
ANY = Seat("", ())


def inspector(
    name: str, *skills: str, cap: int = 2, load: int = 0, authority: str = "MSA", valid: str = "2026-01-01/2028-12-31"
) -> RosterRow:
    first, last = valid.split("/")
    return RosterRow(name, authority, skills, cap, load, first, last)


def visit(code: str, *seats: Seat, recused: tuple[str, ...] = (), last: tuple[str, ...] = ()) -> Visit:
    return Visit(code, seats or (LEAD, ANY), recused, last)


def small_case(dice: Dice) -> tuple[list[Visit], list[RosterRow]]:
    """One of many small instances, some roomy, some tight, some infeasible, all with the odds against an easy deal."""
    roster = [
        inspector(
            f"P{i}",
            *dice.some(("lead", "food", "gas")),
            cap=dice.pick((2, 0, 1, 1, 3)),
            load=dice.pick((0, 0, 1, 3)),
            authority=dice.pick(("MSA", "FIRE")),
            valid="2026-01-01/2027-04-01" if dice.below(10) == 9 else "2026-01-01/2028-12-31",
        )
        for i in range(1 + dice.below(6))
    ]
    ids = [row.id for row in roster]
    skills = (("lead",), (), (), ("food",), ("food", "gas"))
    seats = [Seat(dice.pick(("", "", "MSA", "FIRE")), dice.pick(skills)) for _ in range(dice.pick((2, 2, 3)))]
    visits = [
        visit(f"E{v}", *seats, recused=dice.some(ids, 2), last=dice.some(ids, 3)) for v in range(1 + dice.below(5))
    ]
    return visits, roster
