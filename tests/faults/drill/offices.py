"""Two offices under load: one repairs one penalty after the other, one adopts editions and takes them back."""

from __future__ import annotations

import json
from abc import abstractmethod
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.builders.entities import entry
from tests.faults.callers import Adoption, Caller, Case, Line
from tests.faults.load import SOURCE

if TYPE_CHECKING:
    import threading

    from service.sample.chance import Chance
    from tests.faults.callers import Answer
    from tests.faults.drill.stand import Scene
    from tests.faults.founding import Town

AUTHORITY, REGION = "bj-culture-110101", "110101"
DECIDED_AGO, PERFORMED_AGO = timedelta(200), timedelta(190)
"""Long enough ago that the law lets it be repaired, and not so long that it lapses by itself."""

AHEAD = timedelta(40)
PDF = b"%PDF-1.4 a paper"
PAPERS = ("application", "commitment", "performance", "training")
EDITION = "bj-culture.2022"
PLACE, POINTS = "/rating/event/0/severities/minor", ("-1.5", "-2", "-2.5")
CASES = """
[[case]]
title = {{ zh = "没有记录", en = "No record" }}
kind = "net_cafe"
as_of = {day}
known_since = 2020-01-01
expect = {{ score = 92, grade = "A", tier = "A" }}
"""
PAUSE = 0.4


class Office(Caller):
    """Members of staff, each with a line of their own, who take one step after the other."""

    def __init__(self, name: str, scene: Scene, town: Town, chance: Chance, stop: threading.Event) -> None:
        own = {who: Line(scene.stand.installed.socket, token, scene.remembered) for who, token in town.tokens.items()}
        super().__init__(name, own["handler"], scene.remembered, chance, stop)
        self._lines = {**own, "administrator": Line(scene.stand.installed.socket, town.token, scene.remembered)}

    def act(self) -> None:
        """One matter from its beginning to its end; their lines are closed when it is over."""
        try:
            self.work()
        finally:
            for line in self._lines.values():
                line.hang_up()
        self.stop.wait(PAUSE)

    @abstractmethod
    def work(self) -> None:
        """One matter."""

    def does(self, who: str, path: str, **body: Any) -> Answer:  # noqa: ANN401 - any field of a body
        """Somebody does something, however often it must be sent: each time under the same key."""
        return self._sure(self._lines[who].ask("POST", path, json.dumps(body).encode(), key=self.reference()))

    def hands_in(self, who: str, path: str, content: bytes) -> Answer:
        """The same with a paper."""
        return self._sure(self._lines[who].ask("POST", path, content, kind="file", key=self.reference()))

    @staticmethod
    def _sure(answer: Answer) -> Answer:
        lost = answer.status == 409 and answer.body["code"] == "idempotency_answer_lost"
        assert lost or answer.status in {200, 201, 204}, answer
        return answer


class RepairOffice(Office):
    """An entity is entered and fined, applies, and its penalty is repaired; some cases are left where they stand."""

    def work(self) -> None:
        """One case."""
        today = date.today()  # noqa: DTZ011 - the day of this machine, as the service's own
        key = f"own:{self.reference()}"
        self.does("administrator", "/v1/entities", **entry(key, authority=AUTHORITY, region=REGION))
        fine = {"source": SOURCE, "source_ref": self.reference(), "entity": key, "code": "penalty_fine"}
        days = {"decided_on": today - DECIDED_AGO, "performed_on": today - PERFORMED_AGO}
        days["corrected_on"] = days["performed_on"]
        body = {**fine, "severity": "general", **{name: day.isoformat() for name, day in days.items()}}
        record = self._lines["administrator"].ask("POST", "/v1/events", json.dumps(body).encode()).body["id"]
        self.remembered.accepted.append((body, record))
        self._repair(key, record)

    def _repair(self, key: str, record: int) -> None:
        answer = self.does("handler", "/v1/repairs", entity=key, record=record, reason="the fine was paid")
        case = Case(answer.body.get("number") or self._number_of(key), key, record, ["submit"])
        self.remembered.cases.append(case)
        here = f"/v1/repairs/{case.number}"
        for paper in PAPERS:
            self.hands_in("handler", f"{here}/materials/{paper}?name={paper}.pdf", PDF)
        steps: list[tuple[str, str, str, dict[str, object]]] = [
            ("accept", "handler", "acceptance", {}),
            ("verify", "reviewer", "verification", {"fit": True}),
            ("grant", "approver", "decision", {"decision": "grant"}),
        ]
        for event, who, step, said in steps[: self.chance.number(1, 3)]:
            self.does(who, f"{here}/{step}", reason="as found", **said)
            case.steps.append(event)

    def _number_of(self, key: str) -> str:
        """The number of the case whose answer was lost."""
        found = self._lines["handler"].ask("GET", f"/v1/repairs?entity={key}").body["items"]
        return str(found[0]["number"])


class LawOffice(Office):
    """An edition is proposed, approved, re-rated for, and withdrawn before its day."""

    def work(self) -> None:
        """One adoption."""
        edition = f"bj-culture.{self.reference()}".lower()
        day = date.today() + AHEAD  # noqa: DTZ011 - the day of this machine, as the service's own
        points = POINTS[self.chance.number(0, len(POINTS) - 1)]
        copy = {"copy_of": EDITION, "edition_id": edition, "force_from": day.isoformat()}
        cases = CASES.format(day=day)
        change = {"changes": [{"place": PLACE, "value": points}], "cases": cases, "reason": "as decided"}
        answer = self.does("editor", "/v1/edition-proposals", **copy, **change)
        adoption = Adoption(answer.body.get("proposal") or self._proposal_of(edition), edition, ["proposed"])
        self.remembered.adoptions.append(adoption)
        here = f"/v1/edition-proposals/{adoption.proposal}"
        self.does("approver", f"{here}/approval", reason="agreed")
        adoption.steps.append("approved")
        self.stop.wait(self.chance.number(1, 40) / 10)
        self.does("editor", f"{here}/withdrawal", reason="on second thoughts")
        adoption.steps.append("withdrawn")

    def _proposal_of(self, edition: str) -> int:
        """The number of the proposal whose answer was lost."""
        found = self._lines["editor"].ask("GET", "/v1/edition-proposals").body["items"]
        return next(int(one["proposal"]) for one in found if one["edition"] == edition)
