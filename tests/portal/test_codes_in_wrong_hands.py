"""An official issues a code, keeps it and enters as the entity himself: what stops him, and what shows it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import repair_town
from tests.integration.ratings import town
from tests.portal.test_own_pages import MY, cinema, clock, database, enter, filling, handler, issued, noticed, signed_in
from tests.portal.test_replies import SAID

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.builders.repair_town import Fined
    from tests.console.conftest import Browser

    Caller = Callable[..., FlaskClient]

__all__ = ["cinema", "clock", "database", "filling", "handler", "signed_in"]
HERE = {"authority": town.AUTHORITY}


@pytest.fixture
def crook(cinema: Fined, caller: Caller) -> FlaskClient:
    assert cinema
    return caller("handler", **HERE, person="0101")


@pytest.fixture
def case(crook: FlaskClient, browser: Browser, cinema: Fined) -> str:
    """The number of an objection that the crook files in the cinema's name."""
    assert enter(browser, issued(crook, cinema.key)["code"]).status_code == 303
    return filed(browser, cinema)


def filed(browser: Browser, cinema: Fined) -> str:
    form = browser.get(f"{MY}/cases/objections/new", record=str(cinema.record))
    sent = browser.send(form, f"{MY}/cases/objections/new", record=str(cinema.record), reason="处罚有误")
    assert sent.status_code == 303, sent.text
    return str(sent.location).partition("?")[0].rpartition("/")[2]


def decided(client: FlaskClient, number: str) -> Any:  # noqa: ANN401 - an answer
    body = {"decision": "uphold", "reason": "记录无误"}
    return client.post(f"/v1/objections/{number}/decision", json=body)


def examined(client: FlaskClient, number: str) -> Any:  # noqa: ANN401 - an answer
    return client.post(f"/v1/objections/{number}/examination", json={"right": True, "reason": "核对无误"})


def test_whoever_issued_the_code_decides_nothing_and_finds_nothing_in_the_case_by_whatever_account(
    case: str, crook: FlaskClient, caller: Caller
) -> None:
    refused = examined(crook, case)
    assert (refused.status_code, refused.json["code"]) == (403, "repair_issued_code")
    himself = caller("approver", **HERE, person="0101")
    refused = decided(himself, case)
    assert (refused.status_code, refused.json["code"]) == (403, "repair_issued_code")
    against = {one["event"]: one["against"] for one in himself.get(f"/v1/objections/{case}").json["openings"]}
    assert against["uphold"] == "repair_issued_code"
    assert examined(caller("handler", **HERE, person="0102"), case).status_code < 300
    done = decided(caller("approver", **HERE, person="0103"), case)
    assert done.status_code < 300, done.json


def test_a_paper_sent_with_his_code_bars_him_from_a_case_that_the_entity_filed_itself(
    crook: FlaskClient, browser: Browser, cinema: Fined, caller: Caller
) -> None:
    entity = caller("entity", subject=cinema.key)
    body = {"entity": cinema.key, "record": cinema.record, "reason": "有误"}
    number = entity.post("/v1/objections", json=body).json["number"]
    himself = caller("approver", **HERE, person="0101")
    against = {one["event"]: one["against"] for one in himself.get(f"/v1/objections/{number}").json["openings"]}
    assert against["uphold"] is None
    visitor = issued(crook, cinema.key)["code"]
    assert enter(browser, visitor).status_code == 303
    page = browser.get(f"{MY}/cases/objections/{number}")
    kind = himself.get(f"/v1/objections/{number}").json["papers"][0]["key"]
    files = {"key": kind, "file": (BytesIO(b"%PDF-1.7\n%%EOF\n"), "x.pdf")}
    sent = browser.send(page, f"{MY}/cases/objections/{number}/materials", **files)  # type: ignore[arg-type]
    assert sent.status_code == 303, sent.text
    assert decided(himself, number).json["code"] == "repair_issued_code"
    (paper,) = himself.get(f"/v1/objections/{number}").json["materials"]
    (entry,) = himself.get(f"/v1/objections/{number}").json["entries"]
    assert paper["entered_by"] == entry["code"]


def test_the_case_file_and_the_entity_s_own_pages_say_who_issued_the_code_and_when_it_was_used(
    case: str, browser: Browser, staff: Callable[..., Browser], caller: Caller
) -> None:
    told = caller("auditor", **HERE).get(f"/v1/objections/{case}").json
    (entry,) = told["entries"]
    assert (entry["person"], entry["identified"], entry["notice"]) == ("0101", "营业执照原件", None)
    assert entry["issuer"] == "handler"
    assert told["steps"][0]["entered_by"] == entry["code"]
    page = staff("approver", **HERE).get(f"/console/objections/{case}").text
    assert "凭登录码登录" in page
    assert "<code>0101</code>" in page
    own = browser.get(f"{MY}/cases/objections/{case}").text
    assert "凭登录码登录" in own
    assert "<code>0101</code>" in own
    first = browser.get(MY).text.partition('id="h-codes"')[2]
    assert "营业执照原件" in first
    assert "<code>0101</code>" in first


