"""L: what happened after the draw, followed event by event (sections 2, 6, 7, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.sampling.bytes import digest
from scoring.sampling.staffing import stand_in, unfit_seats
from scoring.sampling.transcript import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scoring.sampling.verify.case import Case
    from scoring.sampling.views import Seen

UNFIT: Final = "unfit"
REASONS: Final[Mapping[str, frozenset[str]]] = {
    "replace": frozenset({"closed", "deregistered", "moved", "merged", "cap", "unreachable"}),
    "step_in": frozenset({"recusal", "leave", "certificate", "extension", UNFIT}),
    "extend": frozenset({"step"}),
}


def check_log(case: Case) -> None:
    """L-CHAIN, L-KIND, L-REASON of every event; then the events of each part, replayed."""
    findings = case.findings
    findings.ok("L-CHAIN", "L-KIND", "L-REASON", "L-REPLACE", "L-EXTEND", "L-STEP")
    before = BEGINNING
    for index, event in enumerate(case.log):
        where = f"log/{index}"
        findings.same("L-CHAIN", f"{where}/n", event["n"], index + 1)
        findings.same("L-CHAIN", f"{where}/prev", event["prev"], before)
        findings.same("L-CHAIN", f"{where}/draw", event["draw"], case.draw)
        before = digest(event)
        _check_event(case, where, event)
    heads = [each["digest"] for each in case.entries("log")]
    findings.same("L-CHAIN", "register: log", heads[-1] if heads else BEGINNING, before)
    for part, shown in case.pairs:
        replay = _Replay(case, part, shown)
        for index, event in enumerate(case.log):
            if event["part"] == part["part"]:
                replay.follow(f"log/{index}", event)
        replay.end()


def _check_event(case: Case, where: str, event: Mapping[str, Any]) -> None:
    findings = case.findings
    known = [part["part"] for part in case.commitment["parts"]]
    findings.holds("L-KIND", event["kind"] in REASONS, f"{where}/kind", event["kind"], sorted(REASONS))
    findings.holds("L-KIND", event["part"] in known, f"{where}/part", event["part"], known)
    allowed = REASONS.get(event["kind"], frozenset())
    findings.holds("L-REASON", event["reason"] in allowed, f"{where}/reason", event["reason"], sorted(allowed))
    findings.holds("L-REASON", event["by"] != event["approved_by"], f"{where}/approved_by", event["by"], "two persons")
    findings.holds("L-REASON", event["evidence"] != BEGINNING, f"{where}/evidence", event["evidence"], "a stored file")


def check_opening(case: Case) -> None:
    """L-LATE: the public file was registered as opened by ``publish_by``."""
    findings, by, now = case.findings, case.commitment["publish_by"], case.outside.now
    opened = [each["at"] for each in case.entries("open")]
    if opened:
        findings.holds("L-LATE", opened[0] <= by, "register: open/at", opened[0], f"{by} or earlier")
    elif now is None:
        findings.unseen("now_needed", "L-LATE")
    else:
        findings.holds("L-LATE", now <= by, "register: open", "none", f"opened by {by}")


class _Replay:
    """One part's sample, reserves and teams as they change."""

    def __init__(self, case: Case, part: Mapping[str, Any], shown: Seen) -> None:
        self.case = case
        self.part = part
        self.shown = shown
        self.sees_order = shown.whole("frame", "drawn", "reserves")
        people = [row.id for row in shown.frozen.roster]
        self.sees_teams = (
            shown.whole("frame", "roster", "teams", "avoid")
            and case.seed is not None
            and len(set(people)) == len(people)
        )
        self.stratum_of = {row.code: row.stratum for row in shown.frozen.frame}
        self.active = {row[0] for row in shown.open("drawn")}
        self.queues: dict[str, list[str]] = {each["stratum"]: [] for each in part["strata"]}
        for stratum, _, code, _ in shown.open("reserves"):
            self.queues.setdefault(stratum, []).append(code)
        self.steps = {each["stratum"]: list(enumerate(each["steps"])) for each in part["strata"]}
        self.teams = {code: list(ids) for code, ids, _ in shown.open("teams")}
        self.left: dict[str, set[str]] = {}
        self.extended: set[str] = set()
        self.owed: list[tuple[str, int]] = []
        """The seats of a team just taken over whose holders are not fit there: visit and seat, in their order."""

    def follow(self, where: str, event: Mapping[str, Any]) -> None:
        """Check one event and let it happen."""
        self._check_owed(where, event)
        if event["kind"] == "replace":
            self._replace(where, event)
        elif event["kind"] == "extend":
            self._extend(where, event)
        elif event["kind"] == "step_in":
            self._step(where, event)

    def end(self) -> None:
        """Nothing may be owed when the log ends."""
        if self.owed:
            self.case.findings.fail("L-STEP", "log", "the end", [*self.owed[0], UNFIT])

    def _check_owed(self, where: str, event: Mapping[str, Any]) -> None:
        """A holder who is not fit for a visit taken over is stood in for before anything else; no other is unfit."""
        asked = [(event["subject"], event["seat"])] if event["reason"] == UNFIT and event["kind"] == "step_in" else []
        if self.sees_teams and asked != self.owed[:1]:
            self.case.findings.fail("L-STEP", where, [*map(list, asked)], [*map(list, self.owed[:1])])
            self.owed = []
        del self.owed[:1]

    def _replace(self, where: str, event: Mapping[str, Any]) -> None:
        findings, stratum, gone, comes = self.case.findings, event["subject"], event["from"], event["to"]
        if not self.sees_order:
            findings.unseen("masked", "L-REPLACE")
            self.sees_teams = False
            return
        findings.holds("L-REPLACE", gone in self.active, f"{where}/from", gone, "an entity of the sample")
        findings.same("L-REPLACE", f"{where}/subject", stratum, self.stratum_of.get(gone, ""))
        waiting = self.queues.get(stratum, [])
        findings.same("L-REPLACE", f"{where}/to", comes, waiting[0] if waiting else "no reserve is left")
        self.queues[stratum] = waiting[1:]
        self.active = self.active - {gone} | {comes}
        self.teams[comes] = team = self.teams.pop(gone, [""] * len(self.part["seats"]))
        if self.sees_teams and comes in self.stratum_of and len(team) == len(self.part["seats"]):
            self.owed = [(comes, seat) for seat in unfit_seats(self.part, self.shown.frozen, comes, team)]

    def _extend(self, where: str, event: Mapping[str, Any]) -> None:
        findings, stratum = self.case.findings, event["subject"]
        if not self.sees_order:
            findings.unseen("masked", "L-EXTEND")
            self.sees_teams = False
            return
        steps, waiting = self.steps.get(stratum, []), self.queues.get(stratum, [])
        if not steps:
            findings.fail("L-EXTEND", f"{where}/subject", stratum, "a stratum with a committed step left")
            return
        number, count = steps.pop(0)
        taken = waiting[:count]
        findings.same("L-EXTEND", f"{where}/seat", event["seat"], number)
        findings.same("L-EXTEND", where, [event["from"], event["to"]], [taken[0], taken[-1]] if taken else ["", ""])
        self.queues[stratum] = waiting[count:]
        self.active.update(taken)
        self.extended.update(taken)
        self.teams |= {code: [""] * len(self.part["seats"]) for code in taken}

    def _step(self, where: str, event: Mapping[str, Any]) -> None:
        findings, code, seat = self.case.findings, event["subject"], event["seat"]
        if not self.sees_teams or self.case.seed is None:
            findings.unseen("masked", "L-STEP")
            return
        team = self.teams.get(code)
        if team is None or seat >= min(len(team), len(self.part["seats"])):
            findings.fail("L-STEP", f"{where}/subject", [code, seat], "a seat of a visit")
            return
        findings.same("L-STEP", f"{where}/from", event["from"], team[seat])
        findings.holds("L-STEP", team[seat] != "" or code in self.extended, f"{where}/from", "", "a holder")
        left = self.left.setdefault(code, set())
        left.add(team[seat])
        expected = stand_in(self.part, self.shown.frozen, self.teams, left=left, seat=(code, seat), seed=self.case.seed)
        findings.same("L-STEP", f"{where}/to", event["to"], expected)
        team[seat] = event["to"]
