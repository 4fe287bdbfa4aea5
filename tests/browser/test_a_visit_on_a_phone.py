"""A visit on a phone, 360 by 740: with network and without, sent once though an answer is lost, conflicts told."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.accessible import refuse_barriers
from tests.browser.serving import served, staff
from tests.console.conftest import PASSWORD, app, assembly, clock, house, quick_hashes
from tests.console.test_visits import PHOTO, filling, team

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Page

    from tests.browser.window import Window
    from tests.console.test_visits import Team

__all__ = ["app", "assembly", "clock", "filling", "house", "quick_hashes", "served", "staff", "team"]

ENTRY = '[data-entry="findings/CINEMA-1/minors"]'
SENT_LATER = "/sync/"
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("visits:"));
  const pages = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return pages.flat().map((one) => one.url);
}"""
READY = "async () => { await navigator.serviceWorker.ready; return navigator.serviceWorker.controller !== null; }"
UNSENT = "async (account) => (await window.visits.all(account)).length"


@pytest.fixture
def phone(team: Team) -> Iterator[Window]:
    """The window of the leader as a phone, on the page of his visit."""
    yield on_phone(team.lead)  # type: ignore[arg-type] # a window does what the client does
    without_network(team.lead)


def on_phone(window: Window) -> Window:
    window.page.set_viewport_size({"width": 360, "height": 740})
    return window


def without_network(window: Any) -> None:  # noqa: ANN401 - a window
    """That there was no network is no fault of the page."""
    window.complaints[:] = [one for one in window.complaints if "net::ERR" not in one and "Failed to fetch" not in one]


def enter(phone: Window, team: Team, *, code: str = "") -> None:
    page = phone.page
    for person in ("DC-01", "DC-02"):
        page.check(f'[name="inspectors[]"][value="{person}"]')
    page.fill('[name="code"]', code or team.key)
    page.click('button[value="scan"]')


def say(page: Page, result: str, severity: str | None = None, note: str = "") -> None:
    page.check(f'{ENTRY} [name$="/result"][value="{result}"]')
    if severity:
        page.check(f'{ENTRY} [name$="/severity"][value="{severity}"]')
    page.fill(f"{ENTRY} textarea", note)


def save(page: Page) -> None:
    page.click('form[data-act="findings"] button:not([type=button])')


def entered(phone: Window, team: Team) -> Page:
    """The page of a visit that has been entered, kept on the phone with all that it stands on."""
    page = phone.page
    phone.get(team.visit)
    enter(phone, team)
    page.wait_for_selector('form[action$="/record"]')
    assert kept(phone, team)
    return page


