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
    findings = case.findings
    findings.ok("G-CHAIN", "G-GAPS")
    for index, entry in enumerate(case.register):
        if (entry["n"] == 1) != (entry["prev"] == BEGINNING):
            findings.fail("G-CHAIN", f"register/{index}/prev", entry["prev"], BEGINNING)
        findings.same("G-CHAIN", f"register/{index}/authority", entry["authority"], case.commitment["authority"])
    for index, (before, after) in enumerate(pairwise(case.register), start=1):
        findings.same("G-CHAIN", f"register/{index}/prev", after["prev"], digest(before))
        findings.same("G-GAPS", f"register/{index}/n", after["n"], before["n"] + 1)


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
    if not case.register_begins_early:
        case.findings.unseen("register_begins_late", "C-ONE", "C-REUSE")
    _check_one(case)
    _check_reuse(case)


def _check_one(case: Case) -> None:
    """One live commitment of the task; each other one void, and the last of these named."""
    findings, task, replaces = case.findings, case.commitment["task"], case.commitment["replaces"]
    findings.ok("C-ONE")
    for each in case.register:
        if each["draw"] == case.draw:
            findings.same("C-ONE", f"register: {each['kind']}/task", each["task"], task)
    findings.same("C-ONE", "register: void", len(case.entries("void")), 0)
    mine = [each["n"] for each in case.entries("commitment")]
    others = [each for each in case.register
              if each["kind"] == "commitment" and each["task"] == task and each["draw"] != case.draw]  # fmt: skip
    for each in others:
        _check_void(case, each, [n for n in mine if n > each["n"]])
    before = [each["draw"] for each in others if any(n > each["n"] for n in mine)]
    if before or case.register_begins_early:
        findings.same("C-ONE", "commitment/replaces", replaces, before[-1] if before else "")


def _check_void(case: Case, other: Mapping[str, Any], later: Sequence[int]) -> None:
    """Another commitment of the task is void by one entry, before this one if it came before this one.

    A free reason is lawful before the first instant alone, which the void draw's own file tells.
    """
    findings, name = case.findings, other["draw"]
    entries = [each for each in case.register if each["kind"] == "void" and each["draw"] == name]
    if not findings.same("C-ONE", f"register: {name}/void", len(entries), 1):
        return
    void = entries[0]
    findings.holds("C-ONE", other["n"] < void["n"], "register: void", void["n"], f"after {other['n']}")
    findings.holds("C-ONE", all(void["n"] < n for n in later), "register: void", void["n"], "earlier")
    findings.same("C-ONE", "register: void/digest", void["digest"], other["digest"])
    if not void["approved_by"] or void["approved_by"] == void["by"]:
        findings.fail("C-ONE", "register: void/approved_by", void["approved_by"], "another person")
    if void["reason"] in VOID_REASONS:
        return
    previous = case.outside.previous
    if previous is None or previous["commitment"]["draw"] != name:
        findings.unseen("void_instant_unknown", "C-ONE")
        return
    instant = previous["commitment"]["attempts"][0]["instant"]
    findings.holds("C-ONE", void["at"] < instant, "register: void/reason", void["reason"], VOID_REASONS)


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
