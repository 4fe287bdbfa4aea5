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
EXTENSION: Final = "extension"
_FOLLOWED: Final = ("L-REPLACE", "L-EXTEND", "L-STEP")
REASONS: Final[Mapping[str, frozenset[str]]] = {
    "replace": frozenset({"closed", "deregistered", "moved", "merged", "cap", "unreachable"}),
    "step_in": frozenset({"recusal", "leave", "certificate", EXTENSION, UNFIT}),
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
    _check_heads(case)
    for part, shown in case.pairs:
        replay = _Replay(case, part, shown)
        for index, event in enumerate(case.log):
            if event["part"] == part["part"]:
                replay.follow(f"log/{index}", event)
        replay.end()


def _check_heads(case: Case) -> None:
    """Every head that the register has is in the log, none before an earlier one; the last is the log's end."""
    places = {digest(event): index for index, event in enumerate(case.log)}
    heads = [each["digest"] for each in case.entries("log")]
    last = -1
    for head in heads:
        place = places.get(head, -1)
        case.findings.holds("L-CHAIN", place >= max(last, 0), "register: log", head, "a later head of this log")
        last = max(last, place)
    case.findings.same("L-CHAIN", "register: log", last, len(case.log) - 1)


def _check_event(case: Case, where: str, event: Mapping[str, Any]) -> None:
    findings = case.findings
    known = [part["part"] for part in case.commitment["parts"]]
    findings.holds("L-KIND", event["kind"] in REASONS, f"{where}/kind", event["kind"], sorted(REASONS))
    findings.holds("L-KIND", event["part"] in known, f"{where}/part", event["part"], known)
    allowed = REASONS.get(event["kind"])
    if allowed is not None:
        findings.holds("L-REASON", event["reason"] in allowed, f"{where}/reason", event["reason"], sorted(allowed))
    if event["kind"] == "step_in":
        begins = event["reason"] == EXTENSION
        findings.same("L-REASON", f"{where}/reason", begins, event["from"] == "")
    findings.holds("L-REASON", event["by"] != event["approved_by"], f"{where}/approved_by", event["by"], "two persons")
    findings.holds("L-REASON", event["evidence"] != BEGINNING, f"{where}/evidence", event["evidence"], "a stored file")


def check_opening(case: Case) -> None:
    """L-LATE: the public file was registered as opened by ``publish_by``."""
    findings, by, now = case.findings, case.commitment["publish_by"], case.outside.now
    opened = case.entries("open")
    if opened:
        findings.holds("L-LATE", opened[0]["at"] <= by, "register: open/at", opened[0]["at"], f"{by} or earlier")
        for each in opened:
            findings.same("L-LATE", "register: open/digest", each["digest"], case.digests["result"])
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
            if stratum in self.queues:
                self.queues[stratum].append(code)
        self.steps = {each["stratum"]: list(enumerate(each["steps"])) for each in part["strata"]}
        self.teams = {code: list(ids) for code, ids, _ in shown.open("teams")}
        self.left: dict[str, set[str]] = {}
        self.extended: set[str] = set()
        self.owed: list[tuple[str, int]] = []
        """The seats of a team just taken over whose holders are not fit there: visit and seat, in their order."""
        self.broken = False

    def follow(self, where: str, event: Mapping[str, Any]) -> None:
        """Check one event and let it happen. Behind one that could not happen nothing is followed."""
        step = {"replace": self._replace, "extend": self._extend, "step_in": self._step}.get(event["kind"])
        if step is None or self.broken:
            return
        self._check_owed(where, event)
        if not self.broken:
            step(where, event)

    def end(self) -> None:
        """Nothing may be owed when the log ends."""
        if self.broken:
            self.case.findings.unseen("not_reached", *_FOLLOWED)
        elif self.owed:
            self.case.findings.fail("L-STEP", "log", "the end", [*self.owed[0], UNFIT])

    def _same(self, code: str, where: str, found: object, expected: object) -> None:
        self.broken |= not self.case.findings.same(code, where, found, expected)

    def _check_owed(self, where: str, event: Mapping[str, Any]) -> None:
        """A holder who is not fit for a visit taken over is stood in for before anything else; no other is unfit."""
        asked = [(event["subject"], event["seat"])] if event["reason"] == UNFIT and event["kind"] == "step_in" else []
        if self.sees_teams:
            self._same("L-STEP", where, [*map(list, asked)], [*map(list, self.owed[:1])])
        del self.owed[:1]

    def _replace(self, where: str, event: Mapping[str, Any]) -> None:
        stratum, gone, comes = event["subject"], event["from"], event["to"]
        if not self.sees_order:
            self.case.findings.unseen("masked", "L-REPLACE")
            self.sees_teams = False
            return
        self._same("L-REPLACE", f"{where}/seat", event["seat"], 0)
        self._same("L-REPLACE", f"{where}/from", gone if gone in self.active else "", gone or "an entity drawn")
        self._same("L-REPLACE", f"{where}/subject", stratum, self.stratum_of.get(gone, ""))
        waiting = self.queues.get(stratum, [])
        self._same("L-REPLACE", f"{where}/to", comes, waiting[0] if waiting else "no reserve is left")
        if self.broken:
            return
        del waiting[0]
        self.active = self.active - {gone} | {comes}
        self.teams[comes] = team = self.teams.pop(gone, [""] * len(self.part["seats"]))
        if self.sees_teams and comes in self.stratum_of and len(team) == len(self.part["seats"]):
            self.owed = [(comes, seat) for seat in unfit_seats(self.part, self.shown.frozen, comes, team)]

    def _extend(self, where: str, event: Mapping[str, Any]) -> None:
        stratum = event["subject"]
        if not self.sees_order:
            self.case.findings.unseen("masked", "L-EXTEND")
            self.sees_teams = False
            return
        steps, waiting = self.steps.get(stratum, []), self.queues.get(stratum, [])
        number, count = steps[0] if steps else (-1, 0)
        taken = waiting[:count]
        self._same("L-EXTEND", f"{where}/seat", event["seat"], number)
        ends = [taken[0], taken[-1]] if taken else ["a reserve", "a reserve"]
        self._same("L-EXTEND", where, [event["from"], event["to"]], ends)
        if self.broken:
            return
        del steps[0], waiting[:count]
        self.active.update(taken)
        self.extended.update(taken)
        self.teams |= {code: [""] * len(self.part["seats"]) for code in taken}

    def _step(self, where: str, event: Mapping[str, Any]) -> None:
        code, seat = event["subject"], event["seat"]
        if not self.sees_teams or self.case.seed is None:
            self.case.findings.unseen("masked", "L-STEP")
            return
        team = self.teams.get(code, [])
        if seat >= min(len(team), len(self.part["seats"])):
            self._same("L-STEP", f"{where}/subject", [code, seat], "a seat of a visit")
            return
        self._same("L-STEP", f"{where}/from", event["from"], team[seat])
        if not team[seat] and code not in self.extended:
            self._same("L-STEP", f"{where}/from", "", "a holder")
        left = self.left.setdefault(code, set())
        left.add(team[seat])
        expected = stand_in(self.part, self.shown.frozen, self.teams, left=left, seat=(code, seat), seed=self.case.seed)
        self._same("L-STEP", f"{where}/to", event["to"], expected)
        team[seat] = event["to"]
