"""Recusal asked for after inspectors were sent, and who may stand at the door on the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.visits.schemas import VisitWorklistSchema
from service.register.inspecting import INSPECTORS, change_record
from tests.api.inspections.visiting import PRESENT, enter, people, sync
from tests.builders import planning, visiting
from tests.builders.visiting import finding
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)
ASKED = {"inspector": "DC-02", "reason": "the inspector's sister owns the cinema next door"}


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(2)


@pytest.fixture
def who(caller: Callable[..., FlaskClient], anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def keys(assembly: web.Assembly, clock: FixedClock) -> list[str]:
    ids = town.ids(assembly.database)
    clock.advance(VISIT_DAY - clock.now())
    return [town.key_of(assembly.database, number) for number in ids]


@pytest.fixture
def number(assembly: web.Assembly, keys: list[str]) -> str:
    task = visiting.task(assembly.database)
    return visiting.opened(assembly.database, task, keys[0], source="task:1").opened[keys[0]]


def asked(client: FlaskClient, number: str, **said: Any) -> tuple[int, str | None]:  # noqa: ANN401 of the request
    answer = client.post(f"/v1/visits/{number}/recusals", json={**ASKED, **said})
    return answer.status_code, None if answer.json is None else answer.json["code"]


def waiting(who: People) -> list[tuple[str, str]]:
    answer = who.approver.get("/v1/visit-worklist").json
    assert VisitWorklistSchema().validate(answer) == {}, "as the description says"
    items = answer["recusals"]
    return [(one["visit"], one["inspector"]) for one in items]


def test_the_entity_asks_a_named_person_decides_and_the_visit_goes_on(
    who: People, number: str, keys: list[str], caller: Callable[..., FlaskClient]
) -> None:
    entity, stranger = (caller("entity", authority=planning.HERE, subject=key) for key in keys)
    assert asked(entity, number) == (404, "visit_not_found"), "nobody is told of a visit to come"
    enter(who, number)
    assert asked(stranger, number) == (404, "visit_not_found")
    assert asked(entity, number, inspector="DC-03") == (403, "visit_inspector_not_assigned")
    for _ in range(2):
        assert asked(entity, number) == (204, None)
    assert waiting(who) == [(number, "DC-02")]
    assert sync(who.lead, number, finding()).status_code == 200, "asking stops nothing"
    refusal = f"/v1/visits/{number}/recusals/refusal"
    said = {"inspector": "DC-02", "reason": "no relation within the meaning of article 43"}
    assert who.handler.post(refusal, json=said).json["code"] == "forbidden"
    assert who.approver.post(refusal, json=said).status_code == 204
    assert waiting(who) == []
    again = who.approver.post(refusal, json=said)
    assert (again.status_code, again.json["code"], again.json["pointer"]) == (
        409,
        "visit_recusal_not_asked",
        "/inspector",
    )

    assert asked(who.second, number) == (204, None), "an inspector may declare it"
    grant = {"inspector": "DC-02", "reason": "recused"}
    place = f"/v1/visits/{number}/recusals/grant"
    missing = who.approver.post(place, json=grant)
    assert (missing.status_code, missing.json["code"]) == (422, "visit_successor_missing"), "no draw says who comes"
    assert who.approver.post(place, json={**grant, "successor": "DC-03"}).status_code == 204
    seen = who.handler.get(f"/v1/visits/{number}").json
    assert (seen["state"], seen["team"], seen["present"]) == ("dispatched", ["DC-01", "DC-03"], [])
    assert waiting(who) == []
    assert [one["stands"]["result"] for one in seen["findings"]] == ["pass"], "what was found stands"
    assert sync(who.lead, number, finding()).json["findings"][0]["outcome"] == "held"
    late = sync(who.lead, number, finding("c2"))
    assert (late.status_code, late.json["code"]) == (409, "visit_not_entered"), "the team enters anew"
    assert f"/v1/visits/{number}/entry-code" in late.json["next"]
    record = who.lead.post(f"/v1/visits/{number}/record", json={"result": "1"})
    assert (record.status_code, record.json["code"]) == (409, "visit_not_entered")
    code = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01", "DC-03"]})
    assert who.anyone.post("/v1/visit-entries", json={"code": code.json["code"]}).status_code == 200
    assert sync(who.lead, number, finding("c2")).json["findings"][0]["outcome"] == "stored"
    steps = [(act["act"], act["reason"]) for act in seen["acts"] if act["act"].startswith(("recusal", "member"))]
    assert [act for act, _ in steps] == [
        "recusal_asked",
        "recusal_refused",
        "recusal_asked",
        "recusal_granted",
        "member_changed",
    ]
    assert all(reason for _, reason in steps)


def test_nobody_refuses_the_recusal_that_he_asked_for_or_that_is_his_own(
    who: People, number: str, caller: Callable[..., FlaskClient]
) -> None:
    assert asked(who.other, number) == (403, "visit_inspector_not_assigned")
    assert asked(who.handler, number) == (204, None)
    himself = caller("approver", authority=planning.HERE, person="DC-02")
    refused = himself.post(f"/v1/visits/{number}/recusals/refusal", json=ASKED)
    assert (refused.status_code, refused.json["code"]) == (403, "visit_own_work")
    assert waiting(who) == [(number, "DC-02")]


def test_a_certificate_that_ended_since_the_dispatch_stops_its_holder_at_the_door(
    who: People, number: str, assembly: web.Assembly, clock: FixedClock
) -> None:
    ended = [{"number": "11-1", "issuer": "110000", "valid_from": "2022-01-01", "valid_to": "2026-06-09"}]
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        change_record(uow, INSPECTORS, key=("DC-02",), change={"certificates": ended})
    place = f"/v1/visits/{number}/entry-code"
    assert who.lead.post(place, json={"inspectors": PRESENT}).status_code == 201
    clock.advance(timedelta(days=1))
    refused = who.lead.post(place, json={"inspectors": PRESENT}, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json["code"]) == (409, "visit_certificate_invalid")
    assert (refused.json["pointer"], "DC-02" in refused.json["detail"]) == ("/inspectors", True)
    assert who.handler.get(f"/v1/visits/{number}").json["state"] == "dispatched"


def test_an_id_used_twice_and_a_file_that_is_not_there_are_told_with_their_place(who: People, number: str) -> None:
    enter(who, number)
    refused = sync(who.lead, number, finding(), finding(note="other words"))
    assert (refused.status_code, refused.json["code"]) == (409, "finding_client_id_taken")
    assert refused.json["pointer"] == "/findings/1/client_id"
    missing = who.lead.get(f"/v1/visits/{number}/files/{'0' * 64}")
    assert (missing.status_code, missing.json["code"]) == (404, "visit_file_not_found")
