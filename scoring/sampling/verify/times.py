"""C-TIMES, C-ROLES, C-PLAN: the order of the steps and their leads, persons, and the plan behind (sections 3, 9)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from scoring.sampling.bytes import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case

PUBLISHED_BEFORE_CLOSING: Final = 3600
CLOSED_BEFORE_INSTANT: Final = 600
CARRIED: Final = "carried"


def check_times(case: Case) -> None:
    """Each step of section 3 after the one before, with the leads of the policy."""
    commitment = case.commitment
    registered = {kind: each[0]["at"] for kind in ("commitment", "closing", "entropy", "result", "void")
                  if (each := case.entries(kind))}  # fmt: skip
    attempts = commitment["attempts"]
    instant = attempts[0]["instant"]
    steps = [
        ("frozen_at", commitment["frozen_at"], registered.get("commitment"), 0),
        ("close_at", registered.get("commitment"), commitment["close_at"], PUBLISHED_BEFORE_CLOSING),
        ("closed_at", commitment["close_at"], case.closing["closed_at"], 0),
        ("closing registered", case.closing["closed_at"], registered.get("closing"), 0),
        ("attempts/0/instant", registered.get("closing"), instant, CLOSED_BEFORE_INSTANT),
        ("result_by", attempts[-1]["deadline"], commitment["result_by"], 0),
        ("publish_by", commitment["result_by"], commitment["publish_by"], 0),
        ("result registered", registered.get("entropy"), registered.get("result"), 0),
    ]
    steps += [(f"attempts/{n}/deadline", each["instant"], each["deadline"], 0) for n, each in enumerate(attempts)]
    steps += [
        (f"attempts/{n}/instant", before["deadline"], after["instant"], 0)
        for n, (before, after) in enumerate(pairwise(attempts), start=1)
    ]
    steps += [("snapshot/taken_at", part["snapshot"]["taken_at"], commitment["frozen_at"], 0)
              for part in commitment["parts"]]  # fmt: skip
    if case.attempt is not None:
        steps += [("entered/at", case.attempt["instant"], each["at"], 0) for each in case.entropy["entered"]]
        steps.append(("entropy registered", case.attempt["instant"], registered.get("entropy"), 0))
    case.findings.ok("C-TIMES")
    for where, earlier, later, lead in steps:
        if earlier is not None and later is not None:
            case.findings.holds("C-TIMES", later >= earlier + lead, where, later, f"{earlier + lead} or later")


def check_roles(case: Case) -> None:
    """Two persons prepare and approve, two enter numbers, each authority approves its own part."""
    commitment, findings = case.commitment, case.findings
    prepared, approved = commitment["prepared_by"], commitment["approved_by"]
    findings.holds("C-ROLES", prepared != approved, "commitment/approved_by", approved, "another person")
    for part in commitment["parts"]:
        where, person = f"{part['part']}/approved_by", part["approved_by"]
        others = {prepared} if part["authority"] == commitment["authority"] else {prepared, approved}
        findings.holds("C-ROLES", person not in others, where, person, "a person of the part's own authority")
    typed = any(value["kind"] != "drand" for value in case.entropy["values"])
    persons = {each["by"] for each in case.entropy["entered"]}
    if typed:
        findings.holds("C-ROLES", len(persons) > 1, "entropy/entered", sorted(persons), "two persons")


def check_plan(case: Case) -> None:
    """The plan registered before the freeze; with its document: cut-off, ratios, sources."""
    commitment, findings, plan = case.commitment, case.findings, case.document["plan"]
    entries = [each for each in case.register if each["kind"] == "plan"]
    known = [each for each in entries if each["digest"] == commitment["plan_digest"]]
    if not known:
        if case.register[0]["n"] > 1 and not entries:
            findings.unseen("register_begins_late", "C-PLAN")
        else:
            findings.fail("C-PLAN", "register: plan", [each["digest"] for each in entries], commitment["plan_digest"])
        return
    findings.holds(
        "C-PLAN", known[0]["at"] <= commitment["frozen_at"], "register: plan", known[0]["at"], "before freeze"
    )
    if not plan:
        findings.unseen("plan_not_in_file", "C-PLAN")
        return
    if findings.same("C-PLAN", "plan", digest(plan), commitment["plan_digest"]):
        _check_task(case, plan)


def _check_task(case: Case, plan: Mapping[str, Any]) -> None:
    commitment, findings = case.commitment, case.findings
    findings.same("C-PLAN", "plan/plan", plan["plan"], commitment["plan"])
    tasks = [each for each in plan["tasks"] if each["task"] == commitment["task"]]
    if len(tasks) != 1:
        findings.fail("C-PLAN", "plan/tasks", len(tasks), 1)
        return
    first, last = tasks[0]["cutoff"]
    for part in commitment["parts"]:
        taken = part["snapshot"]["taken_at"]
        findings.holds("C-PLAN", first <= taken <= last, f"{part['part']}/snapshot/taken_at", taken, [first, last])
    ratios = [
        [part["part"], each["stratum"], each["ratio"]]
        for part in commitment["parts"]
        for each in part["strata"]
        if each["stratum"] != CARRIED
    ]
    findings.same("C-PLAN", "plan/ratios", sorted(ratios), sorted(tasks[0]["ratios"]))
    sources = [source for each in commitment["attempts"] for source in each["sources"]]
    for source in sources:
        named = [source["kind"], source["chain"] if source["kind"] == "drand" else source["name"]]
        findings.holds("C-PLAN", named in tasks[0]["sources"], "plan/sources", named, tasks[0]["sources"])
