"""The whole life of a visit over HTTP: dispatched, entered, recorded, signed, audited, and the tier that moved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.inspections.visits.allowance import hold_ledger, taken
from service.inspections.visits.reading import one_visit
from service.platform import seal
from service.ratings import drain
from tests.api.inspections.visiting import PRESENT, audited, enter, failed, people, signed, sync
from tests.builders import planning, visiting
from tests.builders.visiting import finding
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

WAITING = text("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(2)


@pytest.fixture
def keys(assembly: web.Assembly, clock: FixedClock) -> list[str]:
    """Two cinemas, one visit task in June, the clock on the day of the visit."""
    ids = town.ids(assembly.database)
    clock.advance(VISIT_DAY - clock.now())
    return [town.key_of(assembly.database, number) for number in ids]


@pytest.fixture
def who(caller: Caller, anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def number(assembly: web.Assembly, keys: list[str]) -> str:
    """A visit to the first cinema, dispatched."""
    task = visiting.task(assembly.database)
    return visiting.opened(assembly.database, task, keys[0]).opened[keys[0]]


def tier(who: People, key: str, **asked: Any) -> Any:  # noqa: ANN401 the answer's own
    answer = who.handler.get(f"/v1/entities/{key}/tier", query_string=asked)
    assert answer.status_code == 200, answer.json
    return answer.json["tier"]


def test_a_visit_that_finds_something_moves_the_tier_of_its_entity(
    who: People, number: str, keys: list[str], assembly: web.Assembly
) -> None:
    assert tier(who, keys[0]) == "A"
    enter(who, number)
    sync(who.lead, number, failed())
    signed(who, number, result="5")
    told = audited(who, number)
    assert [(one["item"], one["entry"]) for one in told["events"]] == [("CINEMA-1", "minors")]
    assert told["order"] == f"{number}-Z"
    drain(database=assembly.database)
    assert tier(who, keys[0]) == "D"
    assert tier(who, keys[1]) == "A"
    event = who.handler.get(f"/v1/events/{told['events'][0]['event']}").json
    assert (event["source"], event["code"], event["severity"]) == ("visits", "problem_found", "serious")
    seen = who.handler.get(f"/v1/visits/{number}").json
    assert [act["act"] for act in seen["acts"]] == [
        "dispatched",
        "entry_code_asked",
        "entered",
        "findings_taken",
        "recorded",
        "signed",
        "signed",
        "audited",
    ]
    assert (seen["state"], seen["held_on"]) == ("audited", "2026-06-08")


def test_no_problem_found_is_evidence_too_and_has_its_publication_day(
    who: People, number: str, keys: list[str], assembly: web.Assembly
) -> None:
    enter(who, number)
    sync(who.second, number, finding())
    signed(who, number)
    told = audited(who, number)
    assert (told["events"], told["order"], told["status"]) == ([], None, None)
    assert told["publish_by"] == "2026-06-17", "seven working days in Beijing, counted from the next day"
    drain(database=assembly.database)
    assert tier(who, keys[0]) == "A"
    codes = [one["code"] for one in who.handler.get(f"/v1/entities/{keys[0]}/events").json["items"]]
    assert codes == ["no_problem_found"]


def test_what_was_known_before_the_audit_is_still_told_so(
    who: People, number: str, keys: list[str], assembly: web.Assembly, clock: FixedClock
) -> None:
    enter(who, number)
    sync(who.lead, number, failed())
    signed(who, number, result="5")
    clock.advance(timedelta(hours=1))
    seal(assembly.database)
    before = clock.now()
    clock.advance(timedelta(hours=1))
    audited(who, number)
    clock.advance(timedelta(hours=1))
    drain(database=assembly.database)
    seal(assembly.database)
    day = "2026-06-08"
    assert tier(who, keys[0], as_of=day, known_at=before.isoformat()) == "A"
    assert tier(who, keys[0], as_of=day, known_at=clock.now().isoformat()) == "D"
    assert tier(who, keys[0], as_of="2026-06-07", known_at=clock.now().isoformat()) == "A"


def test_nothing_is_recorded_while_an_entry_has_no_finding(who: People, number: str) -> None:
    enter(who, number)
    refused = who.lead.post(f"/v1/visits/{number}/record", json={"result": "1"})
    assert (refused.status_code, refused.json["code"]) == (422, "visit_incomplete")
    (fault,) = refused.json["errors"]
    assert (fault["code"], fault["pointer"]) == ("visit_entry_without_finding", "/findings/CINEMA-1/minors")


@pytest.mark.parametrize(
    ("said", "result", "code"),
    [
        ({}, "5", "visit_result_contradicted"),
        ({"result": "fail", "severity": "serious"}, "1", "visit_result_contradicted"),
        ({}, "Z", "visit_result_unknown"),
        ({}, "6", "visit_result_without_remark"),
    ],
)
def test_a_result_must_fit_what_was_found(
    who: People, number: str, said: dict[str, Any], result: str, code: str
) -> None:
    enter(who, number)
    assert sync(who.lead, number, finding(**said)).status_code == 200
    refused = who.lead.post(f"/v1/visits/{number}/record", json={"result": result})
    assert (refused.status_code, refused.json["code"]) == (422, code)
    if code == "visit_result_contradicted":
        fits = {"5": "1（", "1": "3, 4, 5, A"}[result]
        assert fits in refused.json["next"]


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"entry": "roof"}, "/findings/0/entry", "finding_entry_unknown"),
        ({"result": "fail"}, "/findings/0/severity", "finding_severity"),
        ({"result": "fail", "severity": "general"}, "/findings/0/severity", "finding_severity"),
        ({"severity": "minor"}, "/findings/0/severity", "finding_severity_without_fail"),
        ({"result": "not_applicable"}, "/findings/0/note", "finding_without_reason"),
        ({"files": ["0" * 64]}, "/findings/0/files/0", "finding_file_unknown"),
        ({"result": ""}, "/findings/0/result", "not_a_choice"),
        ({"noted_at": "2026-06-08T10:00:00"}, "/findings/0/noted_at", "not_an_instant"),
    ],
)
def test_a_finding_that_does_not_fit_is_refused_with_its_place(
    who: People, number: str, said: dict[str, Any], pointer: str, code: str
) -> None:
    enter(who, number)
    refused = sync(who.lead, number, finding(**said))
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [(pointer, code)]
    assert who.lead.get(f"/v1/visits/{number}").json["findings"] == []


def test_an_inspector_who_was_not_assigned_neither_finds_nor_signs(who: People, number: str, caller: Caller) -> None:
    enter(who, number)
    refused = sync(who.other, number, finding())
    assert (refused.status_code, refused.json["code"]) == (403, "visit_inspector_not_assigned")
    sync(who.lead, number, finding())
    digest = who.lead.post(f"/v1/visits/{number}/record", json={"result": "1"}).json
    refused = who.other.post(f"/v1/visits/{number}/signature", json=digest)
    assert (refused.status_code, refused.json["code"]) == (403, "visit_inspector_not_assigned")
    assert who.other.get(f"/v1/visits/{number}").json["code"] == "visit_not_found"
    nameless = caller("inspector", authority=planning.HERE)
    assert nameless.post(f"/v1/visits/{number}/signature", json=digest).json["code"] == "visit_no_staff_code"


def test_both_sign_the_same_words_and_a_third_person_audits(who: People, number: str, caller: Caller) -> None:
    enter(who, number)
    sync(who.lead, number, finding())
    digest = who.lead.post(f"/v1/visits/{number}/record", json={"result": "1"}).json["sha256"]
    other = who.second.post(f"/v1/visits/{number}/signature", json={"sha256": "0" * 64})
    assert (other.status_code, other.json["code"]) == (409, "visit_digest_differs")
    said = {"accepted": True, "reason": "in order"}
    for _ in range(2):  # a second signature by the same inspector is no second signature
        assert who.lead.post(f"/v1/visits/{number}/signature", json={"sha256": digest}).status_code == 204
        early = who.handler.post(f"/v1/visits/{number}/audit", json=said)
        assert (early.status_code, early.json["code"]) == (409, "visit_wrong_state")
    assert who.second.post(f"/v1/visits/{number}/signature", json={"sha256": digest}).status_code == 204
    member = caller("handler", authority=planning.HERE, person="DC-02")
    refused = member.post(f"/v1/visits/{number}/audit", json=said)
    assert (refused.status_code, refused.json["code"]) == (403, "visit_own_work")
    told = who.approver.post(f"/v1/visits/{number}/audit", json=said)
    assert told.status_code == 200
    again = who.approver.post(f"/v1/visits/{number}/audit", json=said)
    assert (again.status_code, again.json) == (200, told.json), "asked again, it answers the same"
    for client, other in (
        (who.handler, said),
        (who.approver, {**said, "reason": "fine"}),
        (who.approver, {**said, "rectify_by": "2026-08-01"}),
    ):
        refused = client.post(f"/v1/visits/{number}/audit", json=other)
        assert (refused.status_code, refused.json["code"]) == (409, "visit_audited")
    back = who.approver.post(f"/v1/visits/{number}/audit", json={**said, "accepted": False})
    assert (back.status_code, back.json["code"]) == (409, "visit_wrong_state")
    acts = [act["act"] for act in who.handler.get(f"/v1/visits/{number}").json["acts"]]
    assert acts.count("audited") == 1


def test_a_record_sent_again_answers_the_same_and_another_one_is_refused(
    who: People, number: str, clock: FixedClock
) -> None:
    place, said = f"/v1/visits/{number}/record", {"result": "5", "remark": "two minors in hall 3"}
    early = who.lead.post(place, json=said)
    assert (early.status_code, early.json["code"]) == (409, "visit_not_entered")
    enter(who, number)
    sync(who.lead, number, failed())
    made = who.lead.post(place, json=said)
    assert made.status_code == 200
    clock.advance(timedelta(minutes=5))
    for client in (who.lead, who.second):
        again = client.post(place, json=said)
        assert (again.status_code, again.json) == (200, made.json)
    for other in ({"result": "4", "remark": said["remark"]}, {"result": "5"}):
        refused = who.second.post(place, json=other)
        assert (refused.status_code, refused.json["code"]) == (409, "visit_recorded")
    signed(who, number, **said)
    told = audited(who, number)
    assert (len(told["events"]), bool(told["order"])) == (1, True)
    assert audited(who, number) == told, "with its events and its order"
    assert who.lead.post(place, json=said).json == made.json
    for reference, status in (("gazette/1", 204), ("gazette/1", 204), ("gazette/2", 409)):
        assert who.handler.post(f"/v1/visits/{number}/publication", json={"reference": reference}).status_code == status
    acts = [act["act"] for act in who.handler.get(f"/v1/visits/{number}").json["acts"]]
    assert [acts.count(act) for act in ("recorded", "audited", "published")] == [1, 1, 1]


def test_a_record_sent_back_is_mended_and_signed_anew(who: People, number: str) -> None:
    enter(who, number)
    sync(who.lead, number, finding())
    first = signed(who, number)
    said = {"accepted": False, "reason": "hall 3 is missing"}
    for _ in range(2):
        assert who.approver.post(f"/v1/visits/{number}/audit", json=said).json == {"visit": number}
    other = who.approver.post(f"/v1/visits/{number}/audit", json={**said, "reason": "hall 4 too"})
    assert (other.status_code, other.json["code"]) == (409, "visit_wrong_state")
    assert who.handler.get(f"/v1/visits/{number}").json["state"] == "on_site"
    sync(who.lead, number, failed("c2"))
    second = signed(who, number, result="5")
    assert first != second
    assert audited(who, number)["order"]


def test_a_code_is_good_for_one_visit_and_a_short_while(who: People, number: str, clock: FixedClock) -> None:
    asked = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": PRESENT}).json
    assert who.anyone.post("/v1/visit-entries", json={"code": "guess"}).json["code"] == "visit_code_unknown"
    clock.advance(timedelta(minutes=10))
    late = who.anyone.post("/v1/visit-entries", json={"code": asked["code"]})
    assert (late.status_code, late.json["code"]) == (409, "visit_code_expired")
    asked = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": PRESENT}).json
    clock.advance(timedelta(minutes=9))
    told = who.anyone.post("/v1/visit-entries", json={"code": asked["code"]}).json
    assert [one["code"] for one in told["inspectors"]] == PRESENT
    assert told["items"] == ["CINEMA-1"]
    assert who.anyone.post("/v1/visit-entries", json={"code": asked["code"]}).json == told
    entered = [act for act in who.lead.get(f"/v1/visits/{number}").json["acts"] if act["act"] == "entered"]
    assert [(act["detail"], act["taken_at"][:16]) for act in entered] == [
        ({"inspectors": PRESENT, "scanned": True}, "2026-06-08T02:19")
    ]


def test_one_inspector_alone_does_not_enter(who: People, number: str) -> None:
    alone = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01"]})
    assert (alone.status_code, alone.json["code"]) == (422, "visit_too_few_present")
    stranger = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01", "DC-03"]})
    assert (stranger.status_code, stranger.json["code"]) == (403, "visit_inspector_not_assigned")
    early = sync(who.lead, number, finding())
    assert (early.status_code, early.json["code"]) == (409, "visit_not_entered")


def test_inspectors_see_their_own_visits_and_staff_those_of_their_authority(
    who: People, number: str, caller: Caller
) -> None:
    assert [one["number"] for one in who.lead.get("/v1/visits").json["items"]] == [number]
    assert who.other.get("/v1/visits").json["items"] == []
    assert [one["number"] for one in who.handler.get("/v1/visits?state=dispatched").json["items"]] == [number]
    assert who.handler.get("/v1/visits?state=audited").json["items"] == []
    elsewhere = caller("handler", authority="bj-culture-110105")
    assert elsewhere.get("/v1/visits").json["items"] == []
    assert elsewhere.get(f"/v1/visits/{number}").json["code"] == "visit_not_found"


def test_an_audit_waits_while_the_visits_of_the_entity_are_counted(
    who: People, number: str, assembly: web.Assembly
) -> None:
    enter(who, number)
    sync(who.lead, number, finding())
    signed(who, number)
    with assembly.database.reader() as session:
        entity = one_visit(session, number).entity_id
    with ThreadPoolExecutor(1) as pool:
        with assembly.database.bookkeeping() as counting:
            hold_ledger(counting, [entity], 2026)
            audit = pool.submit(audited, who, number)
            while not counting.execute(WAITING).scalar_one():
                assert not audit.done(), "the audit went on while visits were counted"
            assert taken(counting, [entity], 2026) == {entity: 1}
        assert audit.result()["visit"] == number
    with assembly.database.reader() as session:
        assert taken(session, [entity], 2026) == {entity: 1}