def test_that_the_issuer_sat_at_the_same_address_is_shown_to_staff_and_a_case_from_elsewhere_is_not(
    app: Flask, staff: Callable[..., Browser], cinema: Fined, caller: Caller
) -> None:
    console = staff("handler", **HERE, person="0101")
    at = f"/console/visitor-codes/{cinema.key}"
    auditor = caller("auditor", **HERE)
    for address, same in (("192.0.2.7", False), ("127.0.0.1", True)):
        shown = console.send(console.get(at), at, identified="执照")
        code = shown.text.partition('code-once"><code>')[2].partition("<")[0]
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        visitor = type(console)(client)
        assert enter(visitor, code).status_code == 303
        number = filed(visitor, cinema)
        (entry,) = auditor.get(f"/v1/objections/{number}").json["entries"]
        assert entry["same_address"] is same
        own = caller("entity", subject=cinema.key).get(f"/v1/objections/{number}").json["entries"]
        assert own[0]["same_address"] is None
        page = staff("approver", login=f"approver-{same}", **HERE).get(f"/console/objections/{number}").text
        assert ("与发放人登录的相同" in page) is same
        back = visitor.get(f"{MY}/cases/objections/{number}")
        visitor.send(back, f"{MY}/cases/objections/{number}/steps/withdrawal", reason="撤回")


def test_a_letter_tells_the_entity_of_each_code_from_the_counter_and_another_serves_it(
    crook: FlaskClient, cinema: Fined, caller: Caller
) -> None:
    made = issued(crook, cinema.key)
    letter = crook.get(f"/v1/notices/{made['letter']}").json
    assert (letter["kind"], letter["entity"], letter["about"]) == ("code_issued", cinema.key, made["id"])
    for text in letter["texts"].values():
        assert "handler 0101" in text["text"]
        assert "营业执照原件" in text["text"]
        assert made["code"] not in text["text"]
    assert made["letter"] in {one["number"] for one in crook.get("/v1/notices?unserved=true").json["items"]}
    served = {"way": "mail", "on_day": letter["made_on"], "recipient": "前台"}
    path = f"/v1/notices/{made['letter']}/services"
    himself = caller("approver", **HERE, person="0101")
    for own in (crook, himself):
        assert own.post(path, json=served).json["code"] == "notice_own_code"
    assert caller("handler", **HERE, person="0102").post(path, json=served).status_code == 204
    notice = noticed(crook, cinema.key)
    with_notice = crook.post(f"/v1/notices/{notice}/visitor-codes").json
    other = crook.get(f"/v1/notices/{with_notice['letter']}").json
    assert notice in other["texts"]["zh"]["text"], "he could serve that one himself, and keep the code"
    path = f"/v1/notices/{with_notice['letter']}"
    assert crook.post(f"{path}/services", json=served).json["code"] == "notice_own_code"
    assert crook.post(f"{path}/visitor-codes").json["code"] == "notice_carries_no_code"
    asked = {"kind": "code_issued", "entity": cinema.key, "facts": {}}
    assert crook.post("/v1/notices", json=asked).json["code"] == "notice_kind_unknown"


def test_an_entity_is_told_of_its_own_codes_alone(
    signed_in: Browser,
    cinema: Fined,
    caller: Caller,
    database: Any,  # noqa: ANN401 - as the fixture has it
) -> None:
    assert signed_in
    path = f"/v1/entities/{cinema.key}/visitor-codes"
    (told,) = caller("entity", subject=cinema.key).get(path).json["items"]
    assert (told["state"], told["issuer"]) == ("used", "handler")
    other = town.key_of(database, town.people(database, 1)[0])
    assert caller("entity", subject=other).get(path).json["code"] == "entity_not_found"
    assert caller("inspector", **HERE).get(path).status_code == 403


def test_whoever_issued_the_code_does_not_look_over_what_was_replied_with_it(
    crook: FlaskClient, browser: Browser, cinema: Fined, caller: Caller
) -> None:
    shown = {"act": "publish", "place": "site", "done_on": repair_town.ELIGIBLE.date().isoformat()}
    assert crook.post(f"/v1/events/{cinema.record}/publication-acts", json=shown).status_code == 201
    assert enter(browser, issued(crook, cinema.key)["code"]).status_code == 303
    form = browser.get(f"{MY}/replies/new", about="record", reference=str(cinema.record))
    typed = {"about": "record", "reference": str(cinema.record), "text": SAID}
    assert browser.send(form, f"{MY}/replies/new", **typed).status_code == 303
    (waiting,) = crook.get("/v1/reply-worklist").json["items"]
    path = f"/v1/replies/{waiting['id']}/decision"
    assert crook.post(path, json={"accept": True}).json["code"] == "reply_issued_code"
    assert caller("handler", **HERE, person="0102").post(path, json={"accept": True}).status_code == 204
