"""What everyone may read of results: once published, never before, paged, by entity, draw and authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.inspections.visiting import audited, enter, failed, people, signed, sync
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


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(3)


@pytest.fixture
def who(caller: Callable[..., FlaskClient], anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def keys(assembly: web.Assembly, clock: FixedClock) -> list[str]:
    ids = town.ids(assembly.database)
    clock.advance(VISIT_DAY - clock.now())
    return [town.key_of(assembly.database, number) for number in ids]


@pytest.fixture
def numbers(assembly: web.Assembly, keys: list[str]) -> list[str]:
    """A visit to each of three cinemas."""
    opened = visiting.opened(assembly.database, visiting.task(assembly.database), *keys, source="task:1").opened
    return [opened[key] for key in keys]


def made(who: People, number: str, *findings: dict[str, Any], result: str) -> None:
    enter(who, number)
    sync(who.lead, number, *findings)
    signed(who, number, result=result)
    audited(who, number)


def read(client: FlaskClient, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 of the query
    answer = client.get("/v1/inspection-results", query_string=asked)
    assert answer.status_code == 200, answer.json
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_a_result_is_public_once_it_was_published(who: People, numbers: list[str], keys: list[str]) -> None:
    made(who, numbers[0], failed(), result="5")
    assert read(who.anyone) == []
    said = {"reference": "gazette/1"}
    assert who.handler.post(f"/v1/visits/{numbers[0]}/publication", json=said).status_code == 204
    (told,) = read(who.anyone)
    assert (told["visit"], told["entity"], told["published_on"]) == (numbers[0], keys[0], "2026-06-08")
    assert told["result"] == {"code": "5", "zh": "违反其他规定", "en": "Breach of other rules"}
    assert told["authorities"][0]["names"].keys() >= {"zh", "en"}
    assert (told["problems"], told["items"], told["reference"]) == (1, ["CINEMA-1"], "gazette/1")
    assert told["correction"] == {"due_on": "2026-06-30", "outcome": None, "closed_on": None}
    assert "DC-01" not in str(told), "nobody is told who inspected"


def test_results_are_read_page_by_page_and_by_what_they_concern(
    who: People, numbers: list[str], keys: list[str], clock: FixedClock
) -> None:
    for number in numbers:
        made(who, number, finding(), result="1")
    for number in reversed(numbers):
        assert who.handler.post(f"/v1/visits/{number}/publication", json={"reference": "r"}).status_code == 204
        clock.advance(timedelta(days=1))
    assert [one["visit"] for one in read(who.anyone)] == numbers[::-1], "in the order of publication"
    answer = who.anyone.get("/v1/inspection-results?limit=2")
    following = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert [one["visit"] for one in who.anyone.get(following).json["items"]] == numbers[:1]
    newest = who.anyone.get("/v1/inspection-results?limit=2&order=newest")
    assert [one["visit"] for one in newest.json["items"]] == numbers[:2]
    following = newest.headers["Link"].partition(">")[0].removeprefix("<")
    assert [one["visit"] for one in who.anyone.get(following).json["items"]] == numbers[2:]
    assert [one["entity"] for one in read(who.anyone, entity=keys[1])] == [keys[1]]
    assert read(who.anyone, entity="own:nobody") == []
    assert [one["entity"] for one in read(who.anyone, name="影院")] == keys[::-1]
    assert read(who.anyone, name="另一家") == []
    assert len(read(who.anyone, authority=planning.HERE)) == 3
    assert read(who.anyone, authority="bj-culture-110105") == []
    unknown = who.anyone.get("/v1/inspection-results?draw=110101-2026-00001")
    assert (unknown.status_code, unknown.json["code"]) == (404, "draw_not_found")
    wrong = who.anyone.get("/v1/inspection-results?cursor=WyIyMDI2LTEzLTAxIiwxXQ")
    assert (wrong.status_code, wrong.json["code"]) == (422, "invalid_cursor")


def test_of_a_person_neither_name_nor_key_is_told(who: People, assembly: web.Assembly, keys: list[str]) -> None:
    kinds = [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": None}]
    said = {
        "name": "张三丰",
        "natural_person": True,
        "region": town.REGION,
        "authority": town.AUTHORITY,
        "kinds": kinds,
    }
    key = f"own:P{len(keys)}"
    assert who.handler.post("/v1/entities", json={"key": key, **said}).status_code == 201
    task = visiting.task(assembly.database)
    number = visiting.opened(assembly.database, task, key, source="task:2").opened[key]
    made(who, number, finding(), result="1")
    assert who.handler.post(f"/v1/visits/{number}/publication", json={"reference": "r"}).status_code == 204
    (told,) = read(who.anyone)
    assert (told["entity"], told["name"]) == (None, "张**")
    assert key not in str(told)
    assert read(who.anyone, entity=key) == [told], "whoever knows the key reads no more than that"


def test_the_words_of_results_are_data_that_anyone_reads(anonymous: FlaskClient) -> None:
    codes = {one["code"]: one for one in anonymous.get("/v1/visit-result-codes").json["items"]}
    assert (codes["1"]["zh"], codes["1"]["findings"], codes["1"]["events"]) == (
        "未发现问题",
        "all_pass",
        ["no_problem_found"],
    )
    assert codes["12"]["status"] == "moved_out"
    types = {one["code"]: one for one in anonymous.get("/v1/visit-types").json["items"]}
    assert (types["complaint"]["over_cap"], types["complaint"]["of_gone"]) == ("reasoned", True)
