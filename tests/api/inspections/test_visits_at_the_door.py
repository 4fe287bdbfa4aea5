"""Inspectors at the door: the entity's own code scanned, what the device notes of it, and their list of visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.visits.usecases.entering import keys_in
from tests.api.inspections.visiting import PRESENT, audited, enter, people, signed, sync
from tests.builders import visiting
from tests.builders.visiting import finding
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)
PLACE = {"latitude": 39_904_200, "longitude": 116_407_400, "accuracy": 12}


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(2)


@pytest.fixture
def keys(assembly: web.Assembly, clock: FixedClock) -> list[str]:
    ids = town.ids(assembly.database)
    clock.advance(VISIT_DAY - clock.now())
    return [town.key_of(assembly.database, number) for number in ids]


@pytest.fixture
def who(caller: Caller, anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def numbers(assembly: web.Assembly, keys: list[str]) -> list[str]:
    """Visits to both cinemas, dispatched; the second is made by others."""
    task = visiting.task(assembly.database)
    first = visiting.opened(assembly.database, task, keys[0], source="task:1").opened[keys[0]]
    others = visiting.opened(assembly.database, task, keys[1], members=(("DC-03", 0), ("DC-04", 1)))
    return [first, others.opened[keys[1]]]


def scan(client: FlaskClient, number: str, code: str, **said: Any) -> Any:  # noqa: ANN401 the test client's answer
    return client.post(f"/v1/visits/{number}/scan", json={"inspectors": PRESENT, "code": code, **said})


def entered(who: People, number: str) -> dict[str, Any]:
    acts = who.lead.get(f"/v1/visits/{number}").json["acts"]
    (found,) = (one for one in acts if one["act"] == "entered")
    detail: dict[str, Any] = found["detail"]
    return detail


def test_the_code_of_the_entity_lets_its_inspectors_in(who: People, numbers: list[str], keys: list[str]) -> None:
    assert scan(who.lead, numbers[0], f" {keys[0]}\n", place=PLACE).status_code == 204
    seen = who.lead.get(f"/v1/visits/{numbers[0]}").json
    assert (seen["state"], seen["held_on"]) == ("on_site", "2026-06-08")
    told = entered(who, numbers[0])
    assert (told["scanned"], told["at_door"], told["place"]) == (True, True, PLACE)
    assert sync(who.second, numbers[0], finding()).status_code == 200


@pytest.mark.parametrize(
    ("scanned", "found"),
    [
        ("91110000101623741k", ["91110000101623741k"]),
        ("https://licence.example.cn/?code=91110000101623741K&v=2", ["91110000101623741K"]),
        ("A91110000101623741K", []),
        ("91110000101623741K2", []),
    ],
)
def test_a_licence_bears_the_code_within_an_address(scanned: str, found: list[str]) -> None:
    assert keys_in(scanned) == [scanned, *found]


@pytest.mark.parametrize("code", ["", "nothing", "91110000101623741K"])
def test_another_code_opens_nothing(who: People, numbers: list[str], keys: list[str], code: str) -> None:
    for one in (code, keys[1]):
        refused = scan(who.lead, numbers[0], one)
        assert refused.status_code == 422
        assert (refused.json.get("pointer") or refused.json["errors"][0]["pointer"]) == "/code"
    assert who.lead.get(f"/v1/visits/{numbers[0]}").json["state"] == "dispatched"


def test_only_its_own_team_scans_and_never_one_alone(who: People, numbers: list[str], keys: list[str]) -> None:
    assert scan(who.other, numbers[0], keys[0]).json["code"] == "visit_inspector_not_assigned"
    assert scan(who.lead, numbers[0], keys[0], inspectors=["DC-01"]).json["code"] == "visit_too_few_present"
    assert scan(who.handler, numbers[0], keys[0]).json["code"] == "forbidden"


def test_what_could_not_be_sent_at_once_keeps_the_hour_of_the_device(
    who: People, numbers: list[str], keys: list[str], clock: FixedClock
) -> None:
    noted = clock.now() + timedelta(minutes=5)
    clock.advance(timedelta(days=1))
    assert scan(who.lead, numbers[0], keys[0], noted_at=noted.isoformat()).status_code == 204
    assert who.lead.get(f"/v1/visits/{numbers[0]}").json["held_on"] == "2026-06-08", "the day they were there"
    assert entered(who, numbers[0])["noted_at"] == noted.isoformat()


def test_a_device_ahead_of_time_enters_now_and_none_before_the_visit_was_sent_out(
    who: People, numbers: list[str], clock: FixedClock
) -> None:
    reason = {"inspectors": PRESENT, "reason": "the licence hangs out of reach"}
    early = {**reason, "noted_at": (clock.now() - timedelta(minutes=1)).isoformat()}
    refused = who.lead.post(f"/v1/visits/{numbers[0]}/entry", json=early)
    assert refused.json["code"] == "visit_entered_before_dispatch"
    late = {**reason, "noted_at": (clock.now() + timedelta(days=90)).isoformat(), "place": PLACE}
    assert who.lead.post(f"/v1/visits/{numbers[0]}/entry", json=late).status_code == 204
    assert entered(who, numbers[0])["noted_at"] == clock.now().isoformat()
    assert who.lead.get(f"/v1/visits/{numbers[0]}").json["held_on"] == "2026-06-08"


def test_an_inspector_is_told_what_he_has_still_to_do_by_name(who: People, numbers: list[str], keys: list[str]) -> None:
    def told(client: FlaskClient) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.get("/v1/visits?open_only=true").json["items"]
        return items

    (mine,) = told(who.lead)
    assert (mine["number"], mine["name"], mine["team"], mine["signed"]) == (
        numbers[0],
        f"示例影院 {keys[0]}",
        PRESENT,
        [],
    )
    assert [one["number"] for one in told(who.other)] == [numbers[1]]
    enter(who, numbers[0])
    sync(who.lead, numbers[0], finding())
    digest = who.lead.post(f"/v1/visits/{numbers[0]}/record", json={"result": "1"}).json
    who.lead.post(f"/v1/visits/{numbers[0]}/signature", json=digest)
    assert told(who.second)[0]["signed"] == ["DC-01"]
    seen = who.second.get(f"/v1/visits/{numbers[0]}").json
    assert seen["signatures"] == 2
    assert [(one["code"], one["leads"], one["present"], one["signed"]) for one in seen["inspectors"]] == [
        ("DC-01", True, True, True),
        ("DC-02", False, True, False),
    ]
    who.second.post(f"/v1/visits/{numbers[0]}/signature", json=digest)
    assert told(who.lead) == told(who.second) == []
    assert [one["number"] for one in who.lead.get("/v1/visits").json["items"]] == [numbers[0]]


def test_who_left_the_team_has_nothing_to_do_there(who: People, numbers: list[str]) -> None:
    changed = {"inspector": "DC-04", "seat": 1, "reason": "ill"}
    assert who.approver.post(f"/v1/visits/{numbers[0]}/members", json=changed).status_code == 204
    assert who.second.get("/v1/visits?open_only=true").json["items"] == []
    assert [one["number"] for one in who.second.get("/v1/visits").json["items"]] == [numbers[0]]


def test_the_newest_come_first_page_by_page(who: People, numbers: list[str]) -> None:
    enter(who, numbers[0])
    sync(who.lead, numbers[0], finding())
    signed(who, numbers[0])
    audited(who, numbers[0])
    asked, found = "/v1/visits?newest_first=true&limit=1", []
    while asked:
        page = who.handler.get(asked)
        found += [one["number"] for one in page.json["items"]]
        link = page.headers.get("Link", "")
        asked = link.partition("<")[2].partition(">")[0]
    assert found == [numbers[1], numbers[0]]
