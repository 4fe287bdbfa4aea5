"""Signing in at a real identity provider: who may come in, and each answer that is not believed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from pyotp import TOTP
from sqlalchemy import text

from service.accounts import begin_enrolment, confirm_enrolment, end_account, factor_state, unlink_identity
from service.platform import IdentityProvider, job_actor
from tests.console.conftest import Browser
from tests.console.test_signing_in import signed_out
from tests.oidc.conftest import PROVIDER, SECRET, brought_back, returned, set_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import FixedClock, web


def come_back(browser: Browser, subject: str, **said: str) -> TestResponse:
    """The whole way: set out, say who one is, return."""
    return returned(browser, brought_back(set_out(browser, **said), subject))  # type: ignore[return-value]


@pytest.fixture
def stranger(staff: Callable[..., Browser]) -> Browser:
    """A browser that is not signed in, of a service that has a handler."""
    return Browser(staff("handler").client.application.test_client())


def test_who_is_linked_comes_in_and_goes_where_he_wanted(stranger: Browser, link: Callable[..., None]) -> None:
    link("handler", "person-1")
    assert f'href="{PROVIDER}?beyond=/console/entities%3Fq%3Dx"' in stranger.get("/console/entities", q="x").text
    answer = come_back(stranger, "person-1", beyond="/console/entities?q=x")
    assert (answer.status_code, answer.location) == (303, "/console/entities?q=x")
    assert not signed_out(stranger)


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(stranger: Browser, issuer: str) -> None:
    first, second = (parse_qs(urlsplit(set_out(stranger)).query) for _ in range(2))
    assert urlsplit(set_out(stranger)).netloc == urlsplit(issuer).netloc
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["scope"] == ["openid"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) == 43
        assert first[name] != second[name]


def test_the_way_back_leads_to_no_other_site(stranger: Browser, link: Callable[..., None]) -> None:
    link("handler", "person-1")
    assert come_back(stranger, "person-1", beyond="//elsewhere.example/").location == "/console/"


def test_who_is_not_linked_is_told_what_to_tell_an_administrator(
    stranger: Browser, link: Callable[..., None], issuer: str
) -> None:
    link("handler", "person-1")
    refused = come_back(stranger, "handler")  # as the login is called: a name in a claim opens nothing
    assert refused.status_code == 403
    assert issuer in refused.text
    assert "编号 handler 没有关联" in refused.text
    assert "xinjian account link" in refused.text
    assert signed_out(stranger)


def test_an_ended_account_and_an_unlinked_identity_open_nothing(
    stranger: Browser, link: Callable[..., None], assembly: web.Assembly, issuer: str
) -> None:
    link("handler", "person-1")
    assert come_back(stranger, "person-1").status_code == 303
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        unlink_identity(uow=uow, login="handler", issuer=issuer)
    assert signed_out(stranger)
    assert "没有关联" in come_back(stranger, "person-1").text
    link("handler", "person-1")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        end_account(uow=uow, login="handler")
    assert "账号已停用" in come_back(stranger, "person-1").text
    assert signed_out(stranger)


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("iss", "iss"),
        ("aud", "aud"),
        ("azp", "azp"),
        ("nonce", "nonce"),
        ("no-nonce", "nonce"),
        ("no-exp", "exp"),
        ("sub", "sub"),
        ("none", "alg"),
        ("HS256", "alg"),
        ("garbled", "signature"),
        ("strange-key", "signature"),
    ],
)
def test_an_id_token_with_a_fault_is_not_believed(
    stranger: Browser, link: Callable[..., None], fault: str, named: str
) -> None:
    link("handler", f"fault:{fault}")
    refused = come_back(stranger, f"fault:{fault}")
    assert refused.status_code == 403
    assert f"未通过核验（{named}）" in refused.text
    assert signed_out(stranger)


def test_the_same_token_without_a_fault_is_believed(stranger: Browser, link: Callable[..., None]) -> None:
    link("handler", "fault:nothing-at-all")
    assert come_back(stranger, "fault:nothing-at-all").status_code == 303


def test_an_expired_token_is_not_believed_by_its_own_day_nor_by_ours(
    stranger: Browser, link: Callable[..., None], clock: FixedClock
) -> None:
    link("handler", "fault:exp")
    assert "身份凭证已过期" in come_back(stranger, "fault:exp").text
    link("handler", "fault:exp")
    clock.advance(timedelta(hours=2))
    assert "身份凭证已过期" in come_back(stranger, "fault:nothing").text
    assert signed_out(stranger)


def test_an_answer_counts_once_and_in_the_browser_that_set_out(stranger: Browser, link: Callable[..., None]) -> None:
    link("handler", "person-1")
    thief = Browser(stranger.client.application.test_client())
    answer = brought_back(set_out(stranger), "person-1")
    for _ in range(2):
        assert "登录过程不能继续" in returned(thief, answer).text  # type: ignore[attr-defined]
        set_out(thief)
    changed = answer.replace("state=", "state=x")
    assert "登录过程不能继续" in returned(stranger, changed).text  # type: ignore[attr-defined]
    assert returned(stranger, answer).status_code == 303  # type: ignore[attr-defined]
    assert "登录过程不能继续" in returned(stranger, answer).text  # type: ignore[attr-defined]


def test_a_code_is_of_use_to_nobody_without_the_verifier(stranger: Browser, link: Callable[..., None]) -> None:
    link("handler", "person-1")
    stolen = parse_qs(urlsplit(brought_back(set_out(stranger), "person-1")).query)
    own = parse_qs(urlsplit(set_out(stranger)).query)["state"][0]
    refused = stranger.get(f"{PROVIDER}/return", code=stolen["code"][0], iss=stolen["iss"][0], state=own)
    assert refused.status_code == 403
    assert "身份提供方未予登录" in refused.text


@pytest.mark.parametrize("iss", ["http://127.0.0.1:1", None])
def test_an_answer_of_another_issuer_is_refused_before_its_code_is_used(
    stranger: Browser, link: Callable[..., None], iss: str | None
) -> None:
    link("handler", "person-1")
    said = parse_qs(urlsplit(brought_back(set_out(stranger), "person-1")).query)
    query = {"code": said["code"][0], "state": said["state"][0]} | ({} if iss is None else {"iss": iss})
    assert "未通过核验（iss）" in stranger.get(f"{PROVIDER}/return", **query).text


def test_who_calls_it_off_at_the_provider_is_told_so(stranger: Browser) -> None:
    refused = returned(stranger, brought_back(set_out(stranger), "1", typed="cancel"))
    assert "您中途取消" in refused.text  # type: ignore[attr-defined]


def test_the_second_factor_of_an_account_is_asked_for_here_too(
    stranger: Browser, link: Callable[..., None], assembly: web.Assembly, clock: FixedClock
) -> None:
    link("handler", "person-1")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        account = uow.session.execute(text("SELECT id FROM account")).scalar_one()
        begin_enrolment(uow=uow, account_id=account)
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        secret = factor_state(uow.session, account).secret
        assert secret is not None
        totp = TOTP(secret)
        confirm_enrolment(uow=uow, account_id=account, code=totp.at(clock.now()), keep="")
    clock.advance(timedelta(seconds=30))
    half = come_back(stranger, "person-1")
    assert half.location.startswith("/console/sign-in/code")
    assert signed_out(stranger)
    assert (
        stranger.send(stranger.get(half.location), "/console/sign-in/code", code=totp.at(clock.now())).status_code
        == 303
    )
    assert not signed_out(stranger)


def test_a_given_password_is_no_matter_to_who_comes_by_the_provider(
    stranger: Browser, link: Callable[..., None], assembly: web.Assembly
) -> None:
    link("handler", "person-1")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        uow.session.execute(text("UPDATE account SET must_change = true"))
        uow.audit("tests.changed", "account:all", {})
    assert come_back(stranger, "person-1").location == "/console/"
    assert not signed_out(stranger)
    assert stranger.sign_in("handler").location == "/console/account/password"


def test_signing_out_leads_on_to_the_provider_s_own_page(
    stranger: Browser, link: Callable[..., None], issuer: str
) -> None:
    link("handler", "person-1")
    come_back(stranger, "person-1")
    left = stranger.send(stranger.get("/console/"), "/console/sign-out")
    assert left.location == f"{PROVIDER}/out"
    page = stranger.get(left.location)
    assert f'content="0; url={issuer}/session/end?client_id=xinjian&amp;post_logout_redirect_uri=' in page.text
    assert quote("http://localhost/console/sign-in", safe="") in page.text
    assert signed_out(stranger)


def test_who_came_by_a_password_is_not_led_to_the_provider(staff: Callable[..., Browser]) -> None:
    browser = staff("handler")
    assert browser.send(browser.get("/console/"), "/console/sign-out").location == "/console/sign-in"


def test_roles_are_ours_and_every_way_in_is_in_the_ledger(
    stranger: Browser, link: Callable[..., None], assembly: web.Assembly
) -> None:
    link("handler", "person-1")
    come_back(stranger, "person-1")
    with assembly.database.reader() as session:
        noted = session.execute(text("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 2")).all()
    assert [action for action, _ in noted] == ["accounts.signed_in", "accounts.identity_linked"]
    assert noted[0][1]["means"] == "provider"
    assert stranger.get("/console/rulebooks/proposals/new").status_code == 403


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9", "身份提供方无法访问"),
        ("{issuer}/", "配置不符"),
        ("{issuer}/nowhere", "身份提供方无法访问"),
    ],
)
def test_a_provider_that_is_down_or_another_is_told_and_passwords_go_on_working(
    stranger: Browser, assembly: web.Assembly, issuer: str, address: str, said: str
) -> None:
    wrong = IdentityProvider(address.format(issuer=issuer), "xinjian", SECRET)
    object.__setattr__(assembly.settings, "identity_provider", wrong)
    refused = stranger.get(PROVIDER)
    assert refused.status_code == 503
    assert said in refused.text
    assert "或用密码登录" in refused.text or "OIDC_ISSUER" in refused.text
    assert stranger.sign_in("handler").status_code == 303


def test_without_a_provider_there_is_neither_button_nor_page(stranger: Browser, assembly: web.Assembly) -> None:
    object.__setattr__(assembly.settings, "identity_provider", None)
    assert PROVIDER not in stranger.get("/console/sign-in").text
    for path in (PROVIDER, f"{PROVIDER}/return"):
        assert stranger.get(path).status_code == 404
