"""What is asked of the record: by day, by what was known, by purpose, by those who may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.platform import seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web

EVENT = {"source": "cases", "entity": "own:old", "code": "penalty_fine", "decided_on": "2025-03-01"}


def send(client: FlaskClient, ref: str, **changes: object) -> int:
    answer = client.post("/v1/events", json={**EVENT, "source_ref": ref, **changes})
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def act(client: FlaskClient, event: int, name: str, on: str = "2025-06-01") -> None:
    body = {"source": "cases", "source_ref": f"{name}{event}", "act": name, "acted_on": on, "reason": "依申请"}
    assert client.post(f"/v1/events/{event}/acts", json=body).status_code == 201


def log(assembly: web.Assembly) -> list[tuple[str, str]]:
    assembly.notes.flush()
    with assembly.database.reader() as session:
        return [tuple(row) for row in session.execute(text("SELECT purpose, subject FROM query_log ORDER BY id"))]


def test_pages_of_an_entitys_events_follow_each_other(handler: FlaskClient) -> None:
    ids = [send(handler, str(number)) for number in range(5)]
    first = handler.get("/v1/entities/own:old/events?limit=3")
    assert [item["id"] for item in first.json["items"]] == ids[:3]
    following = first.headers["Link"].split(">")[0].lstrip("<")
    assert [item["id"] for item in handler.get(following).json["items"]] == ids[3:]


def test_the_same_day_by_what_was_known_then(system: FlaskClient, assembly: web.Assembly, clock: FixedClock) -> None:
    event = send(system, "1")
    seal(assembly.database)
    then = clock.now()
    clock.advance(timedelta(hours=1))
    act(system, event, "annulment")
    send(system, "2")
    seal(assembly.database)

    def standings(**question: str) -> list[str]:
        answer = system.get("/v1/entities/own:old/events", query_string=question)
        return [item["standing"] for item in answer.json["items"]]

    assert standings() == ["annulled", "in_force"]
    assert standings(known_at=then.isoformat()) == ["in_force"]
    assert standings(as_of="2025-02-01") == ["annulled", "not_yet"]
    later = (clock.now() + timedelta(days=1)).isoformat()
    assert system.get("/v1/entities/own:old/events", query_string={"known_at": later}).json["code"] == "not_yet_sealed"


def test_a_repair_does_not_rewrite_the_past(system: FlaskClient) -> None:
    act(system, send(system, "1"), "repair", on="2025-06-01")
    for day, standing in (("2025-05-31", "in_force"), ("2025-06-01", "repaired")):
        (item,) = system.get(f"/v1/entities/own:old/events?as_of={day}").json["items"]
        assert item["standing"] == standing


def test_first_offence_counts_exemptions_and_repaired_ones_not_warnings_and_annulled_ones(system: FlaskClient) -> None:
    def first(**question: str) -> bool:
        return bool(system.get("/v1/entities/own:old/first-offence", query_string=question).json["first"])

    send(system, "w", code="case_filed")
    act(system, send(system, "a"), "annulment")
    assert first()
    act(system, send(system, "x", code="first_offence_exemption", decided_on="2025-04-01"), "repair")
    assert not first()
    assert first(as_of="2025-03-31")
    assert first(code="penalty_fine")
    assert not first(code="first_offence_exemption")
    assert system.get("/v1/entities/own:old/first-offence?code=nonsense").json["code"] == "unknown_event_code"


def test_the_penalty_record_wants_a_purpose_and_keeps_it(handler: FlaskClient, assembly: web.Assembly) -> None:
    send(handler, "1")
    send(handler, "2", code="no_problem_found")
    assert handler.get("/v1/entities/own:old/penalty-record").json["code"] == "purpose_missing"
    answer = handler.get("/v1/entities/own:old/penalty-record?purpose=tender")
    assert [row["source_ref"] for row in answer.json["penalties"]] == ["1"]
    assert log(assembly)[-1] == ("tender", "own:old")


def test_a_named_person_is_logged_before_the_answer(handler: FlaskClient, assembly: web.Assembly) -> None:
    handler.get("/v1/entities/own:person/penalty-record?purpose=hiring")
    with assembly.database.reader() as session:
        assert session.execute(text("SELECT purpose FROM query_log")).scalars().all() == ["hiring"]


def test_an_entity_reads_its_own_record_only(handler: FlaskClient, caller: Callable[..., FlaskClient]) -> None:
    event = send(handler, "1")
    own = caller("entity", subject="own:old")
    assert own.get("/v1/entities/own:old/events").status_code == 200
    assert own.get(f"/v1/events/{event}").status_code == 200
    assert own.get("/v1/entities/own:elsewhere/events").json["code"] == "out_of_scope"
    narrow = caller("handler", regions=("110102",))
    assert narrow.get(f"/v1/events/{event}").json["code"] == "out_of_scope"
    assert handler.get("/v1/entities/own:nobody/events").json["code"] == "entity_not_found"
