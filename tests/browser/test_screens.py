"""Every page in both languages on a phone and on a desk: nothing overflows, no fault by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.places import PLACES, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
def test_a_page_fits_its_screen_and_everybody(
    visit: Callable[..., Visit], request: pytest.FixtureRequest, place: Place, language: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - of an extra

    looking = visit(language, role=place.who)
    page = looking.open(place.path.format(entity=looking.town.entity, draw=looking.town.draw))
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()
    folder = request.config.getoption("--screens")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{place.name}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
