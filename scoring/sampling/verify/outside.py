"""X: what the caller noted elsewhere against what the file says (section 9)."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from scoring.sampling.bytes import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case


SHOWN_DIGITS: Final = 40
"""Of a head, on an inspection notice: fewer are no evidence."""
_LINE = re.compile(rb"[^\r\n]+")


def check_outside(case: Case) -> None:
    """X-COMMITMENT, X-HEAD, X-TIME, X-BEACON, X-SNAPSHOT."""
    outside, findings = case.outside, case.findings
    if outside.commitment:
        findings.same("X-COMMITMENT", "commitment", case.digests["commitment"], outside.commitment)
    else:
        findings.unseen("not_given", "X-COMMITMENT")
    if outside.head is None or not case.register:
        findings.unseen("not_given", "X-HEAD", "X-TIME")
    else:
        _check_head(case, *outside.head)
    if outside.beacon and case.entropy:
        values = {shown(value) for value in case.entropy["values"]}
        for brought in outside.beacon:
            findings.holds("X-BEACON", brought in values, "entropy/values", sorted(values), brought)
        if not values <= set(outside.beacon):
            findings.unseen("not_given", "X-BEACON")
    else:
        findings.unseen("not_given", "X-BEACON")
    if outside.snapshots and case.document["type"] == "transcript" and case.pairs:
        _check_snapshots(case)
    else:
        findings.unseen("not_given", "X-SNAPSHOT")


def shown(value: Mapping[str, Any]) -> str:
    """A value as the caller writes it: a signature, or numbers with commas."""
    return str(value["signature"]) if value["kind"] == "drand" else ",".join(map(str, value["values"]))


def _check_head(case: Case, noted: str, at: int) -> None:
    """The noted head is in the register, was noted before the first instant, and covers the closing.

    An inspection notice shows the first 40 hex digits of a head.
    """
    findings = case.findings
    found = [each for each in case.register if len(noted) >= SHOWN_DIGITS and digest(each).startswith(noted)]
    if not found:
        findings.fail("X-HEAD", "register", "no such head", noted)
        findings.unseen("no_head", "X-TIME")
        return
    findings.ok("X-HEAD")
    instant = case.commitment["attempts"][0]["instant"]
    findings.holds("X-TIME", at < instant, "head", at, f"before {instant}")
    closings = [each["n"] for each in case.entries("closing")]
    covers = bool(closings) and found[0]["n"] >= closings[0]
    findings.holds("X-TIME", covers, "head", found[0]["n"], f"entry {closings[:1]} or later")
    findings.holds("X-TIME", found[0]["at"] <= at, "head", found[0]["at"], f"noted at {at}")


def _check_snapshots(case: Case) -> None:
    findings = case.findings
    lists = {sha256(each).hexdigest(): each for each in case.outside.snapshots}
    used = set()
    for part, seen in case.pairs:
        snapshot = part["snapshot"]
        data = lists.get(snapshot["digest"])
        if data is None:
            continue
        used.add(snapshot["digest"])
        lines = (line.strip(b" \t") for line in _LINE.findall(data))
        codes = sorted(line.decode("utf-8", "replace") for line in lines if line)
        findings.same("X-SNAPSHOT", f"{part['part']}/snapshot/count", snapshot["count"], len(codes))
        if seen.whole("frame"):
            ours = [row.code for row in seen.frozen.frame]
            first = next((pair for pair in zip(ours, codes, strict=False) if pair[0] != pair[1]), ("", ""))
            findings.same("X-SNAPSHOT", f"{part['part']}/frame", first[0], first[1])
        else:
            findings.unseen("masked", "X-SNAPSHOT")
    for each in sorted(lists.keys() - used):
        findings.fail("X-SNAPSHOT", "snapshot", each, "the digest in a part")
    if len(used) < len({part["snapshot"]["digest"] for part in case.commitment["parts"]}):
        findings.unseen("not_given", "X-SNAPSHOT")
