"""The checks of a certificate: its row, and what became of the entity, by paths (sections 2, 6, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.kernel.errors import LawError
from scoring.kernel.trees import root_from_hash
from scoring.sampling.keys import pareto_key, position
from scoring.sampling.outcome import key_of, rotation_of
from scoring.sampling.rows import FrameRow
from scoring.sampling.sample import CERTAIN
from scoring.sampling.verify.chance import check_attempt, check_links, check_secret, check_values, check_witnesses
from scoring.sampling.verify.frame import wrong_with
from scoring.sampling.views import leaf_hashes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case


def check_certificate(case: Case) -> None:
    """What a certificate can show; every other check is UNSEEN."""
    check_links(case)
    check_witnesses(case)
    check_secret(case)
    if case.entropy:
        check_attempt(case)
        check_values(case)
    name = case.document["part"]
    parts = [each for each in case.commitment["parts"] if each["part"] == name]
    if not parts:
        case.findings.fail("F-PARTS", "part", name, [each["part"] for each in case.commitment["parts"]])
        return
    part = parts[0]
    row = FrameRow(*case.document["row"]["values"])
    orders = {each["stratum"]: each["order"] for each in part["strata"]}
    case.findings.same("F-ROWS", "row", wrong_with(row, orders), "")
    _check_path(case, "F-ROOT", "frame", case.document["row"], (part["frame"]["size"], part["frame"]["root"]))
    if case.result:
        _check_outcome(case, part, row)


def _check_path(case: Case, code: str, name: str, leaf: Mapping[str, Any], tree: tuple[int, str]) -> bool:
    size, root = tree
    node = next(leaf_hashes(case.document["part"], name, [leaf["values"]]))
    try:
        found = root_from_hash(node, leaf["index"], size, [bytes.fromhex(each) for each in leaf["path"]]).hex()
    except LawError as refused:
        found = refused.code
    return case.findings.same(code, f"{name}/path", found, root)


def _check_outcome(case: Case, part: Mapping[str, Any], row: FrameRow) -> None:
    """The leaves of the result by their paths; then drawn or not, by key and cut, as the tree of the drawn says."""
    findings, document = case.findings, case.document
    results = [each for each in case.result["parts"] if each["part"] == part["part"]]
    if not results:
        findings.fail("F-PARTS", "result/parts", "", part["part"])
        return
    sizes = {field: sum(each[field] for each in part["strata"]) for field in ("size", "draw")}
    trees = {
        "cut": ("S-CUT", "cuts", (len(part["strata"]), results[0]["cut_root"])),
        "ticket": ("S-CUT", "tickets", (sizes["size"], results[0]["ticket_root"])),
        "drawn": ("S-ROOT", "drawn", (sizes["draw"], results[0]["drawn_root"])),
    }
    held = [_holds(case, field, said, row) for field, said in trees.items()]
    if document["ticket"] and case.commitment["rows"] != "none":
        findings.fail("S-CUT", "ticket", "a ticket", "none where rows are open")
        held.append(False)
    if row.state == "out":
        findings.same("S-DRAWN", "drawn", bool(document["drawn"]), False)
        return
    drawn = is_drawn(case, part, row) if all(held) else None
    if drawn is None:
        findings.unseen("masked", "S-DRAWN")
    else:
        findings.same("S-DRAWN", "drawn", bool(document["drawn"]), drawn)


def _holds(case: Case, field: str, said: tuple[str, str, tuple[int, str]], row: FrameRow) -> bool:
    """Whether a leaf of the result is in its tree, and is the entity's or its stratum's. One that is not told holds."""
    code, name, tree = said
    leaf = case.document[field]
    if not leaf:
        return True
    ours = row.stratum if field == "cut" else row.code
    path = _check_path(case, code, name, leaf, tree)
    return case.findings.same(code, f"{field}/values", leaf["values"][0], ours) and path


def is_drawn(case: Case, part: Mapping[str, Any], row: FrameRow) -> bool | None:
    """Whether the entity's key lies within the cut of its stratum; None where that cannot be seen."""
    strata = [each for each in part["strata"] if each["stratum"] == row.stratum]
    if not strata or not case.document["cut"]:
        return None
    stratum, cut = strata[0], case.document["cut"]["values"][1]
    m = stratum["draw"] - stratum["certain"]
    sure = stratum["order"] == "pareto" and stratum["certain"] and m * row.weight >= stratum["weight_rest"]
    if cut in {"", CERTAIN} or sure:
        return bool(cut and sure)
    if case.document["ticket"]:
        key = int(case.document["ticket"]["values"][1], 16)
    elif case.seed is not None:
        key = position(key_of(part, case.seed), row.code, rotation_of(part))
        if stratum["order"] == "pareto":
            key = pareto_key(key, m, stratum["weight_rest"], row.weight)
    else:
        return None
    return key <= int(cut, 16)
