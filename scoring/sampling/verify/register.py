"""G and C: the register's chain, and the commitment in it (sections 2, 3, 9)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from scoring.sampling.bytes import digest
from scoring.sampling.transcript import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from scoring.sampling.verify.case import Case

VOID_REASONS = ("secret_missing", "source_absent", "frame_unlawful", "court_order", "verification_failed")
"""Why a draw may be void once its first instant has passed."""


def check_register(case: Case) -> None:
    """G-CHAIN and G-GAPS, from the first entry that the file has."""
    first, findings = case.register[0], case.findings
    findings.ok("G-CHAIN", "G-GAPS")
    if (first["n"] == 1) != (first["prev"] == BEGINNING):
        findings.fail("G-CHAIN", "register/0/prev", first["prev"], BEGINNING)
    for index, (before, after) in enumerate(pairwise(case.register), start=1):
        findings.same("G-CHAIN", f"register/{index}/prev", after["prev"], digest(before))
        findings.same("G-GAPS", f"register/{index}/n", after["n"], before["n"] + 1)
        findings.same("G-CHAIN", f"register/{index}/authority", after["authority"], first["authority"])
        findings.holds("G-CHAIN", after["at"] >= before["at"], f"register/{index}/at", after["at"], before["at"])


def check_registered(case: Case, code: str, kind: str) -> Mapping[str, Any] | None:
    """That a document of the draw is registered just once, by its digest; the entry."""
    entries = case.entries(kind)
    if len(entries) != 1:
        case.findings.fail(code, f"register: {kind}", len(entries), 1)
        return None
    case.findings.same(code, f"register: {kind}", entries[0]["digest"], case.digests[kind])
    return entries[0]


def check_commitment(case: Case) -> None:
    """C-DIGEST, C-ONE, C-REUSE."""
    check_registered(case, "C-DIGEST", "commitment")
    commitment, findings = case.commitment, case.findings
    findings.same("C-DIGEST", "register/0/authority", case.register[0]["authority"], commitment["authority"])
    plans = [each["n"] for each in case.register if each["kind"] == "plan"]
    if not plans and case.register[0]["n"] > 1:
        findings.unseen("register_begins_late", "C-ONE", "C-REUSE")
    _check_one(case)
    _check_reuse(case)


def _check_one(case: Case) -> None:
    """One live commitment of the task; each other one void, and the last of these named."""
    findings, task = case.findings, case.commitment["task"]
    findings.ok("C-ONE")
    asked = [each for each in case.register if each["kind"] == "commitment" and each["task"] == task]
    void = {each["draw"]: each for each in case.register if each["kind"] == "void"}
    mine = [each["n"] for each in case.entries("commitment")]
    before = [each["draw"] for each in asked if mine and each["n"] < mine[0] and each["draw"] != case.draw]
    findings.holds("C-ONE", case.draw not in void, "register: void", case.draw, "")
    for each in asked:
        if each["draw"] == case.draw:
            continue
        gone = void.get(each["draw"])
        findings.holds("C-ONE", gone is not None, f"register: {each['draw']}", "live", "void")
        if gone is not None:
            later = [n for n in mine if n > each["n"]]
            findings.holds("C-ONE", all(gone["n"] < n for n in later), "register: void", gone["n"], "earlier")
            _check_reason(case, gone)
    if asked:
        findings.same("C-ONE", "commitment/replaces", case.commitment["replaces"], before[-1] if before else "")


def _check_reason(case: Case, void: Mapping[str, Any]) -> None:
    """A free reason is lawful before the first instant alone, which the void draw's own file tells."""
    if not void["approved_by"] or void["approved_by"] == void["by"]:
        case.findings.fail("C-ONE", "register: void/approved_by", void["approved_by"], "another person")
    if void["reason"] in VOID_REASONS:
        return
    previous = case.outside.previous
    if previous is None or previous["commitment"]["draw"] != void["draw"]:
        case.findings.unseen("void_instant_unknown", "C-ONE")
        return
    instant = previous["commitment"]["attempts"][0]["instant"]
    if void["at"] >= instant:
        case.findings.fail("C-ONE", "register: void/reason", void["reason"], VOID_REASONS)


def _check_reuse(case: Case) -> None:
    """A commitment of a secret holds for one draw's number: no number twice, no commitment seen before."""
    findings, commitment = case.findings, case.commitment
    findings.ok("C-REUSE")
    bound = _bound(commitment)
    findings.same("C-REUSE", "commitment/witnesses", len(set(bound)), len(bound))
    numbers = [each["draw"] for each in case.register if each["kind"] == "commitment"]
    findings.same("C-REUSE", "register: commitment", len(set(numbers)), len(numbers))
    if case.outside.previous is not None:
        old = set(_bound(case.outside.previous["commitment"]))
        seen_before = sorted(old & set(bound))
        findings.holds("C-REUSE", not seen_before, "commitment", seen_before, "new ones")


def _bound(commitment: Mapping[str, Any]) -> Sequence[str]:
    return [each["commitment"] for each in (*commitment["secret"], *commitment["witnesses"])]
