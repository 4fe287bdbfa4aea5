"""The second factor: what it asks for, what it refuses, and that half signed in is not signed in at all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pyotp import TOTP
from sqlalchemy import text

from service.accounts import end_account, reset_password, reset_second_factor
from service.platform import Role, job_actor
from tests.console.conftest import PASSWORD, Browser
from tests.console.test_signing_in import signed_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import FixedClock, web

FACTOR = "/console/account/second-factor"
CODE = "/console/sign-in/code"


class Telephone:
    """An authenticator app that took over a secret; its clock is that of the test, wrong by `off` seconds."""

    def __init__(self, secret: str, clock: FixedClock) -> None:
        self.totp = TOTP(secret)
        self.clock = clock

    def code(self, off: int = 0) -> str:
        return self.totp.at(int(self.clock.now().timestamp()) + off)


@pytest.fixture
def enrol(clock: FixedClock) -> Callable[[Browser], tuple[Telephone, list[str]]]:
    """A function that enrols a second factor in a signed-in browser: the telephone and the recovery codes."""

    def make(browser: Browser) -> tuple[Telephone, list[str]]:
        browser.send(browser.get(FACTOR), f"{FACTOR}/begin")
        page = browser.get(FACTOR)
        telephone = Telephone(secret_of(page.text), clock)
        shown = browser.send(page, f"{FACTOR}/confirm", code=telephone.code(), password=PASSWORD)
        assert shown.status_code == 200
        clock.advance(timedelta(seconds=30))
        return telephone, re.findall(r"<li><code>([A-Z2-7-]+)</code>", shown.text)

    return make


@pytest.fixture
def require(assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that has roles need a second factor from now on, as the setting does at the next start."""

    def make(*roles: Role) -> None:
        object.__setattr__(assembly.settings, "second_factor_roles", frozenset(roles))
        monkeypatch.setattr(assembly.authenticate_browser, "_required", frozenset(roles))

    return make


def secret_of(page: str) -> str:
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1].replace(" ", "")


def another(browser: Browser) -> Browser:
    return Browser(browser.client.application.test_client())


def give(browser: Browser, code: str) -> object:
    return browser.send(browser.get(CODE), CODE, code=code)


def half(browser: Browser, login: str = "handler") -> Browser:
    """Another browser that gave the right password and owes the code."""
    made = another(browser)
    assert made.sign_in(login).location.startswith(CODE)
    return made


def test_a_factor_counts_once_a_code_has_confirmed_it(staff: Callable[..., Browser], clock: FixedClock) -> None:
    browser = staff("handler")
    browser.send(browser.get(FACTOR), f"{FACTOR}/begin")
    page = browser.get(FACTOR)
    assert "data:image/svg+xml" in page.text
    assert another(browser).sign_in("handler").location == "/console/"
    refused = browser.send(page, f"{FACTOR}/confirm", code="000000", password=PASSWORD)
    assert refused.status_code == 422
    assert "验证码不正确" in refused.text
    assert secret_of(refused.text) == secret_of(page.text)
    code = Telephone(secret_of(page.text), clock).code()
    assert browser.send(refused, f"{FACTOR}/confirm", code=code, password=PASSWORD).status_code == 200
    assert another(browser).sign_in("handler").location.startswith(CODE)


