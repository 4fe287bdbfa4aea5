"""The order in which the seed put a stratum: tickets, who was drawn, the reserves, and what came of each since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.sampling.outcome import tickets_of
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import needed
from service.inspections.draws.usecases.concluding import seed_and_salt_key, standings
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.sampling.outcome import Outcome
    from scoring.sampling.rows import FrameRow
    from service.inspections.draws.standing import Standing
    from service.inspections.draws.store import Draw

BECAME = ("drawn", "reserve", "not_drawn")
NOW = ("visited", "replaced", "waiting", "none")


class StratumOrder(NamedTuple):
    """A stratum, how many are in it, drawn and held in reserve, and its ladder.

    ``steps``: how many reserves each committed step takes; ``taken``: how many of these steps were taken.
    """

    part: str
    stratum: str
    size: int
    draw: int
    reserves: int
    steps: Sequence[int]
    taken: int


class Ticket(NamedTuple):
    """An entity in the order of its stratum.

    ``place``: from 1; ``ticket``: hexadecimal; ``became``: by the seed; ``rank``: among the reserves; ``now``: after
    every event. A reserve that is visited came in place of ``replaces``, or with step ``step`` from 1.
    """

    place: int
    code: str
    ticket: str
    became: str
    rank: int | None
    now: str
    replaces: str | None
    step: int | None


def strata_of(session: Session, draw: Draw) -> list[StratumOrder]:
    """Every stratum of every part.

    Raises:
        Problem: ``draw_rows_not_open``, ``draw_step_too_early``.
    """
    commitment = needed(session, draw, "commitment")
    if commitment["rows"] != "open":
        raise Problem("draw_rows_not_open", draw=draw.number)
    parts = zip(commitment["parts"], standings(session, draw), strict=True)
    return [_stratum(part["part"], each, standing) for part, standing in parts for each in part["strata"]]


def tickets_in(session: Session, draw: Draw, part: str, stratum: str) -> list[Ticket]:
    """The entities of a stratum drawn from, in its order.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    committed = needed(session, draw, "commitment")["parts"]
    every = zip(committed, rows_of(session, draw), outcomes_of(session, draw), standings(session, draw), strict=True)
    said, rows, outcome, standing = next(one for one in every if one[0]["part"] == part)
    alone = {**said, "strata": [each for each in said["strata"] if each["stratum"] == stratum]}
    keys = _keys(alone, rows.frame, seed_and_salt_key(session, draw)[0])
    became = _became(outcome)
    order = sorted(keys, key=lambda code: (*became.get(code, (2, 0)), keys[code], code))
    return [_ticket(place, code, keys[code], became, standing) for place, code in enumerate(order, 1)]


def _stratum(part: str, each: Mapping[str, Any], standing: Standing) -> StratumOrder:
    steps, left = list(each["steps"]), len(standing.steps[each["stratum"]])
    return StratumOrder(part, each["stratum"], each["size"], each["draw"], each["reserves"], steps, len(steps) - left)


def _keys(part: Mapping[str, Any], frame: Sequence[FrameRow], seed: bytes) -> dict[str, int]:
    return {code: int(key, 16) for code, key in tickets_of(part, frame, seed)}


def _became(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Drawn first, then the reserves by rank."""
    drawn = {code: (0, 0) for code, *_ in outcome.rows["drawn"]}
    return drawn | {code: (1, rank) for _, rank, code in outcome.rows["reserves"]}


def _ticket(place: int, code: str, key: int, became: Mapping[str, tuple[int, int]], standing: Standing) -> Ticket:
    group, rank = became.get(code, (2, 0))
    visited, waits = code in standing.teams, any(code in left for left in standing.reserves.values())
    now = "visited" if visited else "waiting" if waits else "none" if group == len(BECAME) - 1 else "replaced"
    instead = standing.place_of(code) if visited else code
    replaces = None if instead == code else instead
    return Ticket(place, code, f"{key:x}", BECAME[group], rank or None, now, replaces, standing.came_with.get(code))
