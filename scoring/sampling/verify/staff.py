"""I and A: the roster, and the teams by property, by recomputation and by the bound (section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.sampling.staffing import broken_property, fewest_fit, proof_fails, staffed
from scoring.sampling.verify.drawn import compare_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case
    from scoring.sampling.views import Seen

FEW: Final = 5


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
    """Every A check, on rows that are open."""
    findings = case.findings
    for part, shown in case.pairs:
        codes = [row[0] for row in shown.open("drawn")]
        if [row[0] for row in shown.open("teams")] != codes and shown.whole("drawn", "teams"):
            findings.fail("A-TEAM", f"{part['part']}/teams", "other entities", "a team for each drawn entity")
            continue
        _check_short(case, part, shown)
        needed = {row[0] for row in shown.open("drawn")} - shown.frozen.avoids.keys()
        ids = [row.id for row in shown.frozen.roster]
        if len(set(ids)) < len(ids) or len(set(codes)) < len(codes):
            findings.fail("A-TEAM", f"{part['part']}/roster", "a code twice", "each code once")
        elif not shown.whole("roster", "drawn", "teams") or needed:
            findings.unseen("masked", "A-TEAM", "A-EQUAL", "A-PROOF", "A-CHOICE")
        else:
            _check_lawful(case, part, shown, codes)


def _check_short(case: Case, part: Mapping[str, Any], shown: Seen) -> None:
    empty = [[code, seat] for code, ids, _ in shown.open("teams") for seat, one in enumerate(ids) if not one]
    if not shown.whole("teams"):
        case.findings.unseen("masked", "A-SHORT")
    else:
        case.findings.same("A-SHORT", f"{part['part']}/short", [list(each) for each in shown.short], empty)
    if empty:
        case.findings.weak("A-SHORT", "seats_short", part["part"])


def _check_lawful(case: Case, part: Mapping[str, Any], shown: Seen, codes: list[str]) -> None:
    findings, name = case.findings, part["part"]
    teams = {code: list(ids) for code, ids, _ in shown.open("teams")}
    wrong = broken_property(part, shown.frozen, teams)
    if not findings.same("A-TEAM", f"{name}/teams", wrong, ""):
        return
    few = fewest_fit(part, shown.frozen, codes)
    findings.ok("A-CHOICE")
    if few is not None and few[1] < FEW:
        findings.weak("A-CHOICE", "few_fit", f"{name}/{few[0]}")
    findings.same("A-PROOF", f"{name}/short", proof_fails(part, shown.frozen, teams), "")
    if case.seed is None:
        findings.unseen("not_opened", "A-EQUAL")
        return
    ours, _ = staffed(part, shown.frozen, codes, case.seed)
    compare_rows(case, "A-EQUAL", shown, "teams", [[code, ours[code]] for code in codes])
