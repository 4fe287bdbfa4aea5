"""C-TIMES, C-ROLES, C-PLAN: the order of the steps and their leads, persons, and the plan behind (sections 3, 9)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from scoring.sampling.bytes import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case

PUBLISHED_BEFORE_CLOSING: Final = 3600
CLOSED_BEFORE_INSTANT: Final = 600
CARRIED: Final = "carried"
_STEPS: Final = ("commitment", "closing", "entropy", "result")
_Step: TypeAlias = "tuple[str, int | None, int | None, int]"
"""Where, the earlier, the later, and the least between them; None where a step is not registered."""


def check_times(case: Case) -> None:
    """Each step of section 3 after the one before, with the leads of the policy; no entry before the one before it."""
    case.findings.ok("C-TIMES")
    for where, earlier, later, lead in (*_registered(case), *_committed(case.commitment), *_entered(case)):
        if earlier is not None and later is not None:
            case.findings.holds("C-TIMES", later >= earlier + lead, where, later, f"{earlier + lead} or later")


def _registered(case: Case) -> Iterator[_Step]:
    commitment, instant = case.commitment, case.commitment["attempts"][0]["instant"]
    at = {kind: each[0]["at"] for kind in _STEPS if (each := case.entries(kind))}
    yield "frozen_at", commitment["frozen_at"], at.get("commitment"), 0
    yield "close_at", at.get("commitment"), commitment["close_at"], PUBLISHED_BEFORE_CLOSING
    yield "closed_at", commitment["close_at"], case.closing["closed_at"], 0
    yield "closing registered", case.closing["closed_at"], at.get("closing"), 0
    yield "attempts/0/instant", at.get("closing"), instant, CLOSED_BEFORE_INSTANT
    for before, after in pairwise(case.register):
        yield f"register/{after['n']}/at", before["at"], after["at"], 0
    places = [case.entries(kind)[0]["n"] for kind in _STEPS if kind in at]
    for earlier, later in pairwise(places):
        yield "register: order of the steps", earlier, later, 1


def _committed(commitment: Mapping[str, Any]) -> Iterator[_Step]:
    attempts = commitment["attempts"]
    yield "result_by", attempts[-1]["deadline"], commitment["result_by"], 0
    yield "publish_by", commitment["result_by"], commitment["publish_by"], 0
    for n, each in enumerate(attempts):
        yield f"attempts/{n}/deadline", each["instant"], each["deadline"], 0
    for n, (before, after) in enumerate(pairwise(attempts), start=1):
        yield f"attempts/{n}/instant", before["deadline"], after["instant"], 0
    for part in commitment["parts"]:
        yield "snapshot/taken_at", part["snapshot"]["taken_at"], commitment["frozen_at"], 0


def _entered(case: Case) -> Iterator[_Step]:
    entries = case.entries("entropy")
    registered = entries[0]["at"] if entries else None
    instant = case.attempt["instant"] if case.attempt is not None else None
    yield "entropy registered", instant, registered, 0
    for each in case.entropy["entered"]:
        yield "entered/at", instant, each["at"], 0
        yield "entropy registered", each["at"], registered, 0


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
    findings.ok("C-PLAN")
    known = [each for each in case.register
             if each["kind"] == "plan" and each["digest"] == commitment["plan_digest"]]  # fmt: skip
    if known:
        at, by = known[0]["at"], commitment["frozen_at"]
        findings.holds("C-PLAN", at <= by, "register: plan", at, "before freeze")
    elif case.register_begins_early:
        findings.fail("C-PLAN", "register: plan", "not registered", commitment["plan_digest"])
    else:
        findings.unseen("register_begins_late", "C-PLAN")
    if not plan:
        findings.unseen("plan_not_in_file", "C-PLAN")
    elif findings.same("C-PLAN", "plan", digest(plan), commitment["plan_digest"]):
        _check_task(case, plan)


def _check_task(case: Case, plan: Mapping[str, Any]) -> None:
    commitment, findings = case.commitment, case.findings
    findings.same("C-PLAN", "plan/plan", plan["plan"], commitment["plan"])
    findings.same("C-PLAN", "plan/authority", plan["authority"], commitment["authority"])
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
