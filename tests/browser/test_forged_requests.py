"""What a page of ours did not send for the one who is signed in does nothing, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.serving import served, staff, window_of
from tests.console.conftest import app, assembly, clock, house, quick_hashes
from tests.console.conftest import staff as clerks
from tests.console.test_repairs import filling, opened, to_decision
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import APIResponse
    from playwright.sync_api import Browser as Chromium

    from service.platform import FixedClock, web
    from tests.browser.window import Window
    from tests.console.conftest import Browser

__all__ = ["app", "assembly", "clerks", "clock", "filling", "house", "quick_hashes", "served", "staff"]

UNDECIDED, EXPIRED = "已核查，待决定", "页面已失效"
GRANT = {"decision": "grant", "reason": "好"}
SENDING = "<form method=post action='{to}'>{fields}</form><script>document.forms[0].submit()</script>"


class Target(NamedTuple):
    """A case that waits for its decision, and the window of who may decide it; ``token``: of that window's forms."""

    decider: Window
    case: str
    decision: str
    token: str

    def stands(self) -> bool:
        """Whether nothing was decided."""
        return UNDECIDED in self.decider.get(self.case).text


@pytest.fixture
def target(
    clerks: Callable[..., Browser], assembly: web.Assembly, clock: FixedClock, chromium: Chromium, served: str
) -> Iterator[Target]:
    """The case is brought there by clients, which is far quicker than windows, and none of this file's matter."""
    case = to_decision(opened(clerks, assembly, clock))
    decider = window_of(chromium, served, "li")
    yield Target(decider, case, f"{decider.address}{case}/steps/decision", token_of(decider, case))
    decider.context.close()
    assert decider.complaints == []


def token_of(window: Window, path: str) -> str:
    """The token in the forms that a window is shown."""
    window.get(path)
    return window.page.locator("[name=csrf]").first.input_value()


def sent(window: Window, to: str, **fields: str) -> APIResponse:
    """Post a form by hand, with what the browser of the window keeps."""
    return window.context.request.post(to, form=fields, max_redirects=0)


@pytest.mark.parametrize(
    ("site", "status", "told"),
    [("http://evil.example/", 401, "没有保存"), ("http://127.0.0.1:8999/", 403, EXPIRED)],
    ids=["far", "next-door"],
)
def test_a_page_of_another_site_decides_nothing_even_with_the_right_token(
    target: Target, site: str, status: int, told: str
) -> None:
    """From afar the browser does not send who is signed in; from another port of this host it does."""
    fields = "".join(f"<input name={name} value={value}>" for name, value in {**GRANT, "csrf": target.token}.items())
    page = SENDING.format(to=target.decision, fields=fields)
    tab = target.decider.context.new_page()
    tab.route(f"{site}**", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=page))
    with tab.expect_response(target.decision) as answered:
        tab.goto(site)
    assert answered.value.status == status
    tab.wait_for_url(target.decision)
    assert told in tab.inner_text("main")
    assert target.stands()


def test_without_the_token_or_with_that_of_another_nothing_is_decided(
    target: Target, staff: Callable[..., Window]
) -> None:
    handler = staff("handler", login="zhao", authority=town.AUTHORITY)
    for token in ("", "0" * 64, token_of(handler, target.case)):
        refused = sent(target.decider, target.decision, **GRANT, csrf=token)
        assert (refused.status, EXPIRED in refused.text()) == (403, True)
    assert target.stands()
    assert sent(target.decider, target.decision, **GRANT, csrf=target.token).status == 303, "it is the token alone"
    assert not target.stands()


def test_a_form_of_who_was_signed_in_before_is_not_sent_as_who_is_now(target: Target) -> None:
    decider = target.decider
    sent(decider, f"{decider.address}/console/sign-out", csrf=target.token)
    assert decider.sign_in("wang").status_code == 303
    assert sent(decider, target.decision, **GRANT, csrf=target.token).status == 403
    assert target.stands()


def test_a_role_without_the_right_is_refused_with_a_token_of_its_own(
    target: Target, staff: Callable[..., Window]
) -> None:
    for role in ("auditor", "inspector"):
        intruder = staff(role, authority=town.AUTHORITY)
        refused = sent(intruder, target.decision, **GRANT, csrf=token_of(intruder, "/console/"))
        assert refused.status == 403
        assert EXPIRED not in refused.text()
    assert target.stands()


def test_looking_at_the_address_of_an_act_does_nothing(target: Target) -> None:
    decider = target.decider
    asked = f"{target.decision}?decision=grant&reason=x&csrf={target.token}"
    assert decider.context.request.get(asked).status == 200
    for address in ("/console/sign-out", "/console/language?language=en", f"{target.case}/materials"):
        assert decider.context.request.get(decider.address + address).status in {404, 405}
    assert target.stands(), "and the decider is still signed in, in Chinese"
