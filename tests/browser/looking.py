"""A page at every width: nothing overflows, no fault by the rules of WCAG 2.2 AA; its pictures, where wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.accessible import refuse_barriers

if TYPE_CHECKING:
    from typing import Literal

    from playwright.sync_api import Page

DESK, PHONE, PROJECTOR = 1280, 360, 1920
COLOURS: dict[str, tuple[int, Literal["light", "dark"]]] = {"zh": (DESK, "light"), "en": (PHONE, "dark")}
"""Where colours are looked at: they depend on neither the width nor the language, but on the scheme."""
RULES = {"zh": (DESK, PHONE), "en": (PHONE,)}
"""Where the rules are gone through: what stands on a page is the same in both languages, the words are not."""


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
