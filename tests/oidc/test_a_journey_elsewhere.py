"""A person in a real browser: to the provider's page and back, at work, out of both; and one who is not linked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from service.accounts import open_account
from service.platform import Role, job_actor
from service.register import registered_scope, seed
from tests.browser.conftest import CHROMIUM
from tests.browser.serving import serving
from tests.browser.town import free_port
from tests.browser.window import Window
from tests.oidc.conftest import PROVIDER, providing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser

    from service.platform import web

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")


@pytest.fixture
def base() -> str:
    """Another site than the provider's, which is at 127.0.0.1: the way there and back crosses sites."""
    return f"http://localhost:{free_port()}"


@pytest.fixture
def issuer(base: str) -> Iterator[str]:
    with providing(base) as process:
        yield process.issuer


@pytest.fixture
def window(chromium: Browser, app: Flask, assembly: web.Assembly, base: str) -> Iterator[Window]:
    """A window of Chromium before a service with one account, which nobody has signed in to."""
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)
        said = {"registered": registered_scope, "login": "li.na", "name": "李娜", "role": Role.HANDLER}
        open_account(uow=uow, **said)  # type: ignore[arg-type]
    with serving(app, urlsplit(base).port or 0):
        context = chromium.new_context(locale="zh-CN")
        opened = Window(context, base, "")
        yield opened
        context.close()
    assert opened.complaints == []


def say_who(window: Window, subject: str) -> None:
    """Say on the provider's own page who one is."""
    window.page.wait_for_selector("text=Who are you?")
    window.page.fill("[name=login]", subject)
    window.page.click("text=Go on")


def test_one_comes_in_by_the_provider_works_and_is_out_of_both(
    window: Window, link: Callable[[str, str], None], issuer: str
) -> None:
    link("li.na", "7f3c")
    page = window.page
    assert window.get("/console/entities", q="x").status_code == 401
    page.click("text=用统一身份认证登录")
    assert page.url.startswith(issuer)
    say_who(window, "7f3c")
    page.wait_for_url("**/console/entities?q=x")
    page.click("text=我的账号")
    assert page.locator("tbody tr").count() == 1
    (kept,) = (one for one in window.context.cookies() if one["name"] == "xinjian-console")
    assert (kept["httpOnly"], kept["sameSite"], kept["path"]) == (True, "Lax", "/console")
    assert not [one for one in window.context.cookies() if one["name"] == "xinjian-trip"]
    page.click("text=退出 >> nth=0")
    page.wait_for_selector("text=Yes, leave")
    assert page.url.startswith(f"{issuer}/session/end")
    page.click("text=Yes, leave")
    page.wait_for_url("**/console/sign-in*")
    assert window.get("/console/").status_code == 401
    page.click("text=用统一身份认证登录")
    page.wait_for_selector("text=Who are you?")  # the provider, too, has forgotten who was here


def test_who_is_not_linked_is_shown_what_to_pass_on_and_stays_outside(window: Window, issuer: str) -> None:
    window.get("/console/sign-in")
    window.page.click("text=用统一身份认证登录")
    say_who(window, "nobody-here")
    window.page.wait_for_url(f"**{PROVIDER}/return*")
    said = window.page.inner_text("main")
    assert "统一身份未关联账号" in said
    assert issuer in said
    assert "nobody-here" in said
    assert window.get("/console/").status_code == 401
