"""Somebody copies the cookie of a signed-in browser into his own: how long that opens anything, and who sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.accounts import end_account, reset_password, reset_second_factor
from service.platform import job_actor
from tests.api.conftest import app, assembly, clock, filling, house
from tests.browser.serving import served, staff
from tests.browser.window import Window
from tests.console.conftest import PASSWORD, quick_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator

    from service.platform import web

__all__ = ["app", "assembly", "clock", "filling", "house", "quick_hashes", "served", "staff"]

NAME = "xinjian-console"


@pytest.fixture
def copied(chromium: Browser, served: str) -> Iterator[Callable[[Window], Window]]:
    """A function that copies all cookies of a window into a browser of somebody else's."""
    opened: list[Window] = []

    def make(robbed: Window) -> Window:
        context = chromium.new_context(locale="zh-CN", user_agent="Elsewhere/1.0")
        context.add_cookies(robbed.context.cookies())  # type: ignore[arg-type] # as they were told
        opened.append(Window(context, served, PASSWORD))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
        assert one.complaints == []


def cookie(window: Window) -> dict[str, object]:
    (found,) = (one for one in window.context.cookies() if one["name"] == NAME)
    return dict(found)


def outside(window: Window, assembly: web.Assembly) -> bool:
    """Whether the browser is asked to sign in, at the latest when who looked two seconds ago is looked up again.

    Looked at is a page that fetches nothing later, for what it fetched would be refused in the midst of the next.
    """
    assembly.authenticate_browser.remembered.forget()  # type: ignore[attr-defined] # the clock of the tests stands still
    return window.get("/console/account/browsers").status_code == 401


def end(window: Window, row: Locator) -> None:
    """Have the browser of a row signed out, as its owner."""
    row.locator("input").check()
    window.page.fill("[name=password]", PASSWORD)
    window.page.click("main form[method=post] button")


def test_the_cookie_is_hidden_from_scripts_kept_for_the_console_and_new_at_each_sign_in(
    staff: Callable[..., Window],
) -> None:
    window = staff("handler")
    kept = cookie(window)
    assert (kept["httpOnly"], kept["sameSite"], kept["path"], kept["expires"]) == (True, "Lax", "/console", -1)
    assert NAME not in window.page.evaluate("document.cookie")
    window.get("/portal/")
    assert NAME not in window.page.evaluate("document.cookie")
    assert window.sign_in("handler").status_code == 303
    assert cookie(window)["value"] != kept["value"]


def test_a_copy_opens_nothing_once_its_owner_signed_out(
    staff: Callable[..., Window], copied: Callable[[Window], Window], assembly: web.Assembly
) -> None:
    owner = staff("handler")
    thief = copied(owner)
    assert not outside(thief, assembly)
    owner.get("/console/account/browsers")
    owner.send(None, "/console/sign-out")
    assert outside(thief, assembly)
    assert owner.sign_in("handler").status_code == 303
    assert outside(thief, assembly)


@pytest.mark.parametrize("act", [end_account, reset_password, reset_second_factor])
def test_a_copy_opens_nothing_once_an_administrator_stepped_in(
    staff: Callable[..., Window],
    copied: Callable[[Window], Window],
    assembly: web.Assembly,
    act: Callable[..., object],
) -> None:
    owner = staff("handler")
    thief = copied(owner)
    assert not outside(thief, assembly)
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        act(uow=uow, login="handler")
    assert outside(thief, assembly)
    assert outside(owner, assembly)


def test_a_change_of_the_password_in_another_browser_ends_the_copy(
    staff: Callable[..., Window], copied: Callable[[Window], Window], assembly: web.Assembly
) -> None:
    owner = staff("handler")
    thief = copied(owner)
    owner.sign_in("handler")
    assert not outside(thief, assembly)
    owner.get("/console/account/password")
    new = "other unrelated words"
    changed = owner.send(None, "/console/account/password", old=PASSWORD, new=new, again=new)
    assert changed.status_code == 303
    assert outside(thief, assembly)
    assert not outside(owner, assembly)


def test_its_owner_sees_the_use_elsewhere_and_ends_it(
    staff: Callable[..., Window], copied: Callable[[Window], Window], assembly: web.Assembly
) -> None:
    owner = staff("handler")
    owner.get("/console/account/browsers")
    assert "另一处使用" not in owner.page.inner_text("tbody")
    thief = copied(owner)
    assert not outside(thief, assembly)
    owner.get("/console/account/browsers")
    row = owner.page.locator("tbody tr")
    assert row.count() == 1
    assert "Elsewhere/1.0" in row.inner_text()
    end(owner, row)
    assert outside(thief, assembly)
    assert outside(owner, assembly)  # they are one session: its owner signs in anew
    owner.sign_in("handler")
    owner.get("/console/account/browsers")
    assert "Elsewhere" not in owner.page.inner_text("tbody")


def test_a_copy_does_not_end_who_signed_in_elsewhere_and_is_ended_from_there(
    staff: Callable[..., Window], copied: Callable[[Window], Window], assembly: web.Assembly
) -> None:
    left_behind = staff("handler")
    thief = copied(left_behind)
    assert not outside(thief, assembly)
    at_home = copied(left_behind)
    at_home.context.clear_cookies()
    assert at_home.sign_in("handler").status_code == 303
    at_home.get("/console/account/browsers")
    told = at_home.page.locator("tbody tr", has_text="另一处使用")
    end(at_home, told)
    assert outside(thief, assembly)
    assert not outside(at_home, assembly)
