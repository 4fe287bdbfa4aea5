"""S: sizes, sample, reserves, cuts and roots recomputed; result and attest registered (sections 4 to 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.kernel.errors import LawError
from scoring.sampling.frozen import sized, weights_of
from scoring.sampling.outcome import ROOTS, selected, tickets_of
from scoring.sampling.sample import is_precise
from scoring.sampling.verify.register import check_registered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case
    from scoring.sampling.views import Seen

NARROW: Final = 5
_COMPUTED: Final = ("draw", "reserves", "certain", "weight_rest")


def check_sizes(case: Case) -> None:
    """S-SIZE, S-WEIGHT, S-NARROW."""
    findings = case.findings
    findings.ok("S-SIZE", "S-WEIGHT", "S-NARROW")
    for part, shown in case.pairs:
        weights = weights_of(shown.frozen.frame) if shown.whole("frame") else None
        try:
            expected = sized(part, weights)
        except LawError as refused:
            findings.fail("S-SIZE", f"{part['part']}/apportion", refused.code, "a total for every stratum")
            continue
        for each, ours in zip(part["strata"], expected, strict=True):
            where = f"{part['part']}/{each['stratum']}"
            for field in _COMPUTED:
                findings.same("S-SIZE", f"{where}/{field}", each[field], ours[field])
            if 0 < each["draw"] < each["size"] < NARROW:
                findings.weak("S-NARROW", "narrow", where)
            if each["order"] == "pareto":
                _check_weights(case, each, weights, where)


def _check_weights(case: Case, each: Mapping[str, Any], weights: dict[str, list[int]] | None, where: str) -> None:
    if weights is None:
        case.findings.unseen("masked", "S-SIZE", "S-WEIGHT")
    elif each["draw"] > each["certain"] and not is_precise(weights.get(each["stratum"], []), each["draw"]):
        case.findings.weak("S-WEIGHT", "imprecise", where)


def check_drawn(case: Case) -> None:
    """S-DRAWN, S-RESERVE, S-CUT: recomputed where frame and seed are open; S-ROOT always."""
    for (part, shown), result in zip(case.pairs, case.result["parts"], strict=True):
        _check_sample(case, part, shown)
        _check_roots(case, shown, result)


def _check_sample(case: Case, part: Mapping[str, Any], shown: Seen) -> None:
    findings, name = case.findings, part["part"]
    counts = {"drawn": ("S-DRAWN", "draw"), "reserves": ("S-RESERVE", "reserves")}
    for rows, (code, field) in counts.items():
        findings.same(code, f"{name}/{rows}", len(shown.rows[rows]), sum(each[field] for each in part["strata"]))
    if case.seed is None or not shown.whole("frame"):
        findings.unseen("masked", "S-DRAWN", "S-RESERVE", "S-CUT")
        return
    found = selected(part, shown.frozen.frame, case.seed)
    expected: dict[str, tuple[str, list[list[Any]]]] = {
        "S-DRAWN": ("drawn", sorted([code] for each in found.values() for code in each.drawn)),
        "S-RESERVE": (
            "reserves",
            [[stratum, rank, code] for stratum, each in found.items() for rank, code in enumerate(each.reserves, 1)],
        ),
        "S-CUT": ("cuts", [[stratum, each.cut, each.reserve_cut] for stratum, each in found.items()]),
    }
    for code, (rows, ours) in expected.items():
        compare_rows(case, code, shown, rows, ours)
    if case.commitment["rows"] == "none":
        compare_rows(case, "S-CUT", shown, "tickets", tickets_of(part, shown.frozen.frame, case.seed))


def compare_rows(case: Case, code: str, shown: Seen, rows: str, ours: list[list[Any]]) -> None:
    """Every open row of a list equals ours in its place."""
    part = shown.part
    if len(shown.rows[rows]) != len(ours):
        case.findings.fail(code, f"{part}/{rows}", len(shown.rows[rows]), len(ours))
        return
    if not shown.whole(rows):
        case.findings.unseen("masked", code)
    case.findings.ok(code)
    for index, (row, expected) in enumerate(zip(shown.rows[rows], ours, strict=True)):
        if not isinstance(row, str) and row[:-1] != expected:
            case.findings.fail(code, f"{part}/{rows}/{index}", row[:-1], expected)
            return


def _check_roots(case: Case, shown: Seen, result: Mapping[str, Any]) -> None:
    closed = case.commitment["rows"] == "none"
    for rows, field in ROOTS.items():
        ours = shown.root(rows) if closed or rows != "tickets" else ""
        case.findings.same("S-ROOT", f"{shown.part}/{field}", result[field], ours)
    if not closed:
        case.findings.same("S-ROOT", f"{shown.part}/tickets", len(shown.rows["tickets"]), 0)


def check_result(case: Case) -> None:
    """S-RESULT: registered once, in time; S-ATTEST: a custodian has run the verifier on the full file."""
    findings = case.findings
    entry = check_registered(case, "S-RESULT", "result")
    if entry is not None:
        late = entry["at"] > case.commitment["result_by"]
        findings.holds("S-RESULT", not late, "register: result/at", entry["at"], case.commitment["result_by"])
    custodians = {
        each["id"]
        for known in case.commitment["secret"]
        for each in known["custodians"]
        if each["organisation"] not in case.authorities
    }
    findings.ok("S-ATTEST")
    for each in case.entries("attest"):
        findings.same("S-ATTEST", "register: attest", each["digest"], case.digests["result"])
    if not custodians & {each["by"] for each in case.entries("attest")}:
        findings.weak("S-ATTEST", "no_attest")
