"""Every page in both languages from a phone to a projector: nothing overflows, no fault by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.furnished import furnish
from tests.browser.looking import stands_the_test
from tests.browser.places import PLACES, Place
from tests.browser.sendings import SENDINGS, Sending, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, StorageState

    from tests.browser.conftest import Town, Visit

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
