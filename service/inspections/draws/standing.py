"""Where the visits of a part stand: the result, and every event since, one after the other (§6, §7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sampling.staffing import stand_in
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.sampling.frozen import Frozen
    from scoring.sampling.outcome import Outcome

REASONS: Mapping[str, frozenset[str]] = {
    "replace": frozenset({"closed", "deregistered", "moved", "merged", "cap", "unreachable"}),
    "step_in": frozenset({"recusal", "leave", "certificate", "extension"}),
    "extend": frozenset({"step"}),
}
"""The reasons that a person may give for each kind of event (docs/draw-protocol.md §6, §7.6)."""
UNFIT = "unfit"
"""The reason of a stand-in that follows from a replacement by itself: nobody proposes it."""
EXTENSION = "extension"
"""The reason of just those stand-ins that take an empty seat of an extended visit."""
GONE = frozenset({"closed", "deregistered", "moved"})
"""Reasons after which a replaced entity owes no visit."""


class Standing:
    """A part's visits: ``teams`` by code, reserves left by stratum, steps left, inspectors who left by visit.

    ``came_with``: by code, the number from 1 of the committed step with which it came; the drawn are not in it.
    """

    def __init__(self, part: Mapping[str, Any], outcome: Outcome, events: Iterable[Mapping[str, Any]]) -> None:
        self.part = part
        self.teams: dict[str, list[str]] = {code: list(ids) for code, ids in outcome.rows["teams"]}
        self.reserves: dict[str, list[str]] = {each["stratum"]: [] for each in part["strata"]}
        for stratum, _, code in outcome.rows["reserves"]:
            self.reserves[stratum].append(code)
        self.steps = {each["stratum"]: list(enumerate(each["steps"])) for each in part["strata"]}
        self.left: dict[str, set[str]] = {}
        self.extended: set[str] = set()
        self.came_with: dict[str, int] = {}
        self._place_of: dict[str, str] = {}
        for event in events:
            if event["part"] == part["part"]:
                self.follow(event)

    def follow(self, event: Mapping[str, Any]) -> None:
        """Let an event happen."""
        kind, subject, gone, comes = event["kind"], event["subject"], event["from"], event["to"]
        if kind == "replace":
            self.reserves[subject].remove(comes)
            self.teams[comes] = self.teams.pop(gone)
            self._place_of[comes] = self.place_of(gone)
        elif kind == "extend":
            number, count = self.steps[subject].pop(0)
            taken, self.reserves[subject] = self.reserves[subject][:count], self.reserves[subject][count:]
            self.extended.update(taken)
            self.came_with |= dict.fromkeys(taken, number + 1)
            self.teams |= {code: [""] * len(self.part["seats"]) for code in taken}
        else:
            self.left.setdefault(subject, set()).add(gone)
            self.teams[subject][event["seat"]] = comes

    def place_of(self, code: str) -> str:
        """The entity in whose place this one is visited: itself, or the one that was drawn and replaced."""
        return self._place_of.get(code, code)

    def replacement(self, gone: str, stratum: str) -> dict[str, Any]:
        """What an event of replacing a drawn entity by the next unused reserve says.

        Raises:
            Problem: ``draw_visit_unknown``, ``draw_reserves_exhausted``.
        """
        if gone not in self.teams:
            raise Problem("draw_visit_unknown", visit=gone[:80])
        if not self.reserves.get(stratum):
            raise Problem("draw_reserves_exhausted", stratum=stratum)
        return {"subject": stratum, "seat": 0, "from": gone, "to": self.reserves[stratum][0]}

    def extension(self, stratum: str) -> dict[str, Any]:
        """What an event of taking the next committed step of reserves says.

        Raises:
            Problem: ``draw_step_not_committed``, ``draw_reserves_exhausted``.
        """
        if not self.steps.get(stratum):
            raise Problem("draw_step_not_committed", stratum=stratum[:80])
        number, count = self.steps[stratum][0]
        taken = self.reserves[stratum][:count]
        if not taken:
            raise Problem("draw_reserves_exhausted", stratum=stratum)
        return {"subject": stratum, "seat": number, "from": taken[0], "to": taken[-1]}

    def stepping_in(self, code: str, seat: int, frozen: Frozen, seed: bytes) -> dict[str, Any]:
        """What an event of the next inspector's taking a seat says; ``to`` is "" where nobody may.

        Raises:
            Problem: ``draw_visit_unknown``, ``draw_seat_short``.
        """
        if code not in self.teams or seat >= len(self.part["seats"]):
            raise Problem("draw_visit_unknown", visit=code[:80])
        leaves = self.teams[code][seat]
        if not leaves and code not in self.extended:
            raise Problem("draw_seat_short", visit=code, seat=seat + 1)
        left = self.left.get(code, set()) | {leaves}
        comes = stand_in(self.part, frozen, self.teams, left=left, seat=(code, seat), seed=seed)
        return {"subject": code, "seat": seat, "from": leaves, "to": comes}
