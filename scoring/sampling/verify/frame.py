"""F and the roster: rows, their roots, counts, avoidance, the carried (sections 2, 3, 9)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import lt
from typing import TYPE_CHECKING, Final

from scoring.sampling.bytes import digest
from scoring.sampling.rows import REASONS
from scoring.sampling.transcript import BEGINNING
from scoring.sampling.verify.times import CARRIED
from scoring.sampling.views import leaf_hashes, seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from scoring.sampling.rows import FrameRow
    from scoring.sampling.verify.case import Case
    from scoring.sampling.views import Seen

_BY_CODE: Final = ("frame", "roster", "drawn", "teams", "tickets")
"""The lists that ascend by code; so do the avoidances."""
BELONGS_NOT = frozenset({"closed", "deregistered", "moved"})
"""What the register confirms of an entity that is then not carried into the next draw."""


def check_parts(case: Case) -> bool:
    """F-PARTS: file and result have the parts of the commitment, in its order. Without it no part is looked into."""
    findings = case.findings
    committed = [part["part"] for part in case.commitment["parts"]]
    shown = findings.same("F-PARTS", "parts", [part.part for part in case.parts], committed)
    told = findings.same("F-PARTS", "result/parts", [part["part"] for part in case.result["parts"]], committed)
    return shown and told


def check_frame(case: Case) -> None:
    """F-ORDER, F-ROWS, F-ROOT, F-COUNT, F-AVOID."""
    findings = case.findings
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
    if not shown.whole(*_BY_CODE):
        case.findings.unseen("masked", "F-ORDER")
    lists = {name: [row[0] for row in shown.open(name)] for name in _BY_CODE} | {"avoid": shown.avoid_codes}
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
    lawful: set[tuple[Any, ...]] = set()
    for row in shown.frozen.frame:
        if (facts := row[2:7]) in lawful:
            continue
        if said := wrong_with(row, orders):
            findings.fail("F-ROWS", f"{part['part']}/frame/{row.code}", said, "a lawful row")
        else:
            lawful.add(facts)


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
        findings.same("F-AVOID", f"{name}/avoid", shown.avoid_codes, codes)
    elif not shown.whole("avoid"):
        findings.unseen("masked", "F-AVOID")
    rows = {row.code: row for row in shown.frozen.frame}
    for code, avoid in shown.frozen.avoids.items():
        recused, last = avoid
        if not (all(map(lt, recused, recused[1:])) and all(map(lt, last, last[1:]))):
            findings.fail("F-AVOID", f"{name}/avoid/{code}", avoid, "ascending lists")
        if code not in rows:
            findings.fail("F-AVOID", f"{name}/avoid/{code}", code, "an open row of the frame")
    # In the full view the frame's digests are made of these very rows, and its root binds them.
    salted = [(code, *shown.frozen.avoids[code], salt2) for code, salt2 in shown.avoid_salts.items() if code in rows]
    for (code, *_), opened in zip(salted, leaf_hashes(name, "avoid", salted), strict=True):
        findings.same("F-AVOID", f"{name}/avoid/{code}", opened.hex(), rows[code].avoid)


def check_carried(case: Case) -> None:
    """F-CARRIED: what the draw before owes is in the stratum ``carried``, which is drawn whole."""
    findings, previous = case.findings, case.outside.previous
    for part in case.commitment["parts"]:
        for each in part["strata"]:
            if each["stratum"] == CARRIED:
                whole = each["ratio"][0] == each["ratio"][1]
                findings.holds("F-CARRIED", whole, "carried/ratio", each["ratio"], [1, 1])
    if previous is not None:
        _check_registered(case, previous)
    if previous is None or previous["type"] != "transcript":
        findings.unseen("previous_needed", "F-CARRIED")
        return
    replaces = case.commitment["replaces"]
    if replaces:
        findings.same("F-CARRIED", "commitment/replaces", previous["commitment"]["draw"], replaces)
    findings.ok("F-CARRIED")
    voided = bool(replaces) and replaces == previous["commitment"]["draw"]
    if voided and any(isinstance(row, str) for part in previous["parts"] for row in part["drawn"]):
        findings.unseen("masked", "F-CARRIED")
    _check_owed(case, owed(previous, whole=voided))


def _check_owed(case: Case, codes: Sequence[tuple[str, str, str]]) -> None:
    """Each is carried, or out because it does not belong, in its own part; in any of its authority, if that is no more.

    What another authority owes, it carries in a draw of its own.
    """
    frames = {shown.part: {row.code: row for row in shown.frozen.frame} for _, shown in case.pairs}
    whole = {shown.part: shown.whole("frame") for _, shown in case.pairs}
    ours = {part["part"]: part["authority"] for part in case.commitment["parts"]}
    for name, authority, code in codes:
        same = [part for part, other in ours.items() if other == authority]
        asked = [name] if name in same else same
        if not asked:
            continue
        rows = [frames[part].get(code) for part in asked]
        if any(map(_is_carried, rows)):
            continue
        if any(row is None and not whole[part] for part, row in zip(asked, rows, strict=True)):
            case.findings.unseen("masked", "F-CARRIED")
        else:
            case.findings.fail("F-CARRIED", f"{name}/frame/{code}", "not carried", CARRIED)


def _check_registered(case: Case, previous: Mapping[str, Any]) -> None:
    """The file of the draw before is the one registered: its commitment, and of a transcript what the draw gave."""
    findings, name = case.findings, previous["commitment"]["draw"]
    documents = {"commitment": previous["commitment"], "result": previous["result"]}
    if previous["type"] == "transcript":
        documents["log"] = previous["log"][-1] if previous["log"] else {}
        told = {part["part"]: part["drawn_root"] for part in previous["result"]["parts"]}
        drawn = {shown.part: shown.root("drawn") for shown in seen(previous)}
        findings.same("F-CARRIED", "previous/drawn_root", drawn, told)
    for kind, document in documents.items():
        digests = [each["digest"] for each in case.register if each["kind"] == kind and each["draw"] == name]
        if digests and (document or kind == "log"):
            ours = digest(document) if document else BEGINNING
            findings.same("F-CARRIED", f"register: {name}/{kind}", digests[-1], ours)


def owed(previous: Mapping[str, Any], *, whole: bool) -> list[tuple[str, str, str]]:
    """(part, its authority, entity) of all that must be carried: every drawn one of a void draw, else the replaced."""
    authority = {part["part"]: part["authority"] for part in previous["commitment"]["parts"]}
    drawn = [
        (part["part"], row[0])
        for part in previous["parts"]
        for row in part["drawn"]
        if whole and not isinstance(row, str)
    ]
    replaced = [
        (each["part"], each["from"])
        for each in previous["log"]
        if each["kind"] == "replace" and each["reason"] not in BELONGS_NOT
    ]
    return sorted((part, authority.get(part, ""), code) for part, code in {*drawn, *replaced})


def _is_carried(row: FrameRow | None) -> bool:
    """Whether a row carries its entity over, or says that it does not belong any more."""
    return row is not None and (row.stratum == CARRIED or (row.state == "out" and row.reason in BELONGS_NOT))
