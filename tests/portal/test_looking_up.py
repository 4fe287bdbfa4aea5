"""Anyone looks up what is public: by code, by a part of a name, as lists; what is not public stays so."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.builders import publishing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from service.platform import Database, web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

FIRM = "示例<b>影院</b>" + "很长" * 90
KEPT = "public, max-age=60"


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    return assembly.database


@pytest.fixture
def handler(database: Database, caller: Callable[..., FlaskClient]) -> FlaskClient:
    assert database
    return caller("handler", authority=town.AUTHORITY)


def shown(handler: FlaskClient, database: Database, name: str, *, person: bool = False) -> str:
    """An entity of this name with a public record; its key."""
    key = f"own:N{len(town.ids(database))}"
    kinds = [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": None}]
    said = {"name": name, "natural_person": person, "region": town.REGION, "authority": town.AUTHORITY, "kinds": kinds}
    assert handler.post("/v1/entities", json={"key": key, **said}).status_code == 201
    event = town.punish(database, town.ids(database)[-1], on=date(2026, 5, 25), severity="serious")
    body = {"act": "publish", "place": "site", "done_on": "2026-06-01"}
    assert handler.post(f"/v1/events/{event}/publication-acts", json=body).status_code == 201
    return key


def test_an_entity_is_found_by_name_and_by_code_and_told_with_what_is_public(
    browser: Browser, handler: FlaskClient, database: Database
) -> None:
    key = shown(handler, database, FIRM)
    assert 'action="/portal/entities"' in browser.get("/portal/").text
    found = browser.get("/portal/entities", name="很长很长")
    assert f'href="/portal/entities/{key}"' in found.text
    assert browser.get("/portal/entities", name=key).location == f"/portal/entities/{key}"
    page = browser.get(f"/portal/entities/{key}")
    assert "<b>影院" not in page.text
    assert "示例&lt;b&gt;影院" in page.text
    assert "2026年5月25日" in page.text, "the first day of its publicity"
    assert "没有已公示的检查结果。" in page.text
    linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert linked is not None
    assert orjson.loads(linked[1])["name"] == FIRM
    assert page.headers["Cache-Control"] == "no-store", "each look-up of a tier is noted"


def test_lists_are_paged_narrowed_and_told_in_english(
    app: Flask, browser: Browser, handler: FlaskClient, database: Database
) -> None:
    for n in range(26):
        shown(handler, database, f"第{n}影院")
    first = browser.get("/portal/records")
    assert first.text.count('scope="row"') == 25
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    assert browser.get(following[1].replace("&amp;", "&")).text.count('scope="row"') == 1
    assert browser.get("/portal/records", name="第25").text.count('scope="row"') == 1
    english = type(browser)(app.test_client(), "en")
    page = english.get("/portal/records", name="第25")
    assert ">25 May 2026</time> – " in page.text
    assert page.headers["Content-Language"] == "en"
    assert "No result has been published" not in english.get("/portal/results").text
    assert "No result fits" in english.get("/portal/results").text


def test_a_person_is_found_by_no_name_and_told_by_one_character(
    browser: Browser, handler: FlaskClient, database: Database
) -> None:
    key = shown(handler, database, "张三丰", person=True)
    assert "没有找到" in browser.get("/portal/entities", name="张三丰").text
    listed = browser.get("/portal/records").text
    assert "张**" in listed
    assert key not in listed
    page = browser.get(f"/portal/entities/{key}").text
    assert "张**" in page
    assert "张三丰" not in page
    assert "ld+json" not in page


def test_a_refused_search_keeps_what_was_typed_and_nothing_wrong_breaks_a_page(browser: Browser) -> None:
    for path in ("/portal/entities", "/portal/records", "/portal/results"):
        refused = browser.get(path, name="z")
        assert refused.status_code == 422
        assert 'value="z"' in refused.text
        assert "aria-invalid" in refused.text
        assert refused.headers["Cache-Control"] == "no-store"
    assert browser.get("/portal/entities", name="%").status_code == 422
    assert browser.get("/portal/entities", name="名" * 201).status_code == 422
    for said in ("91110000600037341L", "own:nobody", "a/../b", "\u202e甲", "😀影院"):
        assert "没有找到" in browser.get("/portal/entities", name=said).text
    assert browser.get("/portal/entities/own:nobody").status_code == 404
    assert browser.get("/portal/records", cursor="x").status_code == 422


def test_pages_for_everybody_may_be_kept_for_a_minute_and_give_the_browser_nothing_to_keep(browser: Browser) -> None:
    for path in ("/portal/", "/portal/entities", "/portal/records", "/portal/results"):
        page = browser.get(path)
        assert (page.status_code, page.headers["Cache-Control"]) == (200, KEPT)
        assert "Set-Cookie" not in page.headers
        assert 'name="csrf"' not in page.text
        assert {"accept-language", "cookie"} <= {name.casefold() for name in page.vary}


def test_the_language_is_chosen_by_a_link_that_leads_back_and_nowhere_else(browser: Browser) -> None:
    page = browser.get("/portal/records", name="影院")
    link = re.search(r'href="(/portal/language[^"]+)"', page.text)
    assert link is not None
    answer = browser.get(link[1].replace("&amp;", "&"))
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Public records" in browser.get(answer.location).text
    elsewhere = browser.get("/portal/language", language="zh", back="https://elsewhere.example/portal/")
    assert elsewhere.location == "/portal/"
    assert "公示信息" in browser.get("/portal/").text
