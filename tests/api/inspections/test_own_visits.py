"""What an entity is told of its own visits, and when: never before somebody stands at the door or asks for papers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.visits.told import OwnVisitPageSchema
from service.register.inspecting import ITEMS, enter_record
from tests.api.inspections.test_recusals import ASKED, asked
from tests.api.inspections.visiting import PRESENT, audited, enter, failed, people, signed, sync
from tests.builders import planning, visiting
from tests.builders.inspecting import item
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

AFAR = {"items": ["CINEMA-9"], "method": "off_site"}
VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(2)


@pytest.fixture
def who(caller: Caller, anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def keys(assembly: web.Assembly, clock: FixedClock) -> list[str]:
    ids = town.ids(assembly.database)
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        body = item("CINEMA-9", authority=visiting.HERE, kinds=["cinema"], methods=["off_site", "on_site"])
        enter_record(uow, ITEMS, body=body)
    clock.advance(VISIT_DAY - clock.now())
    return [town.key_of(assembly.database, number) for number in ids]


def opened(assembly: web.Assembly, key: str, **said: Any) -> str:  # noqa: ANN401 fields of the task
    task = visiting.task(assembly.database, **said)
    return visiting.opened(assembly.database, task, key, source=f"task:{task}", reason="an anonymous tip").opened[key]


def own(client: FlaskClient, key: str, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/v1/entities/{key}/visits{query}")
    assert answer.status_code == 200, answer.json
    assert OwnVisitPageSchema().validate(answer.json) == {}, "as the description says"
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_a_visit_to_come_is_not_told_and_cannot_be_guessed(
    assembly: web.Assembly, who: People, keys: list[str], caller: Caller
) -> None:
    number = opened(assembly, keys[0])
    entity = caller("entity", subject=keys[0])
    assert own(entity, keys[0]) == []
    assert asked(entity, number) == asked(entity, "110105-2026-V9999") == (404, "visit_not_found")
    enter(who, number)
    (told,) = own(entity, keys[0])
    assert (told["number"], told["state"], told["held_on"]) == (number, "on_site", "2026-06-08")
    assert [one["code"] for one in told["inspectors"]] == PRESENT
    assert all(one["name"] for one in told["inspectors"])
    assert (told["items"], told["result"], told["orders"]) == (["CINEMA-1"], None, [])
    assert "anonymous tip" not in str(told)
    assert told.keys().isdisjoint({"source", "task", "tier", "findings", "acts", "checklist", "record"})


def test_off_site_the_entity_finds_the_number_by_which_it_asks_for_recusal(
    assembly: web.Assembly, who: People, keys: list[str], caller: Caller
) -> None:
    number = opened(assembly, keys[0], **AFAR)
    entity = caller("entity", subject=keys[0])
    assert own(entity, keys[0]) == []
    assert who.lead.post(f"/v1/visits/{number}/off-site", json={"inspectors": PRESENT}).status_code == 204
    (told,) = own(entity, keys[0])
    assert (told["state"], told["may_ask_recusal"], told["recusals"]) == ("off_site", True, [])
    assert asked(who.lead, told["number"], inspector="DC-01") == (204, None)
    assert own(entity, keys[0])[0]["recusals"] == [], "what an inspector declares is his own"
    assert asked(entity, told["number"]) == (204, None)
    (waiting,) = own(entity, keys[0])[0]["recusals"]
    said = {name: waiting[name] for name in ("inspector", "state", "reason", "grounds")}
    assert said == {**ASKED, "state": "waiting", "grounds": None}
    refusal = {"inspector": "DC-02", "reason": "no relation within the meaning of article 43"}
    assert who.approver.post(f"/v1/visits/{number}/recusals/refusal", json=refusal).status_code == 204
    assert asked(entity, number, reason="they are business partners") == (204, None)
    grant = {"inspector": "DC-02", "reason": "article 43", "successor": "DC-03"}
    assert who.approver.post(f"/v1/visits/{number}/recusals/grant", json=grant).status_code == 204
    (told,) = own(entity, keys[0])
    decided = [(one["state"], one["grounds"]) for one in told["recusals"]]
    assert decided == [("refused", refusal["reason"]), ("granted", "article 43")]
    assert [one["code"] for one in told["inspectors"]] == ["DC-01", "DC-03"]


def test_the_result_is_told_once_it_was_audited(
    assembly: web.Assembly, who: People, keys: list[str], caller: Caller
) -> None:
    number, entity = opened(assembly, keys[0]), caller("entity", subject=keys[0])
    enter(who, number)
    assert sync(who.lead, number, failed()).status_code == 200
    signed(who, number, result="4")
    (told,) = own(entity, keys[0])
    assert (told["state"], told["result"], told["may_ask_recusal"]) == ("signed", None, False)
    order = audited(who, number)["order"]
    (told,) = own(entity, keys[0])
    assert (told["result"]["code"], told["orders"]) == ("4", [order])
    assert entity.get(f"/v1/rectification-orders/{order}").status_code == 200


def test_each_is_told_of_itself_alone(assembly: web.Assembly, who: People, keys: list[str], caller: Caller) -> None:
    enter(who, opened(assembly, keys[0]))
    stranger = caller("entity", subject=keys[1])
    assert own(stranger, keys[1]) == []
    for key in (keys[0], "own:NOBODY"):
        refused = stranger.get(f"/v1/entities/{key}/visits")
        assert (refused.status_code, refused.json["code"]) == (404, "entity_not_found")
    for role in ("handler", "approver", "inspector", "auditor", "partner", "rulebook_editor", "administrator"):
        refused = caller(role, authority=planning.HERE).get(f"/v1/entities/{keys[0]}/visits")
        assert (refused.status_code, refused.json["code"]) == (403, "forbidden"), role
    assert who.anyone.get(f"/v1/entities/{keys[0]}/visits").status_code == 401


def test_many_come_page_by_page(assembly: web.Assembly, who: People, keys: list[str], caller: Caller) -> None:
    numbers = [opened(assembly, keys[0], **AFAR), opened(assembly, keys[0])]
    assert who.lead.post(f"/v1/visits/{numbers[0]}/off-site", json={"inspectors": PRESENT}).status_code == 204
    enter(who, numbers[1])
    entity = caller("entity", subject=keys[0])
    first = entity.get(f"/v1/entities/{keys[0]}/visits?limit=1")
    assert [one["number"] for one in first.json["items"]] == numbers[:1]
    following = entity.get(first.headers["Link"].partition("<")[2].partition(">")[0])
    assert [one["number"] for one in following.json["items"]] == numbers[1:]
    assert "Link" not in following.headers
