"""Teams for the visits of a part: the assignment of section 7 applied to committed terms and frozen rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sampling.assignment import (
    Seat,
    StandIns,
    Visit,
    Window,
    assign,
    fit_counts,
    proof,
    seats_held,
    unlawful,
)
from scoring.sampling.assignment.fitness import Fitness
from scoring.sampling.bytes import h
from scoring.sampling.rows import Avoid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from scoring.sampling.frozen import Frozen


def staffed(
    part: Mapping[str, Any], frozen: Frozen, codes: Sequence[str], seed: bytes
) -> tuple[dict[str, list[str]], list[list[Any]]]:
    """Each visit's team, "" in an empty seat, and the empty seats as [code, seat from 0].

    Raises:
        LawError: ``inspector_twice``, ``visit_twice``.
    """
    key = h("key", seed, "assign", part["part"])
    found = assign(_visits(part, frozen, codes), frozen.roster, key, _window(part))
    return {code: list(ids) for code, ids in found.teams}, [list(each) for each in found.short]


def broken_property(part: Mapping[str, Any], frozen: Frozen, teams: Mapping[str, Sequence[str]]) -> str:
    """What is unlawful about teams, whatever made them; "" if nothing is."""
    found = unlawful(list(teams.items()), _visits(part, frozen, teams), frozen.roster, _window(part))
    return " ".join(map(str, found[0])) if found else ""


def proof_fails(part: Mapping[str, Any], frozen: Frozen, teams: Mapping[str, Sequence[str]]) -> str:
    """Why the empty seats of lawful teams are not shown to be unavoidable; "" if they are."""
    found = proof(list(teams.items()), _visits(part, frozen, teams), frozen.roster, _window(part))
    return "" if found.proves else f"{found.caps} + {found.others} over {found.filled}, {found.outside} outside"


def in_the_way(part: Mapping[str, Any], frozen: Frozen, teams: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Why no assignment fills more of the seats of lawful teams, in words: the seats X, then N with what they can take.

    Both are "" where no seat is empty.
    """
    found = proof(list(teams.items()), _visits(part, frozen, teams), frozen.roster, _window(part))
    seats = " ".join(f"{code}/{seat + 1}" for code, seat in found.closed.seats)
    people = " ".join(found.closed.inspectors) or "—"
    return seats, f"{people} ({found.caps}) + {found.others} = {found.filled}" if seats else ""


def fewest_fit(part: Mapping[str, Any], frozen: Frozen, codes: Sequence[str]) -> tuple[str, int] | None:
    """The first visit with the fewest inspectors fit for one of its seats, and how many; None without visits."""
    counts = fit_counts(_visits(part, frozen, codes), frozen.roster, _window(part))
    return min(((code, min(each)) for code, each in counts.items()), key=lambda found: found[1], default=None)


def stand_in(
    part: Mapping[str, Any],
    frozen: Frozen,
    teams: Mapping[str, Sequence[str]],
    *,
    left: Collection[str],
    seat: tuple[str, int],
    seed: bytes,
) -> str:
    """The next inspector, in the order of the visit, who may take the seat of the one who leaves; "" if none may.

    ``teams``: of all visits at this time, he who leaves included. ``left``: all who have left this visit.
    """
    code, number = seat
    visit = _visits(part, frozen, [code])[0]
    order = StandIns(seed, part["part"], frozen.roster, _window(part))
    return order.next(visit, number, team=teams[code], held=seats_held(teams.items()), left=left)


def unfit_seats(part: Mapping[str, Any], frozen: Frozen, code: str, team: Sequence[str]) -> list[int]:
    """The seats of a team taken over for this entity whose holders may not take them here."""
    fitness = Fitness(frozen.roster, _window(part))
    fit = fitness.fit(_visits(part, frozen, [code])[0])
    return [seat for seat, one in enumerate(team) if one and not fit[seat] & fitness.bits_of((one,))]


def _visits(part: Mapping[str, Any], frozen: Frozen, codes: Iterable[str]) -> list[Visit]:
    seats = tuple(Seat(each["authority"], tuple(each["skills"])) for each in part["seats"])
    return [Visit(code, seats, *frozen.avoids.get(code, Avoid())) for code in codes]


def _window(part: Mapping[str, Any]) -> Window:
    first, last = part["window"]
    return Window(first, last)
