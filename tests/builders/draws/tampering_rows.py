"""Refused rows and samples: frames, rosters, teams that the rules do not allow, committed and drawn all the same."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

from scoring.sampling.rows import FrameRow

from . import material as m
from .features import Vector
from .making import Change, Made, PartRows, Recipe, written


def row_changes() -> dict[str, tuple[str, Vector]]:
    """Each with the check that refuses it."""

    def frame(code: str, hand: Callable[[FrameRow], FrameRow], **terms: object) -> tuple[str, Vector]:
        rows = [hand(m.entities()[0]), *m.entities()[1:]]
        return code, Vector(written(Made(Recipe(parts=[PartRows(m.part(rows=rows, **terms), rows)])).full()))

    def roster(code: str, **facts: object) -> tuple[str, Vector]:
        people = [m.inspectors()[0]._replace(**facts), *m.inspectors()[1:]]
        return code, Vector(written(Made(Recipe(parts=[PartRows(roster=people)])).full()))

    def made(code: str, **changed: Change) -> tuple[str, Vector]:
        return code, Vector(written(Made(Recipe(change=changed)).full()))

    def rows(hand: Callable[[dict[str, Any]], Any]) -> Change:
        return lambda outcomes: hand(outcomes[0].rows)

    out = {"state": "out", "stratum": "", "reason": "friend", "basis": "letter"}
    return {
        "reason_unknown": frame("F-ROWS", lambda row: row._replace(**out)),
        "weight_where_equal": frame("F-ROWS", lambda row: row._replace(weight=9)),
        "list_longer_than_frame": made("F-COUNT", commitment=_count),
        "avoidance_not_ascending": made("F-AVOID", frozen=_descending),
        "skills_not_ascending": roster("I-ROWS", skills=("lead", "fire")),
        "another_drawn": made("S-DRAWN", outcomes=rows(_swap_drawn)),
        "reserves_in_other_order": made("S-RESERVE", outcomes=rows(_swap_reserves)),
        "another_cut": made("S-CUT", outcomes=rows(lambda lists: lists["cuts"][0].__setitem__(1, "1"))),
        "team_of_one": made("A-TEAM", outcomes=rows(_twice)),
        "team_chosen": made("A-EQUAL", outcomes=rows(_exchange)),
        "seat_left_empty": made("A-PROOF", outcomes=_vacate),
    }


def _count(commitment: dict[str, Any]) -> None:
    commitment["parts"][0]["snapshot"]["count"] += 1


def _descending(frozen: list[Any]) -> None:
    code = frozen[0].frame[0].code
    avoid = frozen[0].avoids[code]._replace(last=("P003", "P002"))
    frozen[0] = m.freeze_again(frozen[0], {**frozen[0].avoids, code: avoid})


def _swap_drawn(lists: dict[str, Any]) -> None:
    spare = next(code for _, _, code in lists["reserves"])
    gone = lists["drawn"][0][0]
    lists["drawn"] = sorted([[spare], *lists["drawn"][1:]])
    lists["teams"] = sorted([spare if code == gone else code, ids] for code, ids in lists["teams"])


def _swap_reserves(lists: dict[str, Any]) -> None:
    first, second = lists["reserves"][:2]
    first[2], second[2] = second[2], first[2]


def _twice(lists: dict[str, Any]) -> None:
    lists["teams"][0][1] = [lists["teams"][0][1][0]] * 2


def _exchange(lists: dict[str, Any]) -> None:
    """Lawful teams of the same people, only not those that the seed gave."""
    teams = [ids for _, ids in lists["teams"]]
    first, second = next(
        (one, other)
        for one, other in combinations(teams, 2)
        if not set(one) & set(other) and "P001" not in (one[0], other[0])
    )
    first[0], second[0] = second[0], first[0]


def _vacate(outcomes: list[Any]) -> None:
    code, team = outcomes[0].rows["teams"][0]
    team[1] = ""
    outcomes[0].short.append([code, 1])
