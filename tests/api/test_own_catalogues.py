"""Kinds, regions and authorities of one's own: entered, used at once, changed, and refused where that would do harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.platform import job_actor
from service.register import seed
from tests.builders.entities import entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

NAMES = {"zh": "新", "en": "New"}
KIND = {"names": NAMES, "domain": "culture", "origin": "derived", "basis": None}
REGION = {"names": NAMES, "valid_from": "2020-01-01", "parent": "110000"}
AUTHORITY = {"names": NAMES, "region": "110105", "timezone": "Asia/Shanghai", "parent": "bj-culture-110105"}
ALL = [("kinds/escape_room", KIND), ("regions/110199", REGION), ("authorities/street", AUTHORITY)]
EACH = pytest.mark.parametrize(("address", "body"), ALL)


@pytest.fixture(autouse=True)
def _catalogues(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)


@pytest.fixture
def administrator(caller: Caller) -> FlaskClient:
    return caller("administrator")


def put(client: FlaskClient, address: str, body: dict[str, Any], **changes: object) -> tuple[int, str | None]:
    answer = client.put(f"/v1/{address}", json={**body, **changes})
    return answer.status_code, answer.json["code"] if answer.json else None


def audited(assembly: web.Assembly) -> list[tuple[str, str]]:
    statement = text("SELECT action, subject FROM audit WHERE actor_kind = 'token' ORDER BY id")
    with assembly.database.reader() as session:
        return [(row.action, row.subject) for row in session.execute(statement)]


@EACH
def test_it_is_entered_listed_and_audited_once(
    administrator: FlaskClient, anonymous: FlaskClient, assembly: web.Assembly, address: str, body: dict[str, Any]
) -> None:
    catalogue, code = address.split("/")
    assert put(administrator, address, body) == (204, None)
    (item,) = [one for one in anonymous.get(f"/v1/{catalogue}").json["items"] if one["code"] == code]
    assert {name: item[name] for name in body if name != "valid_from"} == {
        name: value for name, value in body.items() if name != "valid_from"
    }
    assert put(administrator, address, body) == (204, None)
    assert [subject for _, subject in audited(assembly)] == [code]
    assert put(administrator, address, body, names={"zh": "改", "en": "Changed"}) == (204, None)
    what = {"kinds": "kind", "regions": "region", "authorities": "authority"}[catalogue]
    assert [action for action, _ in audited(assembly)] == [f"register.{what}_entered", f"register.{what}_changed"]


@EACH
@pytest.mark.parametrize("scope", [{"authority": "bj-culture"}, {"regions": ["110000"]}])
def test_an_administrator_of_a_part_may_not_bend_what_holds_for_all(
    caller: Caller, address: str, body: dict[str, Any], scope: dict[str, Any]
) -> None:
    assert put(caller("administrator", **scope), address, body) == (403, "out_of_scope")
    assert put(caller("handler"), address, body) == (403, "forbidden")


def test_an_entity_may_hold_them_at_once(administrator: FlaskClient, caller: Caller) -> None:
    for address, body in ALL:
        put(administrator, address, body)
    new = entry(authority="street", region="110199", kinds=[{"kind": "escape_room", "valid_from": "2021-01-01"}])
    assert administrator.post("/v1/entities", json=new).status_code == 201
    assert caller("handler", authority="bj-culture").get("/v1/entities/own:E1").status_code == 200


def test_a_kind_may_bring_its_domain(administrator: FlaskClient, anonymous: FlaskClient) -> None:
    assert put(administrator, "kinds/lift", KIND, domain="safety") == (422, "kind_domain_unknown")
    assert put(administrator, "kinds/lift", KIND, domain="safety", domain_names=NAMES) == (204, None)
    assert put(administrator, "kinds/crane", KIND, domain="safety") == (204, None)
    (lift,) = [one for one in anonymous.get("/v1/kinds").json["items"] if one["code"] == "lift"]
    assert (lift["domain"], lift["domain_names"]) == ("safety", NAMES)


def test_a_region_ends_and_its_code_may_come_back(administrator: FlaskClient, anonymous: FlaskClient) -> None:
    def valid(day: str) -> bool:
        return "110199" in {one["code"] for one in anonymous.get(f"/v1/regions?on={day}").json["items"]}

    put(administrator, "regions/110199", REGION)
    assert put(administrator, "regions/110199", REGION, valid_from="2025-01-01") == (409, "region_span_overlaps")
    assert put(administrator, "regions/110199", REGION, valid_to="2024-01-01") == (204, None)
    assert put(administrator, "regions/110199", REGION, valid_from="2025-01-01") == (204, None)
    assert [valid(day) for day in ("2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01", "2025-01-01")] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert put(administrator, "regions/110199", REGION, valid_to=None) == (409, "region_span_overlaps")
    put(administrator, "regions/110199", REGION, valid_from="2025-01-01", valid_to="2026-01-01")
    refused = administrator.post("/v1/entities", json=entry(region="110199"))
    assert refused.json["errors"][0]["code"] == "entity_region_ended"


@pytest.mark.parametrize(
    ("address", "changes", "status", "code"),
    [
        ("kinds/escape_room", {"origin": "official"}, 422, "kind_needs_basis"),
        ("kinds/net_cafe", {"domain": "tourism"}, 409, "kind_domain_fixed"),
        ("kinds/Escape", {}, 422, "catalogue_code_malformed"),
        ("kinds/escape_room", {"origin": "guessed"}, 422, "invalid_body"),
        ("kinds/escape_room", {"names": {"zh": "缺英文"}}, 422, "invalid_body"),
        ("regions/110199", {"valid_to": "2020-01-01"}, 422, "region_span_empty"),
        ("regions/110199", {"parent": "999999"}, 422, "entity_region_unknown"),
        ("regions/110199", {"parent": "110199"}, 422, "entity_region_unknown"),
        ("regions/11019", {}, 422, "catalogue_code_malformed"),
        ("regions/000000", {}, 422, "catalogue_code_malformed"),
        ("regions/110199", {"valid_from": "first of May"}, 422, "invalid_body"),
        ("authorities/street", {"timezone": "Asia/Atlantis"}, 422, "authority_timezone_unknown"),
        ("authorities/street", {"timezone": "localtime"}, 422, "authority_timezone_unknown"),
        ("authorities/street", {"timezone": "Factory"}, 422, "authority_timezone_unknown"),
        ("authorities/street", {"timezone": "PRC"}, 422, "authority_timezone_unknown"),
        ("authorities/street", {"region": "999999"}, 422, "entity_region_unknown"),
        ("authorities/street", {"parent": "nobody"}, 422, "entity_authority_unknown"),
        ("authorities/street", {"parent": "street"}, 422, "authority_parent_cycle"),
        ("authorities/bj-culture", {"parent": "bj-culture-110105"}, 422, "authority_parent_cycle"),
        ("authorities/bj-culture", {"timezone": "Asia/Tokyo", "parent": None}, 409, "authority_timezone_fixed"),
        ("authorities/Street", {}, 422, "catalogue_code_malformed"),
    ],
)
def test_what_would_do_harm_is_refused_and_leaves_nothing(
    administrator: FlaskClient, assembly: web.Assembly, address: str, changes: dict[str, Any], status: int, code: str
) -> None:
    body = {"kinds": KIND, "regions": REGION, "authorities": AUTHORITY}[address.split("/", maxsplit=1)[0]]
    assert put(administrator, address, body, **changes) == (status, code)
    assert audited(assembly) == []


def test_a_moved_authority_is_reached_from_its_new_place(administrator: FlaskClient, caller: Caller) -> None:
    put(administrator, "authorities/street", AUTHORITY)
    administrator.post("/v1/entities", json=entry(authority="street"))
    put(administrator, "authorities/street", AUTHORITY, parent="bj-culture-110102")
    reach = [
        caller("handler", authority=one).get("/v1/entities/own:E1").status_code
        for one in ("bj-culture", "bj-culture-110102", "bj-culture-110105")
    ]
    assert reach == [200, 200, 403]
