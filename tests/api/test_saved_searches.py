"""Searches kept under a name, and what a search found as a file."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.platform import job_actor
from service.ratings import drain
from tests.builders.entities import entered
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

HERE = {"authority": "bj-culture-110105"}


def names(client: FlaskClient) -> list[tuple[str, bool]]:
    return [(one["name"], one["own"]) for one in client.get("/v1/saved-searches").json["items"]]


def saved(client: FlaskClient, name: str = "朝阳网吧", **said: Any) -> Any:  # noqa: ANN401 the test client's answer
    return client.post("/v1/saved-searches", json={"name": name, "query": {"q": "网吧", "region": "110105"}, **said})


def test_a_search_is_kept_renamed_shared_and_let_go(caller: Caller) -> None:
    one = caller("handler", **HERE)
    number = saved(one).json["id"]
    (kept,) = one.get("/v1/saved-searches").json["items"]
    assert kept["query"] == {"q": "网吧", "region": "110105"}
    assert (
        one.patch(f"/v1/saved-searches/{number}", json={"name": "网吧", "query": {"address": "建国路"}}).status_code
        == 204
    )
    (kept,) = one.get("/v1/saved-searches").json["items"]
    assert (kept["name"], kept["query"], kept["shared"]) == ("网吧", {"address": "建国路"}, False)
    assert one.delete(f"/v1/saved-searches/{number}").status_code == 204
    assert names(one) == []
    assert one.delete(f"/v1/saved-searches/{number}").json["code"] == "saved_search_unknown"
    assert one.delete(f"/v1/saved-searches/{1 << 63}").json["code"] == "saved_search_unknown"


def test_what_is_shared_is_seen_within_the_authority_and_changed_by_its_owner_alone(caller: Caller) -> None:
    one, colleague = caller("handler", **HERE), caller("approver", **HERE)
    elsewhere, everywhere = caller("handler", authority="bj-culture-110118"), caller("auditor")
    saved(one, "我的")
    number = saved(one, "大家的", shared=True).json["id"]
    assert names(one) == [("大家的", True), ("我的", True)]
    assert names(colleague) == [("大家的", False)]
    assert names(elsewhere) == names(everywhere) == []
    assert colleague.patch(f"/v1/saved-searches/{number}", json={"name": "改"}).json["code"] == "saved_search_unknown"
    assert colleague.delete(f"/v1/saved-searches/{number}").status_code == 404
    assert one.patch(f"/v1/saved-searches/{number}", json={"shared": False}).status_code == 204
    assert names(colleague) == []


def test_a_name_is_taken_once_and_searches_are_bounded(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    one = caller("handler")
    saved(one)
    assert saved(one).json["code"] == "saved_search_name_taken"
    assert saved(caller("handler")).status_code == 201  # another account's
    number = saved(one, "二").json["id"]
    assert one.patch(f"/v1/saved-searches/{number}", json={"name": "朝阳网吧"}).status_code == 409
    assert one.patch(f"/v1/saved-searches/{number}", json={"name": "二"}).status_code == 204
    monkeypatch.setattr("service.register.usecases.saving.MOST_SAVED", 2)
    assert saved(one, "三").json["code"] == "saved_search_too_many"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 81}, {"query": {"limit": 5}}, {"query": {"status": "odd"}}, {"shared": "?"}]
)
def test_what_is_no_search_is_refused_with_its_place(caller: Caller, wrong: dict[str, Any]) -> None:
    answer = saved(caller("handler"), **{"name": "一", **wrong})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith(f"/{next(iter(wrong))}")


@pytest.fixture
def shops(assembly: web.Assembly) -> str:
    """A rated cinema, a shop with the name of a formula, and a natural person's stall; returns the cinema's key."""
    town.found(assembly.database)
    (number,) = town.people(assembly.database, 1)
    actor = job_actor("tests")
    entered(assembly.database, actor, "own:F1", name="=HYPERLINK(1)书店", address="+1号路")
    entered(assembly.database, actor, "own:F2", name="某某书店", natural_person=True)
    entered(assembly.database, actor, "own:F3", name="外区书店", region="110118", authority="bj-culture-110118")
    drain(database=assembly.database)
    return town.key_of(assembly.database, number)


def rows(client: FlaskClient, **asked: str) -> list[dict[str, str]]:
    answer = client.get("/v1/entities.csv", query_string={"purpose": "annual report", **asked})
    assert answer.status_code == 200, answer.json
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


def test_what_was_found_is_listed_with_tiers_and_no_cell_is_a_formula(
    caller: Caller, shops: str, assembly: web.Assembly
) -> None:
    auditor = caller("auditor")
    listed = rows(auditor, q="书店")
    assert {row["entity"] for row in listed} == {"own:F1", "own:F2", "own:F3"}
    formula = next(row for row in listed if row["entity"] == "own:F1")
    assert (formula["name"], formula["address"]) == ("'=HYPERLINK(1)书店", "'+1号路")
    (cinema,) = rows(auditor, q=shops)
    assert cinema["tier"] == "A"
    assert {row["entity"] for row in rows(caller("handler", **HERE), q="书店")} == {"own:F1", "own:F2"}
    with assembly.database.reader() as session:
        noted = session.execute(text("SELECT purpose, subject FROM query_log WHERE detail ? 'export'")).all()
    assert ("annual report", "own:F2") in {tuple(row) for row in noted}
    assert ("annual report", "entities") in {tuple(row) for row in noted}
    assert "own:F1" not in {row.subject for row in noted}


def test_a_list_is_bounded_and_says_so_needs_a_purpose_and_a_role(
    caller: Caller, shops: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = caller("auditor")
    assert auditor.get("/v1/entities.csv?q=书店").json["code"] == "invalid_query"
    assert caller("inspector").get("/v1/entities.csv?q=书店&purpose=x").status_code == 403
    monkeypatch.setattr("service.ratings.finding._AT_ONCE", 1)
    assert len(rows(auditor)) == 4  # page by page the same
    monkeypatch.setattr("service.ratings.routes.found.MOST_FOUND", 2)
    refused = auditor.get("/v1/entities.csv?q=书店&purpose=x")
    assert refused.json["code"] == "found_too_many"
    assert "2" in refused.json["detail"]
    assert len(rows(auditor, q=shops)) == 1
