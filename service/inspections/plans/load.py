"""Feasibility and load of a task before its draw: what it would take against what there is, every shortage said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.sampling.sample import Stratum, probability
from scoring.sampling.strata import WEIGHTED
from service import register
from service.inspections.plans.days import day_load
from service.inspections.plans.frame import frame_of, reached
from service.inspections.plans.vocabulary import planning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.inspections.plans.days import DayLoad
    from service.inspections.plans.frame import StratumSize, TaskFrame
    from service.inspections.plans.queries import Task
    from service.register import InspectorRow


class SeatLoad(NamedTuple):
    """One seat of the team: who can fill it, how many visits they may still make, how many are needed."""

    seat: int
    authority: str
    skills: tuple[str, ...]
    inspectors: int
    capacity: int
    needed: int


class Able(NamedTuple):
    """An eligible inspector and the seats that he may still take this year."""

    row: InspectorRow
    left: int


class Feasibility(NamedTuple):
    """The report. ``shortages`` and ``minimum_out_of_reach`` are empty where the task can be carried out in full.

    ``inclusion``: of each tier in the weighted stratum its weight, its entities and the probability [num, den] of each.
    """

    task: str
    on: date
    strata: Sequence[StratumSize]
    excluded: Mapping[str, int]
    visits: int
    reserves: int
    seats: Sequence[SeatLoad]
    inspector_days: DayLoad
    shortages: Sequence[Mapping[str, Any]]
    minimum_out_of_reach: Sequence[Mapping[str, Any]]
    inclusion: Sequence[Mapping[str, Any]]
    pending: int

    @property
    def feasible(self) -> bool:
        """Whether nothing stands in the way that can be known before the draw."""
        return not self.shortages

    def document(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            **self._asdict(),
            "on": self.on.isoformat(),
            "feasible": self.feasible,
            "strata": [{**one._asdict(), "ratio": list(one.ratio)} for one in self.strata],
            "seats": [{**one._asdict(), "skills": list(one.skills)} for one in self.seats],
            "inspector_days": self.inspector_days._asdict(),
            "shortages": list(self.shortages),
            "minimum_out_of_reach": list(self.minimum_out_of_reach),
            "inclusion": list(self.inclusion),
        }


def feasibility(
    session: Session, task: Task, *, left: Mapping[str, int], frame: TaskFrame | None = None
) -> Feasibility:
    """What the task would take on its cut-off day.

    Args:
        session: what is read.
        task: the task.
        left: seats that each eligible inspector may still take in the year of its visits.
        frame: its frame, where that is known already.

    Raises:
        Problem: as ``frame_of``.
    """
    found = frame or frame_of(session, task)
    visits = sum(stratum.draw for stratum in found.strata)
    roster = [Able(row, left.get(row.code, 0)) for row in eligible(session, task)]
    seats = [_seat(number, seat, roster, visits) for number, seat in enumerate(task.body["seats"])]
    days = day_load(
        roster,
        window=task.window,
        calendar=found.edition.calendar,
        per_day=task.body.get("visits_per_day") or planning()["visits_per_day"],
        places=visits * len(seats),
    )
    return Feasibility(
        task=task.number,
        on=task.cut_off_day,
        strata=found.strata,
        excluded=dict(sorted(Counter(row.reason for row in found.rows if row.state == "out").items())),
        visits=visits,
        reserves=sum(stratum.reserves for stratum in found.strata),
        seats=seats,
        inspector_days=days,
        shortages=[*_shortages(seats, roster, visits, found.strata), *_too_few(days)],
        minimum_out_of_reach=_minimum(found),
        inclusion=_inclusion(found),
        pending=len(found.pending),
    )


def eligible(session: Session, task: Task) -> tuple[InspectorRow, ...]:
    """Inspectors of the task's authorities and those below: certified over the window, there on some of its days."""
    first_day, last_day = task.window
    found = register.inspectors(session, authorities=reached(session, task.authorities))
    return tuple(
        row
        for row in found
        if row.certified_through(first_day, last_day)
        and not any(start <= first_day and last_day <= end for start, end in row.leave)
    )


