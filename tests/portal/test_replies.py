"""An entity replies beside what is public of it; staff keep back what is unlawful alone; it goes with the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.ratings import drain
from service.repairs.replies.rules import reply_rules
from tests.builders import publishing
from tests.integration.ratings import town
from tests.portal.test_looking_up import database, handler, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from service.platform import Database
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

__all__ = ["database", "handler"]
SAID = "罚款已于当日缴清，\n<b>问题</b>已改正。"


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


@pytest.fixture
def key(handler: FlaskClient, database: Database) -> str:
    return shown(handler, database, "甲影院")


@pytest.fixture
def record(key: str, handler: FlaskClient) -> str:
    assert key
    return str(handler.get("/v1/publications").json["items"][-1]["event"])


@pytest.fixture
def firm(key: str, caller: Callable[..., FlaskClient]) -> FlaskClient:
    return caller("entity", subject=key)


def said(client: FlaskClient, record: str, words: str = SAID) -> Any:  # noqa: ANN401 - an answer
    return client.post("/v1/replies", json={"about": "record", "reference": record, "text": words})


def read(client: FlaskClient, record: str) -> list[str]:
    answer = client.get("/v1/replies", query_string={"about": "record", "references": record})
    assert answer.status_code == 200, answer.json
    return [one["text"] for one in answer.json["items"]]


def test_a_reply_is_public_once_it_was_looked_at_and_goes_with_its_record(
    app: Flask, browser: Browser, firm: FlaskClient, handler: FlaskClient, key: str, record: str
) -> None:
    number = said(firm, record).json["id"]
    assert read(app.test_client(), record) == []
    assert "当事人回应" not in browser.get("/portal/records").text
    (waiting,) = handler.get("/v1/reply-worklist").json["items"]
    assert (waiting["id"], waiting["state"], waiting["overdue"]) == (number, "waiting", False)
    assert handler.post(f"/v1/replies/{number}/decision", json={"accept": True}).status_code == 204
    assert handler.get("/v1/reply-worklist").json["items"] == []
    assert read(app.test_client(), record) == [SAID]
    for path in ("/portal/records", f"/portal/entities/{key}"):
        page = browser.get(path).text
        assert "当事人回应" in page
        assert "&lt;b&gt;问题&lt;/b&gt;" in page, "plain text stays plain"
    body = {"act": "withdraw", "place": "site", "done_on": "2026-06-01", "reason": "误登"}
    assert handler.post(f"/v1/events/{record}/publication-acts", json=body).status_code == 201
    assert read(app.test_client(), record) == []
    assert [one["state"] for one in firm.get(f"/v1/entities/{key}/replies").json["items"]] == ["accepted"]
    again = {"act": "publish", "place": "site", "done_on": "2026-06-01"}
    assert handler.post(f"/v1/events/{record}/publication-acts", json=again).status_code == 201
    assert read(app.test_client(), record) == [SAID], "kept with the record"


def test_staff_keep_a_reply_back_on_a_ground_with_a_reason_that_the_entity_reads(
    app: Flask, firm: FlaskClient, handler: FlaskClient, key: str, record: str, caller: Callable[..., FlaskClient]
) -> None:
    number = said(firm, record).json["id"]
    path = f"/v1/replies/{number}/decision"
    for body in (
        {"accept": False},
        {"accept": False, "ground": "insult"},
        {"accept": False, "ground": "opinion", "reason": "不同意"},
        {"accept": True, "ground": "insult", "reason": "x"},
    ):
        assert handler.post(path, json=body).json["code"] == "reply_ground"
    elsewhere = caller("handler", authority="bj-culture-110105")
    assert elsewhere.post(path, json={"accept": True}).json["code"] == "reply_unknown"
    assert elsewhere.get("/v1/reply-worklist").json["items"] == []
    assert firm.post(path, json={"accept": True}).status_code == 403
    refusal = {"accept": False, "ground": "insult", "reason": "第二句辱骂他人"}
    assert handler.post(path, json=refusal).status_code == 204
    assert handler.post(path, json={"accept": True}).json["code"] == "reply_done"
    (own,) = firm.get(f"/v1/entities/{key}/replies").json["items"]
    assert (own["state"], own["ground"], own["reason"]) == ("refused", "insult", "第二句辱骂他人")
    assert read(app.test_client(), record) == []
    assert said(firm, record, "另写一份").status_code == 201, "another one may be said"


def test_a_reply_is_taken_back_and_nothing_else_is_replied_to(
    app: Flask,
    firm: FlaskClient,
    handler: FlaskClient,
    record: str,
    database: Database,
    caller: Callable[..., FlaskClient],
) -> None:
    number = said(firm, record).json["id"]
    assert said(firm, record).json["code"] == "reply_present"
    assert handler.post(f"/v1/replies/{number}/decision", json={"accept": True}).status_code == 204
    other = shown(handler, database, "乙影院")
    stranger = caller("entity", subject=other)
    assert stranger.post(f"/v1/replies/{number}/withdrawal").json["code"] == "reply_unknown"
    assert said(stranger, record).json["code"] == "reply_nothing_public"
    assert stranger.get(f"/v1/entities/{other}/replies").json["items"] == []
    assert stranger.get(f"/v1/entities/{firm.get('/v1/whoami').json['subject']}/replies").status_code == 404
    assert firm.post(f"/v1/replies/{number}/withdrawal").status_code == 204
    assert firm.post(f"/v1/replies/{number}/withdrawal").status_code == 204
    assert read(app.test_client(), record) == []
    for reference in ("999999", "abc", "9" * 30):
        assert said(firm, reference).json["code"] == "reply_nothing_public"
    unseen = {"about": "result", "reference": record, "text": "x"}
    assert firm.post("/v1/replies", json=unseen).json["code"] == "reply_nothing_public"
    with pytest.raises(DBAPIError, match="permission denied"), database.engine.begin() as connection:
        connection.execute(text("UPDATE reply SET text = 'x'"))


@pytest.mark.parametrize(
    ("words", "code"),
    [("  ", "reply_text"), ("a\u202eb", "reply_text"), ("a\tb", "reply_text"), ("长", "reply_too_long")],
)
def test_a_reply_is_plain_and_bounded(firm: FlaskClient, record: str, words: str, code: str) -> None:
    longest = reply_rules()["longest"]
    written = words * (longest + 1) if code == "reply_too_long" else words
    assert said(firm, record, written).json["code"] == code
    assert said(firm, record, "长" * longest).status_code == 201


def test_a_reply_is_written_and_screened_on_pages(
    browser: Browser,
    staff: Callable[..., Browser],
    handler: FlaskClient,
    key: str,
    record: str,
    database: Database,
) -> None:
    drain(database=database)
    code = handler.post(f"/v1/entities/{key}/visitor-codes", json={"identified": "执照"}).json["code"]
    assert browser.send(browser.get("/portal/my"), "/portal/my", code=code).status_code == 303
    assert f"reference={record}" in browser.get("/portal/my").text
    form = browser.get("/portal/my/replies/new", about="record", reference=record)
    empty = browser.send(form, "/portal/my/replies/new", about="record", reference=record, text="")
    assert empty.status_code == 422
    sent = browser.send(form, "/portal/my/replies/new", about="record", reference=record, text=SAID)
    assert sent.status_code == 303
    assert "待审核" in browser.get(sent.location).text
    console = staff("handler", authority=town.AUTHORITY)
    assert "/console/replies" in console.get("/console/").text
    page = console.get("/console/replies")
    assert "已改正" in page.text
    number = handler.get("/v1/reply-worklist").json["items"][0]["id"]
    lacking = console.send(page, f"/console/replies/{number}", accept="false", ground="", reason="x")
    assert lacking.status_code == 422
    assert console.send(page, f"/console/replies/{number}", accept="true").status_code == 303
    mine = browser.get("/portal/my")
    assert "已公开" in mine.text
    assert browser.send(mine, f"/portal/my/replies/{number}/withdrawal").status_code == 303
    assert "当事人回应" not in browser.get("/portal/records").text
