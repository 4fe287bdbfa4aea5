"""Whoever holds an open browser for a moment changes neither the password nor the second factor of its owner."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.console.conftest import PASSWORD, Browser
from tests.console.test_second_factor import CODE, FACTOR, Telephone, another, enrol, secret_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import FixedClock, web

__all__ = ["enrol"]

BROWSERS = "/console/account/browsers"


def test_whoever_holds_the_browser_for_a_moment_enrols_nothing_without_the_password(
    staff: Callable[..., Browser], clock: FixedClock
) -> None:
    browser = staff("handler")
    browser.send(browser.get(FACTOR), f"{FACTOR}/begin")
    page = browser.get(FACTOR)
    assert 'autocomplete="current-password"' in page.text
    telephone = Telephone(secret_of(page.text), clock)
    for wrong in ("", "not her password"):
        refused = browser.send(page, f"{FACTOR}/confirm", code=telephone.code(), password=wrong)
        assert refused.status_code == 422
        assert "密码不正确" in refused.text
        assert 'id="f-password-fault"' in refused.text
        assert "not her password" not in refused.text
    assert another(browser).sign_in("handler").location == "/console/", "no code is asked for"
    for _ in range(5):
        browser.send(page, f"{FACTOR}/confirm", code=telephone.code(), password="wrong")
    closed = browser.send(page, f"{FACTOR}/confirm", code=telephone.code(), password=PASSWORD)
    assert "暂时锁定" in closed.text, "guessed no more often than at the door"
    clock.advance(timedelta(minutes=15))
    right = browser.send(page, f"{FACTOR}/confirm", code=telephone.code(), password=PASSWORD)
    assert right.status_code == 200


def test_whoever_holds_the_browser_and_the_telephone_turns_nothing_off_without_the_password(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    page = browser.get(FACTOR)
    for wrong in ({}, {"password": "not her password"}):
        refused = browser.send(page, f"{FACTOR}/off", code=telephone.code(), **wrong)
        assert refused.status_code == 422
        assert "密码不正确" in refused.text
    assert another(browser).sign_in("handler").location.startswith(CODE)
    right = browser.send(page, f"{FACTOR}/off", code=telephone.code(), password=PASSWORD)
    assert right.status_code == 303, "a wrong password used up no code"


def test_whoever_holds_the_browser_signs_nobody_out_without_the_password(staff: Callable[..., Browser]) -> None:
    here, stranger = staff("handler"), staff("administrator")
    there, elsewhere = another(here), another(here)
    assert {one.sign_in("handler").status_code for one in (there, elsewhere)} == {303}
    page = here.get(BROWSERS)
    named = sessions_named(page.text)
    assert len(named) == 2
    for wrong in ({}, {"password": "not her password"}):
        refused = here.send(page, f"{BROWSERS}/end", session=named[0], **wrong)
        assert refused.status_code == 422
        assert "密码不正确" in refused.text
        assert f'value="{named[0]}" required checked' in refused.text, "what was chosen stays"
        assert "not her password" not in refused.text
    (administrator,) = sessions_named(staff_page_beside_another(stranger))
    for nobody in ("", "0000000000000000", administrator):
        unknown = here.send(page, f"{BROWSERS}/end", session=nobody, password=PASSWORD)
        assert (unknown.status_code, "没有这个浏览器" in unknown.text) == (422, True)
    assert sessions_named(here.get(BROWSERS).text) == named

    ended = here.send(page, f"{BROWSERS}/end", session=named[0], password=PASSWORD)
    assert "该浏览器已退出" in here.get(ended.location).text
    assert sessions_named(here.get(BROWSERS).text) == named[1:]
    there.sign_in("handler")
    ended = here.send(page, f"{BROWSERS}/end", session="others", password=PASSWORD)
    assert "其他浏览器均已退出" in here.get(ended.location).text
    assert sessions_named(here.get(BROWSERS).text) == []
    assert [one.get(BROWSERS).status_code for one in (here, there, elsewhere, stranger)] == [200, 401, 401, 200]
    assert here.get(f"{BROWSERS}/end").location == BROWSERS


def sessions_named(page: str) -> list[str]:
    """The browsers that a page offers to sign out."""
    return re.findall(r'name="session" value="([0-9a-f]{16})"', page)


def staff_page_beside_another(browser: Browser) -> str:
    """The page of who is signed in twice."""
    another(browser).sign_in("administrator")
    return browser.get(BROWSERS).text


def test_the_old_password_is_guessed_no_more_often_than_at_the_door(staff: Callable[..., Browser]) -> None:
    browser = staff("handler")
    at, new = "/console/account/password", "another four words"
    for _ in range(5):
        refused = browser.send(browser.get(at), at, old="guess", new=new, again=new)
    assert "暂时锁定" in refused.text
    assert browser.send(browser.get(at), at, old=PASSWORD, new=new, again=new).status_code == 422


def test_who_came_by_the_identity_provider_is_asked_to_have_come_just_now(
    staff: Callable[..., Browser], assembly: web.Assembly, clock: FixedClock
) -> None:
    browser = staff("handler")
    with assembly.database.engine.begin() as connection:
        connection.execute(text("UPDATE browser_session SET means = 'provider'"))
    browser.send(browser.get(FACTOR), f"{FACTOR}/begin")
    page = browser.get(FACTOR)
    assert 'autocomplete="current-password"' not in page.text
    telephone = Telephone(secret_of(page.text), clock)
    clock.advance(timedelta(minutes=10))
    stale = browser.send(page, f"{FACTOR}/confirm", code=telephone.code())
    assert stale.status_code == 422
    assert "请重新登录" in stale.text
    with assembly.database.engine.begin() as connection:
        connection.execute(text("UPDATE browser_session SET began_at = :now"), {"now": clock.now()})
    assert browser.send(page, f"{FACTOR}/confirm", code=telephone.code()).status_code == 200
