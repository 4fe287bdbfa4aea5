"""An entity enters with a code, sees what is its own with every reason, objects, applies, follows; and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.accounts import visitors
from service.accounts.rules import visitor_rules
from service.platform import FixedClock
from service.ratings import drain
from tests.builders import repair_town
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import Database, web
    from tests.builders.fillings import Filling
    from tests.builders.repair_town import Fined
    from tests.console.conftest import Browser

MY = "/portal/my"
SHOWN = {"identified": "营业执照原件"}


@pytest.fixture
def filling() -> Filling:
    return repair_town.standing()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(repair_town.ELIGIBLE)


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    return assembly.database


@pytest.fixture
def cinema(database: Database) -> Fined:
    drain(database=database)
    return repair_town.found(database)


@pytest.fixture
def handler(cinema: Fined, caller: Callable[..., FlaskClient]) -> FlaskClient:
    assert cinema
    return caller("handler", authority=town.AUTHORITY)


def issued(handler: FlaskClient, key: str) -> dict[str, Any]:
    answer = handler.post(f"/v1/entities/{key}/visitor-codes", json=SHOWN)
    assert answer.status_code == 201, answer.json
    made: dict[str, Any] = answer.json
    return made


def noticed(handler: FlaskClient, key: str) -> str:
    facts = {"decision_no": "京文执罚〔2026〕12 号", "decided_on": "2026-05-20", "content": "罚款 5000 元"}
    made = handler.post("/v1/notices", json={"kind": "repair_notice", "entity": key, "facts": facts})
    number: str = made.json["number"]
    return number


def enter(browser: Browser, code: str) -> TestResponse:
    return browser.send(browser.get(MY), MY, code=code)


@pytest.fixture
def signed_in(browser: Browser, handler: FlaskClient, cinema: Fined) -> Browser:
    assert enter(browser, issued(handler, cinema.key)["code"]).status_code == 303
    return browser


def test_a_code_opens_ones_own_page_with_every_reason_once(
    app: Flask, browser: Browser, handler: FlaskClient, cinema: Fined, database: Database
) -> None:
    made = issued(handler, cinema.key)
    assert re.fullmatch(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", made["code"])
    first = browser.get(MY)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    assert "登录码" in first.text
    typed = made["code"].lower().replace("-", " ")
    entered = enter(browser, typed)
    assert (entered.status_code, entered.location) == (303, MY)
    assert "Path=/portal/my" in entered.headers["Set-Cookie"]
    page = browser.get(MY).text
    words = handler.get(f"/v1/entities/{cinema.key}/tier/words").json["kinds"]["cinema"]
    assert words
    assert all(one["text"].replace('"', "&#34;") in page for one in words)
    assert "怎样提升等级" in page
    assert "现在可以申请" not in page, "told as a link"
    assert "申请修复</a>" in page
    again = type(browser)(app.test_client())
    refused = enter(again, made["code"])
    assert refused.status_code == 422
    assert "每个登录码只能使用一次" in refused.text
    with database.reader() as session:
        stored = session.execute(text("SELECT prefix, hash FROM visitor_code")).one()
        acts = session.scalars(text("SELECT action FROM audit WHERE subject = :key ORDER BY id"), {"key": cinema.key})
        assert [one for one in acts if "visitor" in one] == ["accounts.visitor_code_issued", "accounts.visitor_entered"]
    assert stored.hash.startswith("$argon2id$")
    assert made["code"].replace("-", "")[4:] not in stored.hash


def test_pages_for_everybody_are_the_same_for_a_visitor_who_signed_in(signed_in: Browser, cinema: Fined) -> None:
    page = signed_in.get(f"/portal/entities/{cinema.key}")
    assert "怎样提升等级" not in page.text
    assert signed_in.get("/portal/records").headers["Cache-Control"] == "public, max-age=60"
    assert signed_in.client.get(f"/v1/entities/{cinema.key}/events").status_code == 401, "the interface takes tokens"


def test_an_objection_is_filed_proved_followed_and_taken_back(
    signed_in: Browser, handler: FlaskClient, cinema: Fined
) -> None:
    form = signed_in.get(f"{MY}/cases/objections/new", record=str(cinema.record))
    assert "提出异议" in form.text
    empty = signed_in.send(form, f"{MY}/cases/objections/new", record=str(cinema.record), reason="")
    assert empty.status_code == 422
    filed = signed_in.send(form, f"{MY}/cases/objections/new", record=str(cinema.record), reason="当日并未营业")
    assert filed.status_code == 303
    twice = signed_in.send(form, f"{MY}/cases/objections/new", record=str(cinema.record), reason="当日并未营业")
    assert twice.location == filed.location, "sent twice is filed once"
    case = signed_in.get(filed.location)
    assert "当日并未营业" in case.text
    assert "决定期限" in case.text
    path = filed.location.partition("?")[0]
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', case.text)[1] for name in ("csrf", "once")}  # type: ignore[index] # a page without a form is a fault
    sent = signed_in.client.post(
        f"{path}/materials", data={**hidden, "key": "proof", "file": (BytesIO(repair_town.PDF), "停业证明.pdf")}
    )
    assert sent.status_code == 303
    followed = signed_in.get(path)
    link = re.search(r'href="([^"]+/materials/[0-9a-f]{64})"', followed.text)
    assert link is not None
    assert signed_in.get(link[1]).data == repair_town.PDF
    number = path.rpartition("/")[2]
    assert [one["name"] for one in handler.get(f"/v1/objections/{number}").json["materials"]] == ["停业证明.pdf"]
    assert "异议中" in signed_in.get(MY).text
    back = signed_in.send(followed, f"{path}/steps/withdrawal", reason="已查明")
    assert back.status_code == 303
    assert handler.get(f"/v1/objections/{number}").json["state"] == "withdrawn"
    assert signed_in.send(followed, f"{path}/steps/decision", reason="x").status_code == 404


def test_a_repair_is_applied_for_and_papers_asked_for_later_are_sent(
    signed_in: Browser, handler: FlaskClient, cinema: Fined
) -> None:
    form = signed_in.get(f"{MY}/cases/repairs/new", record=str(cinema.record))
    assert "已满足" in form.text
    filed = signed_in.send(form, f"{MY}/cases/repairs/new", record=str(cinema.record), reason="罚款已缴，问题已改")
    assert filed.status_code == 303
    path = filed.location.partition("?")[0]
    number = path.rpartition("/")[2]
    case = handler.get(f"/v1/repairs/{number}").json
    asked = handler.post(
        f"/v1/repairs/{number}/supplement-request", json={"papers": case["missing_papers"], "reason": "缺材料"}
    )
    assert asked.status_code == 204, asked.json
    page = signed_in.get(path)
    assert "要求补正：" in page.text
    for key in case["missing_papers"]:
        hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page.text)[1] for name in ("csrf", "once")}  # type: ignore[index] # as above
        sent = {**hidden, "key": key, "file": (BytesIO(repair_town.PDF), f"{key}.pdf")}
        assert signed_in.client.post(f"{path}/materials", data=sent).status_code == 303
        page = signed_in.get(path)
    assert "告知材料已补齐" in page.text
    assert signed_in.send(page, f"{path}/steps/supplement", reason="已补齐").status_code == 303
    assert handler.get(f"/v1/repairs/{number}").json["state"] == "submitted"
    english = type(signed_in)(signed_in.client, "en")
    assert "To be accepted" in english.get(path).text
    assert "By whom" not in english.get(path).text
    assert handler.get(f"/v1/repairs/{number}").json["steps"][0]["person"] not in page.text


def test_nothing_of_another_entity_is_shown_or_done(
    app: Flask,
    browser: Browser,
    handler: FlaskClient,
    cinema: Fined,
    database: Database,
    caller: Callable[..., FlaskClient],
) -> None:
    other = town.people(database, 1)[0]
    foreign = town.key_of(database, other)
    theirs = caller("entity", subject=cinema.key)
    number = theirs.post("/v1/objections", json={"entity": cinema.key, "record": cinema.record, "reason": "有误"}).json[
        "number"
    ]
    drain(database=database)
    notice = noticed(handler, cinema.key)
    assert enter(browser, issued(handler, foreign)["code"]).status_code == 303
    page = browser.get(MY)
    assert cinema.key not in page.text
    assert number not in page.text
    for path in (
        f"{MY}/cases/objections/{number}",
        f"{MY}/cases/repairs/{number}",
        f"{MY}/cases/notices/{number}",
        f"{MY}/cases/objections/{number}/materials/{'0' * 64}",
        f"{MY}/notices/{notice}",
        f"{MY}/notices/{notice}/pdf",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.get(f"{MY}/cases/objections/new", record=str(cinema.record)).status_code in {403, 404}
    assert browser.get(f"{MY}/cases/repairs/new", record=str(cinema.record)).status_code in {403, 404}
    forged = browser.send(page, f"{MY}/cases/objections/new", record=str(cinema.record), reason="x", entity=cinema.key)
    assert forged.status_code in {403, 404, 422}
    assert len(theirs.get("/v1/objections").json["items"]) == 1
    assert browser.send(page, f"{MY}/cases/objections/{number}/steps/withdrawal", reason="x").status_code == 404
    assert theirs.get(f"/v1/objections/{number}").json["state"] == "marked"
    stranger = type(browser)(app.test_client())
    for path in (f"{MY}/cases/objections/{number}", f"{MY}/cases/repairs/new?record={cinema.record}"):
        assert stranger.get(path).status_code == 401


def test_a_code_is_guessed_a_few_times_only(
    browser: Browser, handler: FlaskClient, cinema: Fined, clock: FixedClock
) -> None:
    rules = visitor_rules()
    code = issued(handler, cinema.key)["code"].replace("-", "")
    wrong = code[: visitors.FINDS] + "".join("3" if char == "2" else "2" for char in code[visitors.FINDS :])
    for _ in range(rules["code"]["tries"]):
        assert enter(browser, wrong).status_code == 422
    assert enter(browser, code).status_code == 422, "too many wrong ones have ended it"
    (told,) = handler.get(f"/v1/entities/{cinema.key}/visitor-codes").json["items"]
    assert told["state"] == "ended"
    fresh = issued(handler, cinema.key)["code"]
    for _ in range(rules["address"]["tries"] - rules["code"]["tries"] - 1):
        assert enter(browser, visitors.ALPHABET[:16]).status_code == 422
    closed = enter(browser, fresh)
    assert closed.status_code == 429
    assert f"{rules['address']['minutes']} 分钟" in closed.text
    clock.advance(timedelta(minutes=rules["address"]["minutes"]))
    assert enter(browser, fresh).status_code == 303


def test_a_code_ends_in_time_or_by_staff_and_so_does_a_session(
    browser: Browser, handler: FlaskClient, cinema: Fined, clock: FixedClock
) -> None:
    lost = issued(handler, cinema.key)
    assert handler.post(f"/v1/entities/{cinema.key}/visitor-codes/{lost['id']}/end").status_code == 204
    assert enter(browser, lost["code"]).status_code == 422
    assert handler.post(f"/v1/entities/{cinema.key}/visitor-codes/nothing/end").status_code == 404
    late = issued(handler, cinema.key)
    clock.advance(timedelta(days=visitor_rules()["code"]["days"]))
    assert enter(browser, late["code"]).status_code == 422
    states = [one["state"] for one in handler.get(f"/v1/entities/{cinema.key}/visitor-codes").json["items"]]
    assert sorted(states) == ["ended", "expired"]
    assert enter(browser, issued(handler, cinema.key)["code"]).status_code == 303
    page = browser.get(MY)
    assert "退出" in page.text
    out = browser.send(page, f"{MY}/sign-out")
    assert out.status_code == 303
    assert "再次登录需要新的登录码" in browser.get(out.location).text
    assert browser.get(f"{MY}/cases/repairs/new", record=str(cinema.record)).status_code == 401


def test_codes_are_issued_by_whom_the_table_names_within_their_scope(
    handler: FlaskClient, cinema: Fined, caller: Callable[..., FlaskClient]
) -> None:
    path = f"/v1/entities/{cinema.key}/visitor-codes"
    assert caller("approver", authority=town.AUTHORITY).post(path, json=SHOWN).status_code == 403
    elsewhere = caller("handler", authority="bj-culture-110105").post(path, json=SHOWN)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "out_of_scope")
    assert handler.post(path, json={}).status_code == 422
    assert handler.post("/v1/entities/own:nobody/visitor-codes", json=SHOWN).status_code == 404
    notice = noticed(handler, cinema.key)
    made = handler.post(f"/v1/notices/{notice}/visitor-codes")
    assert made.status_code == 201
    assert made.json["entity"] == cinema.key
    texts = handler.get(f"/v1/notices/{notice}").json["texts"]
    assert made.json["code"] not in str(texts), "staff who read the notice later do not read the code"
    (told,) = handler.get(path).json["items"]
    assert (told["notice"], told["identified"], told["state"]) == (notice, None, "standing")
    assert made.json["code"] not in str(told)


def test_a_notice_is_read_and_its_receipt_confirmed(signed_in: Browser, handler: FlaskClient, cinema: Fined) -> None:
    notice = noticed(handler, cinema.key)
    assert notice in signed_in.get(MY).text
    page = signed_in.get(f"{MY}/notices/{notice}")
    assert "确认已收到" in page.text
    assert signed_in.get(f"{MY}/notices/{notice}/pdf").data.startswith(b"%PDF")
    assert signed_in.send(page, f"{MY}/notices/{notice}/confirmation").status_code == 303
    assert "已确认收到" in signed_in.get(f"{MY}/notices/{notice}").text
    assert [one["act"] for one in handler.get(f"/v1/notices/{notice}").json["services"]] == ["confirmed"]
