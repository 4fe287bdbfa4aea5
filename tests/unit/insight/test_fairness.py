"""The whole report of drawn parts: silent about an honest draw, told in words of one that somebody steered."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from scoring.sampling import outcome
from scoring.sampling.frozen import committed_part, freeze
from scoring.sampling.rows import FrameRow
from service.insight.fairness import Fairness, report_of
from service.insight.telling import fairness_document, fairness_rows
from service.inspections.draws import Drawn, DrawnPart
from service.inspections.draws.rows import PartRows
from service.inspections.draws.standing import Standing
from tests.builders.draws import material

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("cinema", "net_cafe")
DISTRICTS = ("110101", "110102", "110105")
SIZE = 240
SEEDS = 19
"""So few that no rank is below one in a thousand: teams are told by how far they lie from all others."""
FRAME = [
    FrameRow(f"E{place:03}", KINDS[place % 2], "A" if place < 180 else "B", 1 + place % 3 if place >= 180 else 1)
    for place in range(SIZE)
]
STRATA = [material.stratum("A", 1, 5), material.stratum("B", 2, 5, order="pareto")]
ROSTER = [row._replace(skills=("lead",), load=0, cap=60) for row in material.inspectors(count=8)]
KEYS = {row.code: f"own:{row.code}" for row in FRAME}
REGIONS = {key: DISTRICTS[place % 3] for place, key in enumerate(KEYS.values())}
TIERS = {row.code: "D" if place % 5 == 0 else "A" for place, row in enumerate(FRAME)}
FROZEN = freeze("P1", material.SALT_KEY, FRAME, {}, ROSTER)
PART = committed_part(material.part(rows=FRAME, strata=STRATA), FROZEN)
ROWS = PartRows("P1", FRAME, {}, ROSTER, KEYS, TIERS)


def drawn_by(seed: bytes) -> dict[str, Any]:
    """The rows of the outcome of a seed."""
    (made,) = outcome.drawn({"parts": [PART], "rows": "open"}, [FROZEN], seed)
    return dict(made.rows)


def report(rows: Mapping[str, Any], regions: Mapping[str, str] = REGIONS) -> Fairness:
    made = outcome.Outcome("P1", rows, [])
    part = DrawnPart("T1", "draw:1", PART, ROWS, made, Standing(PART, made, []))
    log = [{"kind": "replace", "reason": "closed", "by": "OP-01", "part": "P1"}] * 2
    found = Drawn("1", "MSA", sha256(b"result").hexdigest(), [part], log, void=False)
    return report_of(found, [regions], seeds=SEEDS)


def warned(found: Fairness) -> set[tuple[str, str]]:
    return {(one["code"], one["dimension"]) for one in fairness_document(found, "en")["warnings"]}


@pytest.mark.parametrize("seed", [b"first", b"second", b"third"])
def test_an_honest_draw_is_not_warned_of(seed: bytes) -> None:
    found = report(drawn_by(sha256(seed).digest()))
    told = fairness_document(found, "en")
    assert told["warnings"] == []
    (part,) = told["parts"]
    assert (part["drawn"], part["frame"], part["task"]) == (60, SIZE, "T1")
    verdicts = {one["dimension"]: one["verdict"] for one in (*part["sampled"], *part["staffing"])}
    assert verdicts == {"stratum": "fixed", **dict.fromkeys(set(verdicts) - {"stratum"}, "fits")}
    assert told["aftermath"] == [{"kind": "replace", "reason": "closed", "by": "OP-01", "events": 2}]
    weighed = next(one for one in part["sampled"] if one["dimension"] == "tier")
    assert sum(one["expected"] for one in weighed["groups"]) == pytest.approx(60, rel=1e-5)
    rows = list(fairness_rows(found))
    assert sum(row[5] for row in rows if row[1] == "pairs" and isinstance(row[5], int)) == 60
    assert {row[1] for row in rows} == {"stratum", "tier", "kind", "district", "inspectors", "pairs"}


def test_a_district_that_is_never_drawn_is_warned_of() -> None:
    rows = drawn_by(sha256(b"steered").digest())
    codes = [row[0] for row in rows["drawn"]]
    free = {
        stratum: [row.code for row in FRAME if row.code not in codes and row.stratum == stratum and spared(row.code)]
        for stratum in ("A", "B")
    }
    moved = {code: code if spared(code) else free[stratum_of(code)].pop() for code in codes}
    found = report(
        {**rows, "drawn": [[moved[code]] for code in codes], "teams": [[moved[c], t] for c, t in rows["teams"]]}
    )
    assert warned(found) == {("unlikely", "district")}
    (warning,) = fairness_document(found, "zh")["warnings"]
    assert warning["text"].startswith("按抽样设计")


VILLAGES = {key: f"V{place % 24:02}" for place, key in enumerate(KEYS.values())}
"""So small that two or three of each are expected: chi-square would have to pool them all."""


def test_districts_too_small_for_chi_square_are_ranked_among_other_draws() -> None:
    rows = drawn_by(sha256(b"steered").digest())
    codes = [row[0] for row in rows["drawn"]]
    (part,) = fairness_document(report(rows, VILLAGES), "en")["parts"]
    districts = next(one for one in part["sampled"] if one["dimension"] == "district")
    assert (districts["pooled"], districts["verdict"], part["redraws"]) == (
        sorted(set(VILLAGES.values())),
        "fits",
        1199,
    )
    assert districts["ranked"]["expected"] == pytest.approx(23, rel=0.03), "on average the degrees of freedom"
    assert districts["ranked"]["p"] > 0.001

    few = {f"V{number:02}" for number in range(9)}
    free = {
        stratum: [
            row.code
            for row in FRAME
            if row.code not in codes and row.stratum == stratum and VILLAGES[KEYS[row.code]] not in few
        ]
        for stratum in ("A", "B")
    }
    moved = [[free[stratum_of(code)].pop() if VILLAGES[KEYS[code]] in few else code] for code in codes]
    assert warned(report({**rows, "drawn": moved}, VILLAGES)) == {("unlikely", "district")}


def spared(code: str) -> bool:
    """Whether it lies outside the district that somebody wants to spare."""
    return REGIONS[KEYS[code]] != "110102"


def stratum_of(code: str) -> str:
    return "A" if int(code[1:]) < 180 else "B"


def test_the_same_pair_every_time_is_warned_of() -> None:
    rows = drawn_by(sha256(b"steered").digest())
    pair = [ROSTER[0].id, ROSTER[1].id]
    found = report({**rows, "teams": [[code, pair] for code, _ in rows["teams"]]})
    assert warned(found) == {("unlikely", one) for one in ("inspectors", "pairs", "balance")}


def test_one_more_of_a_stratum_than_was_committed_is_impossible() -> None:
    rows = drawn_by(sha256(b"steered").digest())
    codes = [row[0] for row in rows["drawn"]]
    more = next(row.code for row in FRAME if row.code not in codes)
    found = report({**rows, "drawn": [*rows["drawn"], [more]]})
    assert ("impossible", "stratum") in warned(found)
