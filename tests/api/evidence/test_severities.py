"""A severity that no rulebook knows is stored and remarked on, however the event comes; known ones pass in silence."""

from __future__ import annotations

import json
import tomllib
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service import editions
from service.evidence import bulk_remarks, work_off
from service.platform import job_actor

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.platform import web

EVENT = {
    "source": "cases",
    "entity": "own:old",
    "code": "problem_found",
    "decided_on": "2025-03-01",
}
KNOWN = "general, minor, serious"


@pytest.fixture(autouse=True)
def _in_force(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        for words in editions.shipped():
            editions.put_in_force(uow=uow, text=words, reason="tests")


def event(ref: str, severity: str, **more: str) -> dict[str, Any]:
    return {**EVENT, "source_ref": ref, "severity": severity, **more}


SAID = {
    "known": event("1", "serious"),
    "misspelt": event("2", "seriuos"),
    "of another code": event("3", "major"),
    "not weighed by severity": event("4", "serious", code="no_problem_found"),
}
WARNED = [[], ["unknown_severity"], ["unknown_severity"], []]


def test_a_single_event_is_stored_and_told_which_severities_there_are(handler: FlaskClient) -> None:
    for language, start in (("zh", "任何已施行的评价办法都没有规定"), ("en", "No edition that was put in force knows")):
        body = event(language, "seriuos")
        answer = handler.post("/v1/events", json=body, headers={"Accept-Language": language})
        (warning,) = answer.json["warnings"]
        assert (answer.status_code, warning["code"], warning["pointer"]) == (201, "unknown_severity", "/severity")
        assert warning["detail"].startswith(start)
        assert KNOWN in warning["detail"]
    told = [handler.post("/v1/events", json=body).json["warnings"] for body in SAID.values()]
    assert [[one["code"] for one in warnings] for warnings in told] == WARNED
    codes = {one["code"]: one["severities"] for one in handler.get("/v1/event-codes").json}
    assert (codes["problem_found"], codes["case_filed"]) == (KNOWN.split(", "), [])


def test_so_is_each_of_a_batch_and_of_a_file(handler: FlaskClient, assembly: web.Assembly) -> None:
    answer = handler.post("/v1/events", json={"events": list(SAID.values())}).json
    assert (answer["stored"], [[one["code"] for one in item["said"]] for item in answer["items"]]) == (4, WARNED)
    rows = [event(f"f{n}", "serious" if n % 4 else "seriuos") for n in range(20)]
    job = work_off(database=assembly.database, job_id=handed_in(handler, rows))
    assert (job.stored, job.warned, job.refused) == (20, 5, 0)
    with assembly.database.reader() as session:
        remarks = [(one.row, one.pointer, one.code) for one in bulk_remarks(session, job.id)]
    assert remarks == [(n + 1, "/severity", "unknown_severity") for n in range(0, 20, 4)]


def test_so_is_what_a_correction_makes_of_an_event(
    handler: FlaskClient, system: FlaskClient, assembly: web.Assembly
) -> None:
    number = system.post("/v1/events", json=event("1", "serious")).json["id"]

    def corrected(ref: str, client: FlaskClient = system, **changes: str | None) -> list[tuple[str, str]]:
        act = {
            "source": "cases" if client is system else "desk",
            "source_ref": ref,
            "act": "correction",
            "acted_on": "2025-04-01",
            "reason": "录入有误",
        }
        answer = client.post(f"/v1/events/{number}/acts", json={**act, "changes": changes})
        assert answer.status_code == (201 if client is system else 202), answer.json
        return [(one["code"], one["pointer"]) for one in answer.json["warnings"]]

    assert corrected("p", handler, severity="seriuos") == [("unknown_severity", "/changes/severity")]
    assert corrected("q", handler, severity="minor") == [], "who proposes one is warned as well"
    assert corrected("a", severity="seriuos") == [("unknown_severity", "/changes/severity")]
    assert corrected("b", case_ref="案 1") == [], "what it leaves as it was is not said again"
    assert corrected("c", severity="minor") == []
    assert corrected("d", severity=None) == []
    assert corrected("e", severity="major", code="F005") == []
    assert corrected("f", code="problem_found") == [("unknown_severity", "/changes/code")]
    line = {"source": "cases", "source_ref": "g", "act": "correction", "acted_on": "2025-04-02", "reason": "再更正"}
    named = {"event": {"source": "cases", "source_ref": "1"}, "changes": {"severity": "seriuos"}}
    job = work_off(database=assembly.database, job_id=handed_in(system, [line | named]))
    assert (job.stored, job.warned) == (1, 1)
    with assembly.database.reader() as session:
        assert [(one.pointer, one.code) for one in bulk_remarks(session, job.id)] == [
            ("/changes/severity", "unknown_severity")
        ]


def handed_in(handler: FlaskClient, rows: list[dict[str, Any]]) -> int:
    """The number of the job of a file with these rows."""
    lines = "\n".join(map(json.dumps, rows)).encode()
    answer = handler.post("/v1/events/bulk", data=lines, content_type="application/x-ndjson")
    return int(answer.json["id"])


def test_an_older_database_learns_the_severities_of_the_editions_it_has(assembly: web.Assembly) -> None:
    pairs = import_module("service.platform.migrations.versions.0022_severities").pairs
    with assembly.database.reader() as session:
        held = set(session.execute(text("SELECT code, severity FROM event_severity")).all())
    assert {tuple(row) for row in held} == {
        pair for words in editions.shipped() for pair in pairs(tomllib.loads(words))
    }
