"""Anyone reads plans and draws, with the commitment, the documents and the names once they are public."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from scoring.sampling.bytes import digest
from scoring.sampling.verify import CODES
from service.inspections import draws
from service.platform import FixedClock
from tests.builders import draw_life, drawing

if TYPE_CHECKING:
    from flask import Flask

    from service.platform import Database, web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

KEPT = "public, max-age=60"


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    return assembly.database


def opened(database: Database, number: str) -> None:
    draw_life.dispatched(database, number)
    draw_life.act(database, draws.attest, drawing.CUSTODIAN, draw=number, custodian="AU-01")
    draw_life.act(database, draws.open_draw, draw=number)


def test_a_draw_is_read_from_its_plan_to_the_place_of_one_entity(
    app: Flask, browser: Browser, database: Database
) -> None:
    number = draw_life.prepared(database)
    plans = browser.get("/portal/plans")
    assert plans.headers["Cache-Control"] == KEPT
    plan = plans.text.partition('href="/portal/plans/')[2].partition('"')[0]
    assert f'href="/portal/draws/{number}"' in browser.get(f"/portal/plans/{plan}").text
    early = browser.get(f"/portal/draws/{number}").text
    assert "准备中" in early
    assert "名单尚未公开" in early
    assert "下载抽取记录" not in early
    assert "尚未发布" in browser.get(f"/portal/draws/{number}/frame", code="X-1").text

    feed = browser.get("/portal/feeds/draws.atom").text
    assert f"抽取 {number}：准备中" in feed

    opened(database, number)
    after = browser.get("/portal/feeds/draws.atom").text
    assert f"抽取 {number}：记录已公开" in after
    identity = re.search(r"<entry><id>([^<]+)</id>", feed)
    assert identity is not None
    assert identity[1] in after, "the same entry says so"
    updated = [re.findall(r"<updated>([^<]+)</updated>", one)[-1] for one in (feed, after)]
    assert updated[0] <= updated[1]
    assert "年度抽查计划" in browser.get("/portal/feeds/plans.atom").text
    page = browser.get(f"/portal/draws/{number}")
    with database.reader() as session:
        view = draws.view_of(session, number)
        visits = draws.dispatched(session, number).teams
    assert page.headers["Cache-Control"] == KEPT
    assert all(said in page.text for said in view.documents.values())
    assert f"/v1/draws/{number}/transcript" in page.text
    assert all(f"/portal/entities/{one.entity}" in page.text for one in visits)
    assert digest(browser.get(f"/v1/draws/{number}/documents/commitment").json) in page.text

    place = browser.get(f"/portal/draws/{number}/frame", code=visits[0].entity)
    assert "在抽样框内，抽中" in place.text
    absent = browser.get(f"/portal/draws/{number}/frame", code="91110000600037341L")
    assert "抽样框内没有这个编码" in absent.text
    assert 'value="91110000600037341L"' in absent.text
    english = type(browser)(app.test_client(), "en")
    assert "In the frame, and drawn" in english.get(f"/portal/draws/{number}/frame", code=visits[0].code).text
    assert "Transcript public" in english.get("/portal/draws").text


def test_the_verify_page_names_every_check_and_opens_a_draw_by_its_number(
    app: Flask, browser: Browser, database: Database
) -> None:
    number = draw_life.prepared(database)
    assert "记录尚未公开" in browser.get("/portal/verify", draw=number).text
    opened(database, number)
    page = browser.get("/portal/verify", draw=number)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, KEPT)
    assert tuple(re.findall(r'data-code="([^"]+)"', page.text)) == tuple(CODES)
    assert f'data-file="/v1/draws/{number}/transcript"' in page.text
    program = re.search(r'data-program="([^"]+)"', page.text)
    assert program is not None
    assert browser.get(program[1]).mimetype == "text/javascript"
    for script in re.findall(r'(?:data-worker|src)="([^"]+)"', page.text):
        with browser.get(script.replace("&amp;", "&")) as answer:
            assert answer.status_code == 200
    assert f"verify.pyz {number}.json" in page.text, "without scripts there is the command line"
    english = type(browser)(app.test_client(), "en").get("/portal/verify", draw="a/b?c").text
    assert 'value="a/b?c"' in english
    assert "Draw again" not in english
    assert "The sample drawn again is the same" in english


def test_addresses_that_name_nothing_are_told_as_pages(browser: Browser, database: Database) -> None:
    assert database
    for path in ("/portal/plans/nope", "/portal/draws/nope", "/portal/draws/nope/frame"):
        page = browser.get(path)
        assert page.status_code == 404
        assert "回到首页" in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert browser.get("/portal/plans", year="999999").status_code == 422
    assert "还没有抽取" in browser.get("/portal/draws").text


def test_instants_are_told_in_the_zone_of_the_authority_with_its_distance_from_utc(
    browser: Browser, database: Database
) -> None:
    number = draw_life.prepared(database)
    draw_life.frozen(database, number)
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE authority SET timezone = 'America/New_York' WHERE code <> :here"), {"here": drawing.HERE}
        )
    page = browser.get(f"/portal/draws/{number}").text
    assert re.search(r"2023年[0-9]+月[0-9]+日 [0-9:]{8} \(UTC\+08:00\)</time>", page)
    assert " UTC</time>" not in page
