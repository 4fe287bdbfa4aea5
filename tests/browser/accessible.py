"""The rules of WCAG 2.2 AA that a program can tell, asked of a page as it stands."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = "color-contrast"
ASKED = """options => axe.run(document, options).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
  nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary}`)))"""


def refuse_barriers(page: Page, *, contrast: bool) -> None:
    """Fails where the page breaks a rule; `contrast`: the rule on colours too, which takes longer than all others."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {CONTRAST: {"enabled": contrast}},
        "resultTypes": ["violations"],
        "preload": False,
    }
    broken: list[str] = page.evaluate(ASKED, options)
    assert not broken, "\n\n".join(broken)


def bring_rules(context: BrowserContext) -> None:
    """Have every page of a browser come with the rules: compiled with it, they take half the time."""
    context.add_init_script(script=_axe())


@cache
def _axe() -> str:
    from axe_playwright_python.base import AXE_FILE_PATH  # noqa: PLC0415 - of an extra

    return AXE_FILE_PATH.read_text("utf-8")
