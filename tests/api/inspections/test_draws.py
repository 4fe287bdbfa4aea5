"""The whole life of a draw over HTTP; what is public when; the file that comes out is verified."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from scoring.sampling.bytes import digest
from scoring.sampling.verify import Outside, verify
from service.platform import FixedClock
from tests.builders import drawing
from tests.builders.draws import material
from tests.builders.overridden import overridden

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import Database, web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

WEAK = {"A-CHOICE", "S-NARROW"}
"""What is lawful and weaker than it should be in so small a district."""


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(caller: Caller) -> dict[str, FlaskClient]:
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    return {**here, "custodian": caller("partner"), "above": caller("approver", authority=drawing.ABOVE)}


def move(clock: FixedClock, second: int) -> None:
    clock.advance(drawing.at(second) - clock.now())


def done(response: TestResponse, status: int = 200) -> Any:  # noqa: ANN401 whatever the route answers with
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_json(silent=True)


def refused(response: TestResponse, code: str) -> None:
    assert response.get_json()["code"] == code, response.get_data(as_text=True)


def committed(database: Database, staff: dict[str, FlaskClient], **said: Any) -> str:  # noqa: ANN401 fields of the task
    (task,) = drawing.published(database, drawing.task(**said))
    number: str = done(staff["handler"].post(f"/v1/inspection-tasks/{task}/draws", json=drawing.terms()), 201)["number"]
    done(staff["handler"].post(f"/v1/draws/{number}/witnesses", json=drawing.witness(number)), 204)
    assert done(staff["approver"].post(f"/v1/draws/{number}/commitment"))["state"] == "committed"
    return number


def concluded(clock: FixedClock, staff: dict[str, FlaskClient], number: str) -> None:
    at = f"/v1/draws/{number}"
    secret = done(staff["handler"].get(f"{at}/secret"))["value"]
    done(staff["custodian"].post(f"{at}/custody", json={"custodian": "AU-01", "value": secret}), 204)
    done(staff["custodian"].post(f"{at}/reveals", json={"witness": "NO-01", "value": drawing.WITNESS_VALUE.hex()}), 204)
    move(clock, drawing.CLOSING)
    done(staff["handler"].post(f"{at}/closing"))
    move(clock, drawing.INSTANT + 60)
    values = {"values": [material.SIGNED]}
    assert done(staff["handler"].post(f"{at}/entropy", json=values))["digest"] is None, "the secret is still to come"
    assert done(staff["handler"].post(f"{at}/secret", json={}))["state"] == "entropy"
    assert done(staff["handler"].post(f"{at}/result"))["state"] == "concluded"


def test_a_draw_from_plan_to_public_file(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    number = committed(assembly.database, staff)
    at = f"/v1/draws/{number}"
    assert number == "110101-2023-00001"
    commitment = done(anonymous.get(f"{at}/documents/commitment"))
    assert {each["stratum"]: each["draw"] for each in commitment["parts"][0]["strata"]} == {
        "D": 2,
        "never_inspected": 2,
    }
    concluded(clock, staff, number)
    done(staff["custodian"].post(f"{at}/attests", json={"custodian": "AU-01"}), 204)
    assert done(staff["approver"].post(f"{at}/dispatch"))["state"] == "dispatched"
    done(staff["handler"].post(f"{at}/opening"))

    unknown = anonymous.get("/v1/draw-registers/nope")
    refused(unknown, "draw_register_not_found")
    assert (unknown.status_code, "nope" in unknown.json["detail"]) == (404, True)
    assert done(anonymous.get(f"/v1/draw-registers/{drawing.ABOVE}"))["items"] == [], "one that has drawn nothing yet"
    register = done(anonymous.get(f"/v1/draw-registers/{drawing.HERE}"))
    kinds = [entry["kind"] for entry in register["items"]]
    assert kinds == ["plan", "commitment", "closing", "entropy", "result", "attest", "open"]
    assert register["head"] == digest(register["items"][-1])
    closing = digest(register["items"][2])
    outside = Outside(
        commitment=digest(commitment),
        head=(closing, drawing.INSTANT - 900),
        beacon=(material.SIGNATURE,),
        now=drawing.INSTANT + 600_000,
    )
    for view, client in (("full", staff["auditor"]), ("public", anonymous)):
        data = client.get(f"{at}/transcript", query_string={"view": view}).data
        report = verify(data, outside)
        assert report.failed() == [], report.lines("en")
        assert {each.code for each in report.said if each.verdict == "WEAK"} <= WEAK
        assert report.anchored


def test_who_prepared_a_draw_does_not_freeze_it_by_another_token(
    staff: dict[str, FlaskClient], caller: Caller, assembly: web.Assembly
) -> None:
    one = {role: caller(role, authority=drawing.HERE, person="CY-07") for role in ("handler", "approver")}
    (task,) = drawing.published(assembly.database, drawing.task())
    number = done(one["handler"].post(f"/v1/inspection-tasks/{task}/draws", json=drawing.terms()), 201)["number"]
    done(one["handler"].post(f"/v1/draws/{number}/witnesses", json=drawing.witness(number)), 204)
    refused(one["approver"].post(f"/v1/draws/{number}/commitment"), "draw_own_work")
    assert done(staff["approver"].post(f"/v1/draws/{number}/commitment"))["state"] == "committed"


def test_whoever_is_to_freeze_a_draw_reads_its_terms_and_what_it_waits_for(
    assembly: web.Assembly, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    (task,) = drawing.published(assembly.database, drawing.task())
    number = done(staff["handler"].post(f"/v1/inspection-tasks/{task}/draws", json=drawing.terms()), 201)["number"]
    done(staff["handler"].post(f"/v1/draws/{number}/witnesses", json=drawing.witness(number)), 204)
    seen = done(staff["approver"].get(f"/v1/draws/{number}/preparation"))
    assert seen["terms"]["close_at"] == drawing.terms()["close_at"]
    assert [one["organisation"] for one in seen["witnesses"]] == ["市公证处"]
    assert (seen["entered_by"], seen["void_asked"]) == ([], None)
    assert anonymous.get(f"/v1/draws/{number}/preparation").status_code == 401

    (waiting,) = done(staff["approver"].get("/v1/draw-worklist", query_string={"draw": number}))["items"]
    assert (waiting["number"], waiting["step"], waiting["overdue"]) == (number, "freeze", False)
    assert done(staff["approver"].get("/v1/draw-worklist", query_string={"draw": "another"}))["items"] == []
    (listed,) = done(anonymous.get("/v1/draws", query_string={"task": task}))["items"]
    assert (listed["number"], listed["state"]) == (number, "prepared")

    (beacon,) = done(anonymous.get("/v1/beacon-rounds", query_string={"at": drawing.INSTANT}))["items"]
    assert (beacon["chain"], beacon["round"], beacon["instant"]) == (
        material.DRAND["chain"],
        material.DRAND["round"],
        drawing.INSTANT,
    )


def test_draws_are_listed_from_either_end(
    assembly: web.Assembly, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    tasks = drawing.published(assembly.database, drawing.task(), drawing.task(kinds=["cinema"]))
    made = [staff["handler"].post(f"/v1/inspection-tasks/{one}/draws", json=drawing.terms()) for one in tasks]
    first, later = (done(one, 201)["number"] for one in made)
    assert [one["number"] for one in done(anonymous.get("/v1/draws"))["items"]] == [first, later]
    newest = anonymous.get("/v1/draws?order=newest&limit=1")
    assert [one["number"] for one in done(newest)["items"]] == [later]
    following = newest.headers["Link"].partition(">")[0].removeprefix("<")
    assert [one["number"] for one in done(anonymous.get(following))["items"]] == [first]


def test_a_draw_keeps_to_the_sources_of_its_plan(
    assembly: web.Assembly, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    (task,) = drawing.published(assembly.database, drawing.task(sources=[{"kind": "balls", "name": "welfare-1"}]))
    place = f"/v1/inspection-tasks/{task}/draws"
    answer = staff["handler"].post(place, json=drawing.terms())
    refused(answer, "draw_source_unplanned")
    assert answer.json["pointer"] == "/attempts/0/sources/0"
    assert done(anonymous.get("/v1/draws"))["items"] == []
    number = committed(assembly.database, staff)
    plan = done(anonymous.get(f"/v1/draws/{number}/documents/plan"))
    assert plan["tasks"][0]["sources"] == [
        ["balls", "welfare-1"],
        ["balls", "welfare-2"],
        ["balls", "welfare-3"],
        ["drand", material.CHAIN],
    ], "what the plan fixed, not what the draw chose among it"


def test_reserves_come_in_order_for_a_reason_with_evidence_and_by_two_persons(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    at = f"/v1/draws/{number}"
    done(staff["approver"].post(f"{at}/dispatch"))
    part = done(staff["auditor"].get(f"{at}/transcript?view=full"))["parts"][0]
    stratum_of = {row[0]: row[2] for row in part["frame"]}
    gone = next(code for (code,) in part["drawn"] if stratum_of[code] == "never_inspected")
    reserves = [code for stratum, _, code in part["reserves"] if stratum == "never_inspected"]
    minutes = b"%PDF-1.7 nobody was there on three days"
    digest_of = sha256(minutes).hexdigest()
    event = {"kind": "replace", "subject": gone, "reason": "unreachable", "evidence": digest_of}
    unseen = staff["handler"].post(f"{at}/events", json=event)
    refused(unseen, "draw_evidence_unknown")
    assert (unseen.json["pointer"], unseen.status_code) == ("/evidence", 422)
    for _ in range(2):
        kept = done(staff["handler"].post(f"{at}/files", data=minutes), 201)
    assert kept == {"sha256": digest_of, "size": len(minutes), "media_type": "application/pdf"}
    refused(staff["handler"].post(f"{at}/files", data=b"no kind that is taken"), "stored_file_kind")
    refused(caller("handler", authority="bj-culture-110102").post(f"{at}/files", data=minutes), "out_of_scope")
    assert staff["approver"].get(f"{at}/files/{digest_of}").data == minutes
    refused(staff["approver"].get(f"{at}/files/{'0' * 64}"), "draw_file_not_found")
    refused(caller("auditor", authority="bj-culture-110102").get(f"{at}/files/{digest_of}"), "out_of_scope")

    def decided(said: dict[str, Any]) -> None:
        proposal = done(staff["handler"].post(f"{at}/events", json=said), 201)["proposal"]
        done(staff["approver"].post(f"{at}/events/{proposal}/decision", json={"approved": True}))

    decided(event)
    decided({**event, "kind": "extend", "subject": "never_inspected", "reason": "step"})
    once = [("draw_replace", number, "unreachable"), ("draw_extend", number, "step")]
    assert overridden(assembly.database) == once, "whom a stand-in follows from by itself nobody decided"
    refused(
        staff["handler"].post(
            f"{at}/events", json={**event, "kind": "extend", "subject": "never_inspected", "reason": "step"}
        ),
        "draw_step_not_committed",
    )
    file = done(staff["auditor"].get(f"{at}/transcript?view=full"))
    assert [(one["from"], one["to"]) for one in file["log"]][:2] == [(gone, reserves[0]), (reserves[1], reserves[1])]
    assert all(one["by"] != one["approved_by"] and one["evidence"] == digest_of for one in file["log"])
    told = {one["code"] for one in done(staff["handler"].get(f"{at}/names"))["items"]}
    assert told == {code for (code,) in part["drawn"]} - {gone} | set(reserves[:2])


def test_names_are_for_the_drawing_role_until_the_task_lets_them_out(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient, caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    at = f"/v1/draws/{number}"
    refused(staff["handler"].get(f"{at}/names"), "draw_step_too_early")
    concluded(clock, staff, number)
    for client in (anonymous, staff["auditor"], staff["above"], caller("handler", authority="bj-culture-110102")):
        refused(client.get(f"{at}/names"), "draw_names_hidden")
    told = done(staff["handler"].get(f"{at}/names"))["items"]
    assert len(told) == 4
    assert all(len({person for person, _ in each["team"]}) == 2 for each in told)
    with assembly.database.reader() as session:
        looks = session.execute(
            text("SELECT subject, purpose FROM query_log WHERE purpose IN ('draw_names', 'draw_secret') ORDER BY id")
        ).all()
    assert [tuple(look) for look in looks] == [(number, "draw_secret"), (number, "draw_names")]
    done(staff["approver"].post(f"{at}/dispatch"))
    assert done(anonymous.get(f"{at}/names"))["items"] == told


def test_names_until_completion_wait_for_the_opening(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    number = committed(assembly.database, staff, names="completion")
    concluded(clock, staff, number)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    refused(anonymous.get(f"/v1/draws/{number}/names"), "draw_names_hidden")
    refused(anonymous.get(f"/v1/draws/{number}/transcript"), "draw_not_opened")
    done(staff["approver"].post(f"/v1/draws/{number}/opening"))
    assert len(done(anonymous.get(f"/v1/draws/{number}/names"))["items"]) == 4


def test_an_entity_proves_its_own_row_and_after_the_opening_what_became_of_it(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    at = f"/v1/draws/{number}"
    concluded(clock, staff, number)
    drawn = done(staff["handler"].get(f"{at}/names"))["items"][0]
    entity = caller("entity", subject=drawn["entity"])
    early = entity.get(f"{at}/certificates/{drawn['code']}")
    assert (early.json["drawn"], early.json["secret"], early.json["result"]) == ({}, "", {})
    assert verify(early.data).failed() == []
    refused(entity.get(f"{at}/certificates/OWN-T-0"), "out_of_scope")
    done(staff["approver"].post(f"{at}/dispatch"))
    done(staff["approver"].post(f"{at}/opening"))
    late = entity.get(f"{at}/certificates/{drawn['code']}")
    assert late.json["drawn"]["values"][0] == drawn["code"]
    assert verify(late.data).failed() == []


def test_closed_rows_name_the_drawn_and_nobody_else(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    custodians = [{"id": "AU-01", "organisation": "市审计局"}, {"id": "AU-02", "organisation": "市司法局"}]
    number = committed(assembly.database, staff, rows="none", custodians=custodians)
    concluded(clock, staff, number)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    done(staff["approver"].post(f"/v1/draws/{number}/opening"))
    data = anonymous.get(f"/v1/draws/{number}/transcript").data
    part = json.loads(data)["parts"][0]
    assert all(isinstance(row, str) for name in ("frame", "roster", "tickets") for row in part[name])
    assert all(isinstance(row, list) for row in part["drawn"])
    assert json.loads(data)["secret"] == ""
    assert verify(data).failed() == []
    assert verify(staff["auditor"].get(f"/v1/draws/{number}/transcript?view=full").data).failed() == []


def test_the_full_file_is_for_audit_and_the_authority_above(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient, caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    full = {"view": "full"}
    done(staff["above"].get(f"/v1/draws/{number}/transcript", query_string=full))
    for client in (anonymous, staff["handler"], staff["approver"], caller("auditor", authority="bj-culture-110102")):
        refused(client.get(f"/v1/draws/{number}/transcript", query_string=full), "out_of_scope")


def test_a_number_typed_twice_differently_is_refused_and_nothing_is_half_done(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    (task,) = drawing.published(assembly.database, drawing.task(names="open"))
    attempts = [{"sources": drawing.NUMBERS, "instant": drawing.INSTANT, "deadline": drawing.INSTANT + 3600}]
    said = drawing.terms(attempts=attempts)
    number = done(staff["handler"].post(f"/v1/inspection-tasks/{task}/draws", json=said), 201)["number"]
    at = f"/v1/draws/{number}"
    done(staff["approver"].post(f"{at}/commitment"))
    move(clock, drawing.CLOSING)
    done(staff["handler"].post(f"{at}/closing"))
    values = {"values": drawing.ANNOUNCED}
    refused(staff["handler"].post(f"{at}/entropy", json=values), "draw_too_early")
    move(clock, drawing.INSTANT + 60)
    assert done(staff["handler"].post(f"{at}/entropy", json=values))["digest"] is None
    assert done(staff["handler"].post(f"{at}/entropy", json=values))["digest"] is None, "one person is not two"
    other = [*drawing.ANNOUNCED[:2], {**drawing.ANNOUNCED[2], "values": [3, 9, 14, 24, 31, 40, 48]}]
    second = caller("handler", authority=drawing.HERE)
    refused(second.post(f"{at}/entropy", json={"values": other}), "draw_numbers_differ")
    assert done(staff["handler"].get(at))["entered"] == 1
    assert done(second.post(f"{at}/entropy", json=values))["state"] == "entropy"
    refused(second.post(f"{at}/entropy", json={"values": other}), "draw_value_known")
    done(staff["handler"].post(f"{at}/result"))
    data = staff["auditor"].get(f"{at}/transcript?view=full").data
    assert verify(data).failed() == []
