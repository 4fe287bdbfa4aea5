"""Where too much of what was accepted waits to be worked off, nothing more is taken in until some of it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import work_off
from service.platform.web import backlog
from service.ratings import drain
from tests.api.evidence.test_files import NDJSON
from tests.api.evidence.test_intake import EVENT, count

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import web

MOST = 2
ENTITIES = ("own:old", "own:person", "own:elsewhere")


@pytest.fixture
def assembly(assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch) -> web.Assembly:
    """One that takes little, and looks at every request how much waits."""
    monkeypatch.setattr(backlog, "LOOK", 0.0)
    monkeypatch.setattr(backlog, "_SHARE", 0)
    return replace(assembly, settings=replace(assembly.settings, waiting_marks=MOST, waiting_files=MOST))


def send(caller: FlaskClient, number: int, **more: Any) -> TestResponse:  # noqa: ANN401 - as of the client
    return caller.post("/v1/events", json={**EVENT, "source_ref": f"A{number}", "entity": ENTITIES[number]}, **more)


def hand_in(caller: FlaskClient, number: int) -> TestResponse:
    line = b'{"source": "cases", "source_ref": "F%d"}' % number
    return caller.post("/v1/events/bulk", data=line, content_type=NDJSON)


def test_records_are_refused_while_too_many_wait_and_taken_again_afterwards(
    system: FlaskClient, assembly: web.Assembly
) -> None:
    recorded = [send(system, number).status_code for number in range(MOST)]
    assert recorded == [201, 201]
    refused = {
        "event": send(system, 2),
        "batch": system.post("/v1/events", json={"events": [EVENT]}),
        "occasion": system.post("/v1/occasions", json={}),
        "act": system.post("/v1/events/1/acts", json={}),
        "file": hand_in(system, 1),
    }
    said = {name: (answer.status_code, answer.json["code"]) for name, answer in refused.items()}
    assert said == dict.fromkeys(refused, (429, "backlog_full"))
    assert {answer.headers["Retry-After"] for answer in refused.values()} == {"10"}
    assert count(assembly, "event") == MOST
    assert system.get("/v1/entities/own%3Aold/tier").status_code == 200, "questions are answered"
    drain(database=assembly.database)
    assert send(system, 2).status_code == 201


def test_a_request_with_a_key_that_was_told_to_come_back_is_answered_anew(
    system: FlaskClient, assembly: web.Assembly
) -> None:
    for number in range(MOST):
        send(system, number)
    key = {"Idempotency-Key": "k2"}
    assert send(system, 2, headers=key).status_code == 429
    drain(database=assembly.database)
    again = send(system, 2, headers=key)
    assert (again.status_code, again.headers["Idempotency-Hit"]) == (201, "false")


def test_files_are_refused_while_too_many_wait(system: FlaskClient, assembly: web.Assembly) -> None:
    jobs = [hand_in(system, number).json["id"] for number in range(MOST)]
    assert (hand_in(system, 2).status_code, count(assembly, "bulk_job")) == (429, MOST)
    assert send(system, 0).status_code == 201, "single records are not files"
    work_off(database=assembly.database, job_id=jobs[0])
    assert hand_in(system, 2).status_code == 202


def test_a_look_stands_for_a_while(
    system: FlaskClient, assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "LOOK", 3600.0)
    assert [send(system, number).status_code for number in range(3)] == [201] * 3, "seen when nothing waited"
    assert {round(again) > 0 for again, full in assembly.backlogs.values() if not full} == {True}
