"""Feeds tell what was published last, by identities that stay; what is withdrawn is told no more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.builders import publishing
from tests.integration.ratings import town
from tests.portal.test_looking_up import database, handler, shown

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from service.platform import Database
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

__all__ = ["database", "handler"]
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("records", "results", "plans", "draws")


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


def read(browser: Browser, name: str, **said: str) -> ET.Element:
    answer = browser.get(f"/portal/feeds/{name}.atom", **said)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return ET.fromstring(answer.data)  # noqa: S314 - of our own


def texts(feed: ET.Element, name: str) -> list[str]:
    return [one.text or "" for one in feed.findall(f"{ATOM}entry/{ATOM}{name}")]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_one_by_its_rules_and_found_from_its_page(
    name: str, browser: Browser, handler: FlaskClient, database: Database
) -> None:
    shown(handler, database, "甲影院")
    feed = read(browser, name)
    own, page = feed.findall(f"{ATOM}link")
    assert (own.get("rel"), own.get("href")) == ("self", f"http://localhost/portal/feeds/{name}.atom")
    assert page.get("href") == f"http://localhost/portal/{name}"
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        once = [part.find(f"{ATOM}{each}") for each in ("id", "title", "updated", "author")]
        assert all(one is not None for one in once)
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "").tzinfo is not None
    assert 'type="application/atom+xml" title=' in browser.get(f"/portal/{name}").text


def test_what_was_shown_last_comes_first_and_what_is_withdrawn_is_gone(
    browser: Browser, handler: FlaskClient, database: Database
) -> None:
    for name in ("甲影院", "乙影院", "丙影院"):
        shown(handler, database, name)
    before = read(browser, "records")
    assert [said.partition(" ")[0] for said in texts(before, "title")] == ["丙影院", "乙影院", "甲影院"]
    event = next(one["event"] for one in handler.get("/v1/publications").json["items"] if one["name"] == "乙影院")
    body = {"act": "withdraw", "place": "site", "done_on": "2026-06-01", "reason": "误登"}
    assert handler.post(f"/v1/events/{event}/publication-acts", json=body).status_code == 201
    after = read(browser, "records")
    assert [said.partition(" ")[0] for said in texts(after, "title")] == ["丙影院", "甲影院"]
    assert set(texts(after, "id")) < set(texts(before, "id")), "an identity stays"
    again = {"act": "publish", "place": "site", "done_on": "2026-06-01"}
    assert handler.post(f"/v1/events/{event}/publication-acts", json=again).status_code == 201
    assert [said.partition(" ")[0] for said in texts(read(browser, "records"), "title")] == [
        "乙影院",
        "丙影院",
        "甲影院",
    ]


def test_a_feed_says_of_a_person_what_the_list_says_and_speaks_english(
    app: Flask, browser: Browser, handler: FlaskClient, database: Database
) -> None:
    key = shown(handler, database, "张三丰", person=True)
    feed = read(browser, "records")
    assert texts(feed, "title")[0].startswith("张** · ")
    assert key not in ET.tostring(feed, encoding="unicode")
    english = read(type(browser)(app.test_client(), "en"), "records")
    assert english.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert "public from" in texts(english, "summary")[0]


def test_an_unknown_feed_is_nowhere_and_an_authority_has_its_own(
    browser: Browser, handler: FlaskClient, database: Database
) -> None:
    shown(handler, database, "甲影院")
    assert browser.get("/portal/feeds/nothing.atom").status_code == 404
    assert len(texts(read(browser, "records", authority=town.AUTHORITY), "id")) == 1
    assert texts(read(browser, "records", authority="nobody"), "id") == []
