"""What the callers do: single events, wrong ones, repeats, acts, questions; and files in both modes."""

import json
import threading
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from service.sample.chance import Chance
from tests.faults.callers import Answer, Caller, Line, Remembered

SOURCE = "under-load"
FIRST, LAST = date(2026, 7, 1), date(2026, 7, 20)
PAUSE = 0.03  # seconds between two things that one caller does
SAID: tuple[Mapping[str, Any], ...] = (
    {"code": "no_problem_found", "share": 5},
    {"code": "problem_found", "severity": "minor", "share": 5},
    {"code": "problem_found", "severity": "general", "share": 2},
    {"code": "ordered_to_correct", "share": 1},
    {"code": "penalty_warning", "share": 1},
    {"code": "penalty_fine", "severity": "general", "share": 1},
)
DEEDS = {"event": 70.0, "wrong": 6.0, "repeat": 6.0, "contradict": 4.0, "act": 8.0, "tier": 6.0}
WRONG: tuple[Mapping[str, str], ...] = (
    {"code": "no_such_code"},
    {"entity": "own:nobody"},
    {"decided_on": "2999-01-01"},
    {"decided_on": "20260701"},
)


def event(chance: Chance, keys: list[str], ref: str) -> dict[str, Any]:
    """A body that the service takes."""
    what = {name: value for name, value in chance.pick(SAID).items() if name != "share"}
    entity, day = keys[chance.number(0, len(keys) - 1)], chance.day(FIRST, LAST)
    return {"source": SOURCE, "source_ref": ref, "entity": entity, "decided_on": day.isoformat(), **what}


class Clerk(Caller):
    """Sends one event after another, and does all that else a system or a hasty person does."""

    pause = PAUSE

    def __init__(
        self, name: str, line: Line, remembered: Remembered, chance: Chance, stop: threading.Event, *, keys: list[str]
    ) -> None:
        super().__init__(name, line, remembered, chance, stop)
        self._keys = keys
        self._own: list[tuple[dict[str, Any], int]] = []

    def act(self) -> None:
        """One deed by chance."""
        deed = self.chance.choose(DEEDS)
        if deed == "event" or (deed != "wrong" and not self._own):
            self._send()
        elif deed == "wrong":
            self._send_wrong()
        elif deed == "tier":
            self._look()
        else:
            {"repeat": self._repeat, "contradict": self._contradict, "act": self._annul}[deed](
                *self._own[self.chance.number(0, len(self._own) - 1)]
            )
        self.stop.wait(self.pause)

    def _post(self, body: Mapping[str, Any], path: str = "/v1/events") -> Answer:
        return self.line.ask("POST", path, json.dumps(body).encode())

    def _send(self) -> None:
        body = event(self.chance, self._keys, self.reference())
        answer = self._post(body)
        assert answer.status in {200, 201}, answer
        self._own.append((body, answer.body["id"]))
        self.remembered.accepted.append(self._own[-1])

    def _send_wrong(self) -> None:
        ref = self.reference()
        answer = self._post({**event(self.chance, self._keys, ref), **WRONG[self.chance.number(0, len(WRONG) - 1)]})
        assert answer.status == 422, answer
        self.remembered.refused.append(ref)

    def _repeat(self, body: dict[str, Any], number: int) -> None:
        answer = self._post(body)
        assert (answer.status, answer.body["id"]) == (200, number), answer

    def _contradict(self, body: dict[str, Any], _: int) -> None:
        answer = self._post({**body, "case_ref": "another"})
        assert answer.status == 409, answer

    def _annul(self, body: dict[str, Any], number: int) -> None:
        ref = self.reference()
        deed = {"source": SOURCE, "source_ref": ref, "act": "annulment", "acted_on": body["decided_on"]}
        deed["reason"] = "复议撤销"
        answer = self._post(deed, f"/v1/events/{number}/acts")
        if answer.status in {200, 201}:
            self.remembered.acts.append((ref, answer.body["id"]))
        else:  # it is annulled already
            self.remembered.refused.append(ref)

    def _look(self) -> None:
        key = self._keys[self.chance.number(0, len(self._keys) - 1)]
        answer = self.line.ask("GET", f"/v1/entities/{quote(key, safe='')}/tier")
        assert answer.status == 200, answer


class Archive(Caller):
    """Hands files in, one when the one before is worked off: in turn with bad rows among them, and all or nothing."""

    lines = 3_000

    def __init__(
        self, name: str, line: Line, remembered: Remembered, chance: Chance, stop: threading.Event, *, keys: list[str]
    ) -> None:
        super().__init__(name, line, remembered, chance, stop)
        self._keys = keys

    def act(self) -> None:
        """One file: new events, some that callers sent or will have sent again, and in one mode wrong ones."""
        mode = "all" if len(self.remembered.files) % 2 else "good"
        again = [body for body, _ in self.remembered.accepted[-self.lines // 8 :]]
        rows = again + [event(self.chance, self._keys, self.reference()) for _ in range(self.lines)]
        wrong = []
        if mode == "good":
            for number in range(20):
                body = {**event(self.chance, self._keys, self.reference()), **WRONG[number % len(WRONG)]}
                wrong.append(body)
                self.remembered.refused.append(body["source_ref"])
        content = b"".join(json.dumps(body).encode() + b"\n" for body in rows + wrong)
        answer = self.line.ask("POST", f"/v1/events/bulk?mode={mode}", content, "ndjson")
        assert answer.status == 202, answer
        self.remembered.files.append((rows, mode, answer.body["id"]))
        self._wait(answer.body["id"])

    def _wait(self, job: int) -> None:
        while not self.stop.wait(0.3):
            if self.line.ask("GET", f"/v1/bulk-jobs/{job}").body["state"] in {"done", "refused"}:
                return
