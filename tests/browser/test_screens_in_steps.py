"""Pages that only an act leads to, each looked at like the others: a second factor, a visit on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyotp import TOTP

from tests.browser.looking import stands_the_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

FACTOR = "/console/account/second-factor"
ROLE = "administrator"
LANGUAGES = ("zh", "en")


def press(page: Page, form: str, **typed: str) -> None:
    """Fill the form that goes to an address, and press its first button."""
    place = page.locator(f'main form[action="{form}"]')
    for name, value in typed.items():
        place.locator(f"[name={name}]").fill(value)
    with page.expect_navigation():
        place.locator("button").first.click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_factor_from_the_square_to_the_code(
    visit: Callable[..., Visit], screens: str | None, language: str
) -> None:
    looking = visit(language)
    page, password = looking.sign_in(ROLE), looking.town.accounts[f"demo-{ROLE}"]

    def look(name: str) -> None:
        stands_the_test(page, language, f"{name}-{language}", screens)

    looking.open(FACTOR)
    press(page, f"{FACTOR}/begin")
    look("second-factor-square")
    secret = page.inner_text("code.secret").replace(" ", "")
    press(page, f"{FACTOR}/confirm", code="000000", password=password)
    look("second-factor-refused")
    press(page, f"{FACTOR}/confirm", code=TOTP(secret).now(), password=password)
    look("recovery-codes")
    spare = page.locator("ul.codes code").all_inner_texts()
    looking.open(FACTOR)
    look("second-factor-on")
    looking.context.clear_cookies()
    looking.open("/console/sign-in")
    press(page, "/console/sign-in", login=f"demo-{ROLE}", password=password)
    look("sign-in-code")
    press(page, "/console/sign-in/code", code=spare[0])
    looking.open(FACTOR)
    page.click("main details summary")
    press(page, f"{FACTOR}/off", code=spare[1], password=password)
    assert page.locator(f'form[action="{FACTOR}/begin"]').count() == 1


def test_a_visit_from_the_door_to_its_end(visit: Callable[..., Visit], screens: str | None) -> None:
    windows = {language: visit(language, width=360, role="inspector") for language in LANGUAGES}
    page = windows["zh"].open("/console/visits")
    at = str(page.locator('a.visit-card[href*="/console/visits/"]').first.get_attribute("href"))

    def look(name: str) -> None:
        for language, window in windows.items():
            stands_the_test(window.open(at), language, f"visit-{name}-{language}", screens)

    look("door")
    page.fill("[name=code]", page.inner_text('dd a[href^="/console/entities/"]'))
    for one in page.locator('[name="inspectors[]"]').all():
        one.check()
    page.click('button[value="scan"]')
    page.wait_for_selector('form[action$="/record"]')
    look("checklist")
    for one in page.locator("fieldset.entry").all():
        one.locator('[name$="/result"][value="pass"]').check()
    page.click('form[data-act="findings"] button:not([type=button])')
    page.wait_for_selector("[data-standing] strong")
    page.reload()
    page.select_option("[name=result]", index=1)
    page.click('form[action$="/record"] button')
    page.wait_for_selector('form[action$="/signature"]')
    look("signing")
    page.click('form[action$="/signature"] button')
    page.wait_for_url("**?done=signed")
    look("signed")