def accessible(page: Page) -> None:
    """No fault by the rules of WCAG 2.2 AA, and nothing wider than the phone."""
    refuse_barriers(page, contrast=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def kept(phone: Window, team: Team) -> bool:
    """Wait until the visit's page is kept on the phone as it stands."""
    page = phone.page
    page.goto(phone.address + team.visit)
    page.evaluate(READY)
    page.goto(phone.address + team.visit)
    page.wait_for_function(
        "async (path) => Boolean(await caches.match(path, { ignoreVary: true }))",
        arg=team.visit,
    )
    return bool(page.evaluate("navigator.serviceWorker.controller !== null"))


def send(page: Page) -> None:
    """Have the page send what waits. Nobody waits for it here: once all is sent the page is looked at anew."""
    page.evaluate("() => { window.visits?.page?.sync(); }")


def findings(window: Any, team: Team) -> int:  # noqa: ANN401 - a window or the client
    """How often something was taken into the visit, as the server tells it."""
    return int(window.get(team.visit).text.count("记下检查情况"))


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_two_inspectors_make_a_visit_online(phone: Window, team: Team, language: str) -> None:
    phone.page.context.set_extra_http_headers({"Accept-Language": language})
    page = phone.page
    phone.get("/console/visits")
    page.click(f'a[href="{team.visit}"]')
    page.wait_for_selector("#visit")
    accessible(page)
    enter(phone, team, code="91110000101623741K")
    page.wait_for_selector("[data-door] [data-faults] p >> visible=true")
    assert page.input_value('[name="code"]') == "91110000101623741K", "what was typed is kept, to be put right"
    enter(phone, team)
    page.wait_for_selector('form[action$="/record"]')
    accessible(page)
    assert page.locator(f"{ENTRY} input:checked").count() == 0, "nothing is chosen beforehand"
    assert not page.locator(f'{ENTRY} [name$="/severity"]').first.is_visible(), (
        "how serious is asked of a failure alone"
    )
    say(page, "fail")
    save(page)
    page.wait_for_selector(f"{ENTRY} .fault >> visible=true")
    accessible(page)
    page.click('[data-faults] a[href="#f-findings-CINEMA-1-minors"]')
    say(page, "fail", "serious", "3")
    page.set_input_files(f'{ENTRY} input[type="file"]', {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
    page.wait_for_selector(f"{ENTRY} .photographs code")
    save(page)
    page.wait_for_selector(f"{ENTRY} [data-standing] strong")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.select_option("[name=result]", "5")
    page.click(f'form[action="{team.visit}/record"] button')
    page.click(f'form[action="{team.visit}/signature"] button')
    page.wait_for_url("**?done=signed")
    page.click("details:has(form[action$=countersignature]) summary")
    accessible(page)
    page.fill("[name=login]", "i2")
    page.fill("[name=password]", PASSWORD)
    page.click(f'form[action="{team.visit}/countersignature"] button')
    page.wait_for_selector("section .mark-state.good >> nth=1")
    assert page.locator("form[action$=signature]").count() == 0


def test_without_network_the_visit_is_entered_answered_and_sent_once_though_an_answer_is_lost(
    phone: Window, team: Team, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone.page
    kept(phone, team)
    phone.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#visits-offline >> visible=true")
    enter(phone, team)
    say(page, "fail", "minor", "灭火器旁")
    page.set_input_files(f'{ENTRY} input[type="file"]', {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
    page.wait_for_selector(f"{ENTRY} .photographs code")
    save(page)
    page.wait_for_selector(f"{ENTRY} [data-waiting]")
    page.reload()
    assert "灭火器旁" in page.text_content(f"{ENTRY} [data-waiting]", timeout=30_000)  # type: ignore[operator] # it is there
    assert page.locator("#visits-queue li").count() == 3, "the entry, the photograph, the finding"

    lost = lose_first_answers(app, monkeypatch)
    phone.context.set_offline(False)
    page.wait_for_function("document.getElementById('visits-queue').querySelector('[data-send]')")
    for _ in range(4):
        send(page)
    page.wait_for_selector(f"{ENTRY} [data-standing] strong")
    page.wait_for_selector("#visits-queue", state="hidden")
    assert sorted(lost) == ["files", "findings", "scan"], "each was handled once before its answer was lost"
    assert findings(team.second, team) == 1
    assert team.second.get(team.visit).text.count("附上文件") == 1
    without_network(phone)


def lose_first_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the first answer to each kind of act that is sent later never arrive, though it was handled."""
    whole, lost = app.wsgi_app, []

    def lossy(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:  # noqa: ANN401 - WSGI's own
        answer = whole(environ, start_response)
        kind = environ["PATH_INFO"].rpartition(SENT_LATER)[2] if SENT_LATER in environ["PATH_INFO"] else ""
        if kind and kind not in lost:
            lost.append(kind)
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer

    monkeypatch.setattr(app, "wsgi_app", lossy)
    return lost


def test_what_the_first_look_still_sends_is_shown_when_it_is_there(
    app: Flask, phone: Window, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, looked = app.wsgi_app, threading.Event()

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:  # noqa: ANN401 - WSGI's own
        if environ["PATH_INFO"] == "/console/visits/state":
            looked.wait(20)
        return whole(environ, start_response)

    monkeypatch.setattr(app, "wsgi_app", slow)
    phone.get(team.visit)
    enter(phone, team)
    phone.page.wait_for_selector("#visits-queue li")
    looked.set()
    phone.page.wait_for_selector('form[action$="/record"]')
    without_network(phone)


def test_what_the_partner_did_meanwhile_is_told_and_nothing_is_lost(phone: Window, team: Team) -> None:
    page = entered(phone, team)
    phone.context.set_offline(True)
    say(page, "fail", "serious", "后门锁闭")
    save(page)
    page.wait_for_selector(f"{ENTRY} [data-waiting]")
    team.second.get(team.visit)
    say(team.second.page, "pass")  # type: ignore[attr-defined] # a window
    save(team.second.page)  # type: ignore[attr-defined] # same
    team.second.page.wait_for_selector(f"{ENTRY} [data-standing] strong")  # type: ignore[attr-defined] # same
    team.second.send(None, f"{team.visit}/record", result="1", remark="")  # type: ignore[arg-type] # a window needs no page
    phone.context.set_offline(False)
    send(page)
    page.wait_for_selector("#visits-queue .refusal")
    told = page.text_content("#visits-queue")
    assert told is not None
    assert "后门锁闭" in told
    assert "检查所处阶段不符" in told
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#visits-queue li .acts button >> nth=1")
    page.wait_for_selector("#visits-queue", state="hidden")
    without_network(phone)


def test_an_expired_sign_in_keeps_what_waits_until_the_same_person_is_back(phone: Window, team: Team) -> None:
    page = entered(phone, team)
    phone.context.set_offline(True)
    say(page, "pass")
    save(page)
    page.wait_for_selector(f"{ENTRY} [data-waiting]")
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    send(page)
    page.wait_for_selector("#visits-queue [data-state] a")
    page.click("#visits-queue [data-state] a")
    page.fill("[name=login]", "i1")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_selector(f"{ENTRY} [data-standing] strong")
    assert findings(team.second, team) == 1
    without_network(phone)


def test_signing_out_and_another_account_leave_no_page_behind(phone: Window, team: Team) -> None:
    page = entered(phone, team)
    assert page.evaluate(KEPT)
    phone.context.clear_cookies()
    phone.get("/console/sign-in")
    phone.sign_in("i3")
    page.wait_for_function("caches.keys().then((names) => !names.some((name) => name.startsWith('visits:')))")
    phone.get("/console/visits")
    page.evaluate(READY)
    page.reload()
    page.wait_for_function("caches.keys().then((names) => names.some((name) => name.startsWith('visits:')))")
    page.click('form[action="/console/sign-out"] button')
    page.wait_for_selector("[name=login]")
    page.wait_for_function("caches.keys().then((names) => !names.some((name) => name.startsWith('visits:')))")
    without_network(phone)


def test_signing_out_asks_before_it_takes_along_what_was_not_sent(phone: Window, team: Team) -> None:
    page = entered(phone, team)
    phone.context.set_offline(True)
    say(page, "pass")
    save(page)
    page.wait_for_selector(f"{ENTRY} [data-waiting]")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.click('form[action="/console/sign-out"] button')
    assert len(asked) == 1
    assert "1" in asked[0]
    assert page.evaluate(UNSENT, page.get_attribute("#visits-queue", "data-account")) == 1
    phone.context.set_offline(False)
    without_network(phone)
