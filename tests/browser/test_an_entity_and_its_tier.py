"""A person who has never seen it finds an entity and explains its tier: with the mouse, without it, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

WORDS = {
    "zh": {"entities": "监管对象", "back": "怎样提升等级", "start": "起始分"},
    "en": {"entities": "Entities", "back": "How to get a better tier", "start": "Starts with"},
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_found_by_its_code_and_explained_to_the_last_point(
    visit: Callable[..., Visit], language: str, *, javascript: bool
) -> None:
    looking, said = visit(language, javascript=javascript), WORDS[language]
    page = looking.sign_in("handler")
    page.click(f"nav >> text={said['entities']}")
    page.fill("[name=q]", looking.town.entity)
    page.keyboard.press("Enter")
    page.click(f"#found tbody a[href$='{looking.town.entity}']")
    page.wait_for_selector("#h-tier")
    assert looking.town.entity in page.text_content("main")
    assert said["back"] in page.text_content("main")
    rows = page.locator("table[id^=w-] tbody tr")
    sums = [int(rows.nth(n).get_attribute("data-after")) for n in range(rows.count())]
    points = [int(rows.nth(n).get_attribute("data-points")) for n in range(rows.count())]
    assert sums[0] + sum(points[1:-1]) == sums[-1]  # the steps of the waterfall lead to the total
    if javascript:
        page.wait_for_selector("[data-waterfall] svg")
    assert page.locator("[data-waterfall] svg").count() == int(javascript)


def test_typing_shows_what_fits_and_the_address_keeps_it(visit: Callable[..., Visit]) -> None:
    looking = visit("zh")
    looking.sign_in("handler")
    page = looking.open("/console/entities")
    before = page.locator("#found tbody tr").count()
    page.wait_for_function("() => 'htmx' in window")
    page.locator("[name=q]").press_sequentially(looking.town.entity)
    page.wait_for_function("typed => new URLSearchParams(location.search).get('q') === typed", arg=looking.town.entity)
    page.wait_for_function(f"() => document.querySelectorAll('#found tbody tr').length !== {before}")
    page.reload()
    assert page.input_value("[name=q]") == looking.town.entity


def test_signing_in_needs_no_mouse(visit: Callable[..., Visit]) -> None:
    looking = visit("zh")
    page = looking.open("/console/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "login"
    page.keyboard.type("demo-handler")
    page.keyboard.press("Tab")
    page.keyboard.type(looking.town.accounts["demo-handler"])
    page.keyboard.press("Enter")
    page.wait_for_selector("header .who a")


def test_the_language_is_kept_when_it_is_changed(visit: Callable[..., Visit]) -> None:
    page = visit("zh").open("/console/sign-in")
    page.click("header >> text=English")
    page.wait_for_selector("text=Sign in to the console")
    page.reload()
    assert page.get_attribute("html", "lang") == "en"
