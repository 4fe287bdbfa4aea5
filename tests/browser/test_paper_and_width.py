"""What is folded is printed, and the way to every page stands in one line on an ordinary screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

FORMS = "[...document.forms].filter((one) => one.checkVisibility()).length"
FOLDED = """() => [...document.querySelectorAll("main details:not([open])")].map(one => {
  const inside = [...one.children].filter(part => part.tagName !== "SUMMARY");
  const shown = part => part.checkVisibility({contentVisibilityAuto: true}) && part.getBoundingClientRect().height > 0;
  return inside.some(shown);
})"""


def test_what_is_folded_on_the_screen_is_printed(visit: Callable[..., Visit]) -> None:
    looking = visit("zh", role="handler")
    page = looking.open(f"/console/entities/{looking.town.entity}")
    folded = page.evaluate(FOLDED)
    assert folded, "a page without a folded part shows nothing here"
    assert not any(folded)
    page.emulate_media(media="print")
    page.wait_for_function(f"() => ({FOLDED})().every(shown => shown)")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", ["handler", "approver", "auditor"])
def test_the_header_takes_one_line_at_1280(visit: Callable[..., Visit], language: str, role: str) -> None:
    page = visit(language, width=1280, role=role).open("/console/")
    line = page.evaluate("document.querySelector('header.top .brand').getBoundingClientRect().height")
    assert page.evaluate("document.querySelector('header.top').getBoundingClientRect().height") < 2 * line


def test_paper_bears_no_form_and_whole_drawings(visit: Callable[..., Visit]) -> None:
    looking = visit("zh", role="handler")
    page = looking.open(f"/console/entities/{looking.town.entity}")
    page.wait_for_selector("[data-waterfall] svg[viewBox]")
    assert page.evaluate(FORMS) > 0
    page.emulate_media(media="print")
    assert page.evaluate(FORMS) == 0
    page.evaluate("document.querySelector('main').style.width = '600px'")
    drawing = page.locator("[data-waterfall] svg").first.bounding_box()
    assert drawing is not None
    assert drawing["width"] <= 600
