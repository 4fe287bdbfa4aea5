"""Every page in both languages from a phone to a projector: nothing overflows, no fault by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.accessible import refuse_barriers
from tests.browser.furnished import furnish
from tests.browser.places import PLACES, Place
from tests.browser.sendings import SENDINGS, Sending, sent

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from playwright.sync_api import Browser, Page, StorageState

    from tests.browser.conftest import Town, Visit

DESK, PHONE, PROJECTOR = 1280, 360, 1920
COLOURS: dict[str, tuple[int, Literal["light", "dark"]]] = {"zh": (DESK, "light"), "en": (PHONE, "dark")}
"""Where colours are looked at: they depend on neither the width nor the language, but on the scheme."""
RULES = {"zh": (DESK, PHONE), "en": (PHONE,)}
"""Where the rules are gone through: what stands on a page is the same in both languages, the words are not."""
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def made(town: Town, chromium: Browser, signed_in: dict[str, StorageState]) -> dict[str, str]:
    return furnish(town, chromium, signed_in)


@BOTH
@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
def test_a_page_fits_its_screen_and_everybody(
    seat: Callable[..., Visit], screens: str | None, made: dict[str, str], place: Place, language: str
) -> None:
    looking = seat(language, place.who)
    page = looking.open_painted(place.path.format(**made), place.status)
    stands_the_test(page, language, f"{place.name}-{language}", screens)
    looking.refuse_complaints()


@BOTH
@pytest.mark.parametrize("sending", SENDINGS, ids=[sending.name for sending in SENDINGS])
def test_what_is_shown_or_refused_before_anything_is_saved(
    seat: Callable[..., Visit], screens: str | None, made: dict[str, str], sending: Sending, language: str
) -> None:
    looking = seat(language, sending.who)
    page = looking.open(sending.path.format(**made))
    assert sent(page, sending) == sending.status
    if sending.status == 422:
        assert page.locator(".refusal").is_visible()
    stands_the_test(page, language, f"{sending.name}-{language}", screens)
    looking.refuse_complaints()


def stands_the_test(page: Page, language: str, name: str, folder: str | None) -> None:
    """Fails where the page overflows or bars somebody; its pictures are written where there is a folder for them."""
    coloured, scheme = COLOURS[language]
    for width in (PROJECTOR, DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == coloured:
            page.emulate_media(color_scheme=scheme)
        if width in RULES[language]:
            refuse_barriers(page, contrast=width == coloured)
    page.emulate_media(color_scheme="light")
    if folder:
        page.pdf(path=f"{folder}/{name}.pdf", format="A4")