def remaining(rows: Iterable[InspectorRow], used: Mapping[str, int]) -> dict[str, int]:
    """The seats that each inspector may still take, of those he may take in a year; ``used``: taken in it so far."""
    return {row.code: max(row.cap - used.get(row.code, 0), 0) for row in rows}


def fits(row: InspectorRow, seat: Mapping[str, Any]) -> bool:
    """Whether an inspector has the authority and every skill of a seat."""
    return (not seat["authority"] or row.authority == seat["authority"]) and set(seat["skills"]) <= set(row.skills)


def _seat(number: int, seat: Mapping[str, Any], roster: Sequence[Able], visits: int) -> SeatLoad:
    able = [one for one in roster if one.left and fits(one.row, seat)]
    capacity = sum(one.left for one in able)
    return SeatLoad(number, seat["authority"], tuple(seat["skills"]), len(able), capacity, visits)


def _shortages(
    seats: Sequence[SeatLoad], roster: Sequence[Able], visits: int, strata: Sequence[StratumSize]
) -> Iterable[dict[str, Any]]:
    """Every bound that fails: each seat alone, all seats together, and strata too small for their least number."""
    for seat in seats:
        if seat.capacity < seat.needed:
            yield {"what": "seat", "seat": seat.seat, "needed": seat.needed, "capacity": seat.capacity}
    capacity = sum(min(one.left, visits) for one in roster)
    if capacity < visits * len(seats):
        yield {"what": "team", "needed": visits * len(seats), "capacity": capacity}
    for stratum in strata:
        if stratum.size < stratum.at_least:
            yield {
                "what": "stratum",
                "stratum": stratum.stratum,
                "needed": stratum.at_least,
                "capacity": stratum.size,
            }


def _too_few(days: DayLoad) -> Iterable[dict[str, Any]]:
    if days.capacity < days.needed:
        yield {"what": "inspector_days", "needed": days.needed, "capacity": days.capacity}


def _inclusion(frame: TaskFrame) -> list[dict[str, Any]]:
    """With which probability an entity of each tier is drawn where tiers are weighed against each other."""
    rows = [row for row in frame.rows if row.stratum == WEIGHTED]
    if not rows:
        return []
    size = next(one for one in frame.strata if one.stratum == WEIGHTED)
    weights, among = {frame.tiers[row.code]: row.weight for row in rows}, [row.weight for row in rows]
    counts = Counter(frame.tiers[row.code] for row in rows)
    drawn = Stratum("pareto", size.draw)
    return [
        {
            "tier": tier,
            "weight": weight,
            "entities": counts[tier],
            "probability": list(probability(drawn, among, weight)),
        }
        for tier, weight in sorted(weights.items())
    ]


def _minimum(frame: TaskFrame) -> list[dict[str, Any]]:
    """Tiers whose least number of visits this draw alone cannot give: full coverage or another task must."""
    found: list[dict[str, Any]] = []
    for tier in _inclusion(frame):
        entry = frame.edition.frequency.get(tier["tier"])
        (num, den), count = tier["probability"], tier["entities"]
        if entry is not None and entry.min_per_year and num < den:
            unmet = {"stratum": tier["tier"], "min_per_year": entry.min_per_year, "clause": entry.clause}
            found.append({**unmet, "not_drawn": count - count * num // den})
    for stratum in frame.strata:
        entry = frame.edition.frequency.get(stratum.stratum)
        least = None if entry is None else entry.min_per_year
        if least and stratum.draw < stratum.size:
            found.append(
                {
                    "stratum": stratum.stratum,
                    "min_per_year": least,
                    "clause": stratum.clause,
                    "not_drawn": stratum.size - stratum.draw,
                }
            )
    return found
