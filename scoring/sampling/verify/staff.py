"""I and A: the roster, and the teams by property, by recomputation and by the bound (section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.sampling.staffing import broken_property, fewest_fit, in_the_way, proof_fails, staffed
from scoring.sampling.verify.drawn import compare_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case
    from scoring.sampling.views import Seen

FEW: Final = 5
_ON_LAWFUL: Final = ("A-EQUAL", "A-PROOF", "A-CHOICE")
"""What is asked of lawful teams alone."""


def check_roster(case: Case) -> None:
    """I-ROOT, I-ROWS."""
    findings = case.findings
    for part, shown in case.pairs:
        roster, name = part["roster"], part["part"]
        findings.same("I-ROOT", f"{name}/roster/size", len(shown.rows["roster"]), roster["size"])
        findings.same("I-ROOT", f"{name}/roster/root", shown.root("roster"), roster["root"])
        findings.ok("I-ROWS")
        if not shown.whole("roster"):
            findings.unseen("masked", "I-ROWS")
        for row in shown.frozen.roster:
            where = f"{name}/roster/{row.id}"
            findings.holds("I-ROWS", list(row.skills) == sorted(set(row.skills)), where, row.skills, "ascending skills")
            findings.holds("I-ROWS", row.valid_from <= row.valid_to, where, row.valid_from, "before valid_to")


def check_teams(case: Case) -> None:
    """Every A check, on rows that are open. Teams that are not lawful are compared no further."""
    for (part, shown), result in zip(case.pairs, case.result["parts"], strict=True):
        _check_short(case, part["part"], shown, result["short"])
        codes = [row[0] for row in shown.open("drawn")]
        ids = [row.id for row in shown.frozen.roster]
        if not shown.whole("roster", "drawn", "teams") or set(codes) - shown.frozen.avoids.keys():
            case.findings.unseen("masked", "A-TEAM", *_ON_LAWFUL)
        elif len(set(ids)) < len(ids) or len(set(codes)) < len(codes):
            case.findings.fail("A-TEAM", f"{part['part']}/roster", "a code twice", "each code once")
            case.findings.unseen("not_reached", *_ON_LAWFUL)
        elif [row[0] for row in shown.open("teams")] != codes:
            case.findings.fail("A-TEAM", f"{part['part']}/teams", "other entities", "a team for each drawn entity")
            case.findings.unseen("not_reached", *_ON_LAWFUL)
        else:
            _check_lawful(case, part, shown, codes)


def _check_short(case: Case, name: str, shown: Seen, told: int) -> None:
    findings = case.findings
    empty = [[code, seat] for code, ids, _ in shown.open("teams") for seat, one in enumerate(ids) if not one]
    findings.same("A-SHORT", f"{name}/short", len(shown.short), told)
    if shown.whole("teams"):
        findings.same("A-SHORT", f"{name}/short", [list(each) for each in shown.short], empty)
    else:
        findings.unseen("masked", "A-SHORT")
    if empty or shown.short:
        findings.weak("A-SHORT", "seats_short", name)


def _check_lawful(case: Case, part: Mapping[str, Any], shown: Seen, codes: list[str]) -> None:
    findings, name = case.findings, part["part"]
    teams = {code: list(ids) for code, ids, _ in shown.open("teams")}
    wrong = broken_property(part, shown.frozen, teams)
    if not findings.same("A-TEAM", f"{name}/teams", wrong, ""):
        findings.unseen("not_reached", *_ON_LAWFUL)
        return
    few = fewest_fit(part, shown.frozen, codes)
    findings.ok("A-CHOICE")
    if few is not None and few[1] < FEW:
        findings.weak("A-CHOICE", "few_fit", f"{name}/{few[0]}")
    findings.same("A-PROOF", f"{name}/short", proof_fails(part, shown.frozen, teams), "")
    if any("" in ids for ids in teams.values()):
        findings.tell("A-PROOF", "bound", name, *in_the_way(part, shown.frozen, teams))
    if case.seed is None:
        findings.unseen("not_opened", "A-EQUAL")
        return
    ours, _ = staffed(part, shown.frozen, codes, case.seed)
    compare_rows(case, "A-EQUAL", shown, "teams", [[code, ours[code]] for code in codes])
