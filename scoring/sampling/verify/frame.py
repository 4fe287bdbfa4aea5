"""F and the roster: rows, their roots, counts, avoidance, the carried (sections 2, 3, 9)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import lt
from typing import TYPE_CHECKING

from scoring.sampling.leaves import avoid_digest
from scoring.sampling.rows import REASONS
from scoring.sampling.verify.times import CARRIED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from scoring.sampling.rows import FrameRow
    from scoring.sampling.verify.case import Case
    from scoring.sampling.views import Seen

BELONGS_NOT = frozenset({"closed", "deregistered", "moved"})
"""What the register confirms of an entity that is then not carried into the next draw."""


def check_frame(case: Case) -> None:
    """Every F check but F-CARRIED."""
    findings = case.findings
    committed = [part["part"] for part in case.commitment["parts"]]
    findings.same("F-PARTS", "parts", [part.part for part in case.parts], committed)
    findings.same("F-PARTS", "result/parts", [part["part"] for part in case.result["parts"]], committed)
    for part, shown in case.pairs:
        _check_order(case, shown)
        _check_rows(case, part, shown)
        _check_counts(case, part, shown)
        _check_avoidance(case, part, shown)
        frame, name = part["frame"], part["part"]
        findings.same("F-ROOT", f"{name}/frame/size", len(shown.rows["frame"]), frame["size"])
        findings.same("F-ROOT", f"{name}/frame/root", shown.root("frame"), frame["root"])


def _check_order(case: Case, shown: Seen) -> None:
    case.findings.ok("F-ORDER")
    if not shown.whole("frame", "roster"):
        case.findings.unseen("masked", "F-ORDER")
    lists = {
        "frame": [row[0] for row in shown.open("frame")],
        "roster": [row[0] for row in shown.open("roster")],
        "avoid": list(shown.frozen.avoids),
    }
    for name, codes in lists.items():
        wrong = next(((before, after) for before, after in pairwise(codes) if not before < after), None)
        if wrong is not None:
            case.findings.fail("F-ORDER", f"{shown.part}/{name}", wrong[1], f"after {wrong[0]}")


def _check_rows(case: Case, part: Mapping[str, Any], shown: Seen) -> None:
    findings = case.findings
    findings.ok("F-ROWS")
    if not shown.whole("frame"):
        findings.unseen("masked", "F-ROWS")
    orders = {each["stratum"]: each["order"] for each in part["strata"]}
    for row in shown.frozen.frame:
        if said := wrong_with(row, orders):
            findings.fail("F-ROWS", f"{part['part']}/frame/{row.code}", said, "a lawful row")


def wrong_with(row: FrameRow, orders: Mapping[str, str]) -> str:
    """The field of a frame row that says what it may not; "" for a lawful row."""
    if row.state == "out":
        wrong = {"stratum": row.stratum != "", "reason": row.reason not in REASONS, "basis": not row.basis}
    else:
        wrong = {
            "stratum": row.stratum not in orders,
            "reason": row.reason != "",
            "basis": row.basis != "",
            "weight": orders.get(row.stratum) == "equal" and row.weight != 1,
        }
    return next((f"{name} {getattr(row, name)!r}" for name, is_wrong in wrong.items() if is_wrong), "")


def _check_counts(case: Case, part: Mapping[str, Any], shown: Seen) -> None:
    findings, name = case.findings, part["part"]
    findings.same("F-COUNT", f"{name}/snapshot/count", part["snapshot"]["count"], part["frame"]["size"])
    out = sum(count for _, count in part["frame"]["out"])
    inside = sum(each["size"] for each in part["strata"])
    findings.same("F-COUNT", f"{name}/frame/size", inside + out, part["frame"]["size"])
    if not shown.whole("frame"):
        findings.unseen("masked", "F-COUNT")
        return
    rows = shown.frozen.frame
    reasons = Counter(row.reason for row in rows if row.state == "out")
    findings.same(
        "F-COUNT", f"{name}/frame/out", part["frame"]["out"], [list(each) for each in sorted(reasons.items())]
    )
    sizes = Counter(row.stratum for row in rows if row.state == "in")
    for each in part["strata"]:
        findings.same("F-COUNT", f"{name}/{each['stratum']}/size", each["size"], sizes[each["stratum"]])


def _check_avoidance(case: Case, part: Mapping[str, Any], shown: Seen) -> None:
    """F-AVOID: every avoidance row that is there opens its digest, with both lists ascending."""
    findings, name = case.findings, part["part"]
    findings.ok("F-AVOID")
    if case.document["view"] == "full":
        codes = [row[0] for row in shown.rows["frame"]]
        findings.same("F-AVOID", f"{name}/avoid", list(shown.frozen.avoids), codes)
    elif not shown.whole("avoid"):
        findings.unseen("masked", "F-AVOID")
    rows = {row.code: row for row in shown.frozen.frame}
    for code, avoid in shown.frozen.avoids.items():
        if not all(all(map(lt, each, each[1:])) for each in avoid):
            findings.fail("F-AVOID", f"{name}/avoid/{code}", avoid, "ascending lists")
        if code not in rows:
            findings.fail("F-AVOID", f"{name}/avoid/{code}", code, "an open row of the frame")
    # In the full view the frame's digests are made of these very rows, and its root binds them.
    for code, salt2 in shown.avoid_salts.items():
        if code in rows:
            opened = avoid_digest(name, code, shown.frozen.avoids[code], salt2)
            findings.same("F-AVOID", f"{name}/avoid/{code}", opened, rows[code].avoid)


def check_carried(case: Case) -> None:
    """F-CARRIED: what the draw before owes is in the stratum ``carried``, which is drawn whole."""
    findings, previous = case.findings, case.outside.previous
    for part in case.commitment["parts"]:
        for each in part["strata"]:
            if each["stratum"] == CARRIED:
                findings.holds(
                    "F-CARRIED", each["ratio"][0] == each["ratio"][1], "carried/ratio", each["ratio"], [1, 1]
                )
    if previous is None or previous["type"] != "transcript":
        findings.unseen("previous_needed", "F-CARRIED")
        return
    replaces = case.commitment["replaces"]
    if replaces:
        findings.same("F-CARRIED", "commitment/replaces", previous["commitment"]["draw"], replaces)
    findings.ok("F-CARRIED")
    voided = bool(replaces) and replaces == previous["commitment"]["draw"]
    for part, shown in case.pairs:
        _check_owed(case, part["part"], shown, owed(previous, part["part"], whole=voided))


def owed(previous: Mapping[str, Any], part: str, *, whole: bool) -> list[str]:
    """The entities of a part that the next commitment must carry: all drawn of a void draw, else the replaced."""
    shown = [each for each in previous["parts"] if each["part"] == part]
    drawn = [row[0] for each in shown for row in each["drawn"] if whole and not isinstance(row, str)]
    replaced = [
        each["from"]
        for each in previous["log"]
        if each["part"] == part and each["kind"] == "replace" and each["reason"] not in BELONGS_NOT
    ]
    return sorted({*drawn, *replaced})


def _check_owed(case: Case, part: str, shown: Seen, codes: Sequence[str]) -> None:
    rows = {row.code: row for row in shown.frozen.frame}
    for code in codes:
        row = rows.get(code)
        if row is None and not shown.whole("frame"):
            case.findings.unseen("masked", "F-CARRIED")
        elif row is None:
            case.findings.fail("F-CARRIED", f"{part}/frame/{code}", "no row", CARRIED)
        elif row.state == "in" or row.reason not in BELONGS_NOT:
            case.findings.same("F-CARRIED", f"{part}/frame/{code}", row.stratum, CARRIED)
