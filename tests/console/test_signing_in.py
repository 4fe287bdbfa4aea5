"""Who signs in, for how long, and what a thief or another site can do with it: nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from service.accounts import end_account, reset_password
from service.platform import job_actor
from tests.console.conftest import PASSWORD, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from service.platform import FixedClock, web


def test_a_page_of_staff_asks_for_a_password_and_then_shows_itself(staff: Callable[..., Browser]) -> None:
    assert staff("handler").get("/console/entities").status_code == 200


@pytest.mark.parametrize(("language", "word"), [("zh", "登录工作台"), ("en", "Sign in to the console")])
def test_who_is_not_signed_in_gets_the_form_at_that_very_address(browser: Browser, language: str, word: str) -> None:
    browser.headers["Accept-Language"] = language
    page = browser.get("/console/entities", q="x")
    assert page.status_code == 401
    assert word in page.text
    assert 'name="beyond" value="/console/entities?q=x"' in page.text


def test_after_signing_in_one_goes_on_where_one_wanted_but_never_to_another_site(staff: Callable[..., Browser]) -> None:
    signed_in = staff("handler")
    for beyond, onward in [
        ("/console/entities?q=x", "/console/entities?q=x"),
        ("//elsewhere.example/console/", "/console/"),
        ("https://elsewhere.example/console/", "/console/"),
        ("/console/..\\evil", "/console/"),
        ("/v1/tokens", "/console/"),
        ("//[", "/console/"),
    ]:
        page = signed_in.get("/console/sign-in")
        typed = {"login": "handler", "password": PASSWORD, "beyond": beyond}
        assert signed_in.send(page, "/console/sign-in", **typed).location == onward


def test_a_wrong_password_keeps_the_login_and_says_no_more_than_a_wrong_login(staff: Callable[..., Browser]) -> None:
    browser = Browser(staff("handler").client.application.test_client())
    known, unknown = browser.sign_in("handler", "wrong"), browser.sign_in("nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert 'value="handler"' in known.text
    assert "用户名或密码不正确" in known.text
    assert "用户名或密码不正确" in unknown.text
    assert 'value="wrong"' not in known.text


def closed_by_figures(browser: Browser) -> tuple[float, float]:
    """Tries of closed accounts so far, and accounts that are closed now."""
    lines = browser.client.get("/metrics").text.splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    tries = figures.get('sign_ins_total{face="console",outcome="closed"}', "0")
    return float(tries), float(figures["accounts_closed"])


def test_five_wrong_passwords_close_an_account_for_a_quarter_of_an_hour(
    staff: Callable[..., Browser], clock: FixedClock
) -> None:
    browser = Browser(staff("handler").client.application.test_client())
    answers = [browser.sign_in("handler", "wrong").text for _ in range(5)]
    assert "暂时锁定" in answers[4]
    assert "15" in answers[4]
    before = closed_by_figures(browser)
    assert browser.sign_in("handler").status_code == 422  # the right one too
    tries, accounts = closed_by_figures(browser)
    assert (tries - before[0], accounts) == (1, 1)
    clock.advance(timedelta(minutes=15))
    assert browser.sign_in("handler").status_code == 303


def test_a_browser_left_alone_or_used_all_day_is_signed_out(staff: Callable[..., Browser], clock: FixedClock) -> None:
    idle = staff("handler")
    clock.advance(timedelta(minutes=31))
    assert signed_out(idle)
    busy = staff("approver")
    for _ in range(12 * 3 - 1):
        clock.advance(timedelta(minutes=20))
        assert not signed_out(busy)
    clock.advance(timedelta(minutes=20))
    assert signed_out(busy)


def test_signing_out_ends_the_secret_itself_and_not_only_the_cookie(staff: Callable[..., Browser], app: Flask) -> None:
    honest = staff("handler")
    thief = Browser(app.test_client())
    thief.client.set_cookie(
        "xinjian-console", honest.client.get_cookie("xinjian-console", path="/console").value, path="/console"
    )
    assert not signed_out(thief)
    assert honest.send(honest.get("/console/"), "/console/sign-out").status_code == 303
    assert signed_out(thief)


def test_a_secret_laid_in_wait_is_not_signed_in_with_the_one_who_signs_in(
    staff: Callable[..., Browser], app: Flask
) -> None:
    staff("handler")
    victim = Browser(app.test_client())
    victim.get("/console/sign-in")
    before = victim.client.get_cookie("xinjian-console", path="/console")
    victim.sign_in("handler")
    after = victim.client.get_cookie("xinjian-console", path="/console")
    assert before is not None
    assert after is not None
    assert before.value != after.value


@pytest.mark.parametrize(("scheme", "marked"), [("http", False), ("https", True)])
def test_over_tls_the_cookie_goes_back_over_tls_alone(browser: Browser, scheme: str, marked: bool) -> None:  # noqa: FBT001 - a case
    page = browser.client.get("/console/sign-in", base_url=f"{scheme}://localhost")
    (kept,) = page.headers.getlist("Set-Cookie")
    assert "HttpOnly" in kept
    assert ("; Secure" in kept) is kept.startswith("__Secure-xinjian-console=") is marked


def test_a_cookie_that_was_laid_in_wait_without_tls_is_none_over_tls(staff: Callable[..., Browser]) -> None:
    signed_in = staff("handler")
    page = signed_in.client.get("/console/", base_url="https://localhost")
    assert page.status_code == 401
    assert "xinjian-console" in str(signed_in.client.get_cookie("xinjian-console", path="/console"))


def test_the_interface_takes_no_cookie(staff: Callable[..., Browser]) -> None:
    signed_in = staff("administrator")
    secret = signed_in.client.get_cookie("xinjian-console", path="/console")
    assert secret is not None
    signed_in.client.set_cookie("xinjian-console", secret.value, path="/")
    assert signed_in.get("/v1/tokens").status_code == 401


def test_a_given_password_opens_nothing_but_its_change(
    staff: Callable[..., Browser], assembly: web.Assembly, app: Flask
) -> None:
    staff("handler")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        given = reset_password(uow=uow, login="handler").password
    browser = Browser(app.test_client())
    assert browser.sign_in("handler", given).location == "/console/account/password"
    assert browser.get("/console/entities").status_code == 401
    page = browser.get("/console/account/password")
    typed = {"old": given, "new": "other unrelated words", "again": "other unrelated words"}
    refused = browser.send(page, "/console/account/password", **(typed | {"again": "mistyped"}))
    assert refused.status_code == 422
    assert "两次密码不一致" in refused.text
    assert browser.send(page, "/console/account/password", **typed).status_code == 303
    assert not signed_out(browser)


def test_a_given_password_that_was_not_changed_in_time_opens_nothing(
    staff: Callable[..., Browser], assembly: web.Assembly, clock: FixedClock
) -> None:
    browser = staff("handler")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        given = reset_password(uow=uow, login="handler")
    assert given.until == clock.now() + timedelta(days=3)
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert browser.sign_in("handler", given.password).location == "/console/account/password"
    clock.advance(timedelta(seconds=1))
    refused = browser.sign_in("handler", given.password)
    assert refused.status_code == 422
    assert "给出的密码已失效" in refused.text
    assert "用户名或密码不正确" in browser.sign_in("handler", "not the one given").text
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        again = reset_password(uow=uow, login="handler")
    typed = {"old": again.password, "new": "other unrelated words", "again": "other unrelated words"}
    assert browser.sign_in("handler", again.password).status_code == 303
    page = browser.get("/console/account/password")
    assert browser.send(page, "/console/account/password", **typed).status_code == 303
    clock.advance(timedelta(days=30))
    assert browser.sign_in("handler", "other unrelated words").location == "/console/"


def test_an_ended_account_is_signed_out_everywhere(staff: Callable[..., Browser], assembly: web.Assembly) -> None:
    signed_in = staff("handler")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        end_account(uow=uow, login="HANDLER ")
    assert signed_out(signed_in)
    assert signed_in.sign_in("handler").status_code == 422


def test_what_another_site_sends_is_refused_and_changes_nothing(staff: Callable[..., Browser]) -> None:
    signed_in = staff("handler")
    page = signed_in.get("/console/")
    without = signed_in.client.post("/console/sign-out", data={"once": "1"})
    from_elsewhere = []
    for origin in ("https://elsewhere.example", "http://[", "null"):
        signed_in.headers |= {"Origin": origin}
        from_elsewhere.append(signed_in.send(page, "/console/sign-out").status_code)
    assert (without.status_code, from_elsewhere) == (403, [403] * 3)
    assert "页面已失效" in without.text
    del signed_in.headers["Origin"]
    assert not signed_out(signed_in)


def test_a_form_of_another_site_signs_nobody_out(staff: Callable[..., Browser]) -> None:
    """A browser sends it without its secret, and would take a new one in its place."""
    bare = staff("handler").client.application.test_client()
    answers = {
        origin: bare.post("/console/repairs/new", headers={"Origin": origin})
        for origin in ("https://elsewhere.example", "http://localhost")
    }
    assert [one.status_code for one in answers.values()] == [401, 401]
    assert "Set-Cookie" not in answers["https://elsewhere.example"].headers
    assert "Set-Cookie" in answers["http://localhost"].headers


def test_who_sends_a_form_after_signing_out_is_told_that_nothing_was_saved(staff: Callable[..., Browser]) -> None:
    signed_in = staff("handler")
    form = "/console/repairs/new?entity=own:1"
    page = signed_in.get(form)
    signed_in.send(page, "/console/sign-out")
    signed_in.headers |= {"Referer": f"http://localhost{form}"}
    late = signed_in.send(page, "/console/repairs/new", reason="迟")
    assert late.status_code == 401
    assert "刚才提交的内容没有保存" in late.text
    assert f'name="beyond" value="{form}"' in late.text
    for elsewhere in ("https://elsewhere.example/console/plans", "http://["):
        signed_in.headers |= {"Referer": elsewhere}
        assert 'name="beyond" value="/console/"' in signed_in.send(page, "/console/repairs/new").text
    assert "没有保存" not in signed_in.get("/console/").text


def test_a_role_sees_no_link_to_what_it_may_not_do_and_is_refused_if_it_goes_there(
    staff: Callable[..., Browser],
) -> None:
    inspector = staff("inspector")
    assert inspector.get("/console/").status_code == 200
    assert inspector.get("/console/entities/uscc:91110114Y00029222M").status_code == 404


def test_an_address_that_is_nowhere_is_told_as_a_page(browser: Browser) -> None:
    page = browser.get("/console/nowhere")
    assert page.status_code == 404
    assert "<h1>未找到</h1>" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def signed_out(browser: Browser) -> bool:
    """Whether the browser is asked to sign in; an actor is remembered for two seconds of the machine's clock."""
    authenticator = browser.client.application.extensions["xinjian"].authenticate_browser
    authenticator.remembered.forget()
    return browser.get("/console/").status_code == 401