def test_enrolling_signs_out_who_came_in_without_a_code(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    browser = staff("handler")
    other = another(browser)
    other.sign_in("handler")
    enrol(browser)
    assert signed_out(other)
    assert not signed_out(browser)


def test_password_and_code_open_where_one_wanted_to_go(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    telephone, _ = enrol(staff("handler"))
    browser = Browser(staff("approver").client.application.test_client())
    typed = {"login": "handler", "password": PASSWORD, "beyond": "/console/entities?q=x"}
    onward = browser.send(browser.get("/console/sign-in"), "/console/sign-in", **typed).location
    page = browser.get(onward)
    assert 'name="beyond" value="/console/entities?q=x"' in page.text
    done = browser.send(page, CODE, code=telephone.code(), beyond="/console/entities?q=x")
    assert (done.status_code, done.location) == (303, "/console/entities?q=x")
    assert not signed_out(browser)


def test_half_signed_in_opens_nothing_and_its_secret_is_not_the_session_s(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    telephone, _ = enrol(staff("handler"))
    browser = half(staff("approver"))
    before = browser.client.get_cookie("xinjian-console", path="/console")
    for path in ("/console/", "/console/entities", "/console/account/browsers"):
        assert browser.get(path).status_code == 401
    for path in (FACTOR, "/console/account/password"):
        assert browser.get(path).location.startswith("/console/sign-in?")
    page = browser.get(CODE)
    for act in ("begin", "confirm", "codes", "off"):
        assert browser.send(page, f"{FACTOR}/{act}", code=telephone.code()).status_code == 401
    assert give(browser, telephone.code()).status_code == 303
    after = browser.client.get_cookie("xinjian-console", path="/console")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = Browser(browser.client.application.test_client())
    thief.client.set_cookie("xinjian-console", before.value, path="/console")
    assert signed_out(thief)
    assert thief.get(CODE).status_code == 303


def test_a_code_is_taken_once_and_none_of_before(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    clock: FixedClock,
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    code = telephone.code()
    earlier = telephone.code(-30)
    assert give(half(browser), code).status_code == 303
    second = half(browser)
    for used in (code, earlier):
        refused = give(second, used)
        assert refused.status_code == 422
        assert "已经用过" in refused.text
        assert used not in refused.text
    clock.advance(timedelta(seconds=30))
    assert give(second, telephone.code()).status_code == 303


@pytest.mark.parametrize(("off", "status"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422)])
def test_a_telephone_s_clock_may_be_wrong_by_one_step(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    clock: FixedClock,
    off: int,
    status: int,
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    clock.advance(timedelta(minutes=5))
    assert give(half(browser), telephone.code(off)).status_code == status


def test_a_code_is_known_however_it_is_typed(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    code = telephone.code()
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert give(half(browser), f" {full_width[:3]} {full_width[3:]} ").status_code == 303


def test_wrong_codes_close_the_account_and_the_password_in_between_buys_no_more_of_them(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    clock: FixedClock,
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    for _ in range(4):
        assert "验证码不正确" in give(half(browser), "abc").text
    waiting = half(browser)
    assert "暂时锁定" in give(waiting, "abc").text
    assert give(waiting, telephone.code()).status_code == 422  # the right one too
    assert "暂时锁定" in another(browser).sign_in("handler").text
    clock.advance(timedelta(minutes=15))
    assert give(half(browser), telephone.code()).status_code == 303


def test_who_waits_too_long_with_the_code_begins_anew(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    clock: FixedClock,
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    late = half(browser)
    page = late.get(CODE)
    clock.advance(timedelta(minutes=5))
    refused = late.send(page, CODE, code=telephone.code())
    assert refused.status_code == 422
    assert "登录已超时" in refused.text
    assert signed_out(late)
    assert late.get(CODE).location.startswith("/console/sign-in")


@pytest.mark.parametrize("act", [end_account, reset_password, reset_second_factor])
def test_who_is_half_signed_in_is_thrown_out_with_the_others(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    assembly: web.Assembly,
    act: Callable[..., object],
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    waiting = half(browser)
    page = waiting.get(CODE)
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        act(uow=uow, login="handler")
    assert "登录已超时" in waiting.send(page, CODE, code=telephone.code()).text
    assert signed_out(waiting)
    assert signed_out(browser)


def test_a_recovery_code_stands_in_once_and_new_ones_end_the_old(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
) -> None:
    browser = staff("handler")
    telephone, codes = enrol(browser)
    assert len(set(codes)) == 10
    assert give(half(browser), codes[0].lower().replace("-", " ")).status_code == 303
    assert give(half(browser), codes[0]).status_code == 422
    page = browser.get(FACTOR)
    assert "<strong>9</strong>" in page.text
    assert not any(code in page.text for code in codes)
    shown = browser.send(page, f"{FACTOR}/codes", code=telephone.code())
    assert shown.status_code == 200
    assert give(half(browser), codes[1]).status_code == 422


def test_a_factor_is_turned_off_by_password_and_code_and_wrong_ones_are_counted(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    page = browser.get(FACTOR)
    answers = [browser.send(page, f"{FACTOR}/off", code="000000", password=PASSWORD) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert "暂时锁定" in answers[4].text
    assert browser.send(page, f"{FACTOR}/off", code=telephone.code(), password=PASSWORD).status_code == 422
    assert browser.get(FACTOR).text.count("启用于") == 1


def test_without_a_factor_the_password_is_enough_again(
    staff: Callable[..., Browser], enrol: Callable[..., tuple[Telephone, list[str]]]
) -> None:
    browser = staff("handler")
    telephone, _ = enrol(browser)
    off = browser.send(browser.get(FACTOR), f"{FACTOR}/off", code=telephone.code(), password=PASSWORD)
    assert off.status_code == 303
    assert another(browser).sign_in("handler").location == "/console/"


def test_a_role_that_needs_a_factor_is_led_to_it_and_does_nothing_else_before(
    staff: Callable[..., Browser],
    require: Callable[..., None],
    enrol: Callable[..., tuple[Telephone, list[str]]],
) -> None:
    free, bound = staff("handler"), staff("approver")
    require(Role.APPROVER)
    assert not signed_out(free)
    assert signed_out(bound)
    assert bound.sign_in("approver").location == FACTOR
    for path in ("/console/", "/console/entities", "/console/account/browsers"):
        assert bound.get(path).status_code == 401
    assert "不能进行其他操作" in bound.get(FACTOR).text
    telephone, _ = enrol(bound)
    assert not signed_out(bound)
    page = bound.get(FACTOR)
    assert "停用</button>" not in page.text
    forged = bound.send(page, f"{FACTOR}/off", code=telephone.code(), password=PASSWORD)
    assert "不能停用" in forged.text
    assert half(free, "approver").get(CODE).status_code == 200


def test_a_given_password_is_changed_before_the_factor_is_enrolled(
    staff: Callable[..., Browser], require: Callable[..., None], assembly: web.Assembly
) -> None:
    browser = another(staff("approver"))
    require(Role.APPROVER)
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        given = reset_password(uow=uow, login="approver").password
    assert browser.sign_in("approver", given).location == "/console/account/password"
    assert browser.get(FACTOR).location == "/console/account/password"
    typed = {"old": given, "new": "other unrelated words", "again": "other unrelated words"}
    changed = browser.send(browser.get("/console/account/password"), "/console/account/password", **typed)
    assert changed.location == FACTOR
    assert browser.get(FACTOR).status_code == 200


def test_secrets_and_codes_are_nowhere_to_be_read(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    assembly: web.Assembly,
    capfd: pytest.CaptureFixture[str],
) -> None:
    telephone, codes = enrol(staff("handler"))
    with assembly.database.reader() as session:
        tables = ("second_factor", "recovery_code", "begun_sign_in", "audit")
        kept = [str(row) for table in tables for row in session.execute(text(f"SELECT to_jsonb(t) FROM {table} t"))]  # noqa: S608 - our own tables
        secret = session.scalar(text("SELECT secret FROM second_factor"))
    written = "\n".join(kept) + "".join(capfd.readouterr())
    assert "second_factor_enrolled" in written
    for hidden in (telephone.totp.secret, *codes, *(code.replace("-", "") for code in codes)):
        assert hidden not in written
        assert hidden.encode() not in secret


def test_every_step_is_in_the_ledger(
    staff: Callable[..., Browser],
    enrol: Callable[..., tuple[Telephone, list[str]]],
    assembly: web.Assembly,
) -> None:
    browser = staff("handler")
    _, codes = enrol(browser)
    give(half(browser), "000000")
    give(half(browser), codes[0])
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        reset_second_factor(uow=uow, login="handler")
    with assembly.database.reader() as session:
        wanted = text("SELECT action, detail FROM audit WHERE action LIKE 'accounts.%' ORDER BY id")
        noted = [(action.removeprefix("accounts."), detail) for action, detail in session.execute(wanted)]
    assert [action for action, _ in noted][2:] == [
        "second_factor_begun",
        "password_proven",
        "second_factor_enrolled",
        "sign_in_begun",
        "sign_in_refused",
        "sign_in_begun",
        "signed_in",
        "second_factor_reset",
    ]
    assert noted[8][1]["second_factor"] == "recovery"
