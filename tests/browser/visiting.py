"""One person at one browser window; what the page complains of and whom it calls is gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.browser.town import Town

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
DRAWN = (
    "() => [...document.querySelectorAll('[data-waterfall], [data-treemap]')].every(one => one.querySelector('svg'))"
)


class Visit:
    """A window of a browser context before the town: ``page`` is what it shows."""

    def __init__(self, context: BrowserContext, town: Town) -> None:
        self.context = context
        self.town = town
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page: Page = self.tab()

    def tab(self) -> Page:
        """Another tab of the same browser, watched like the first."""
        page = self.context.new_page()
        page.on("console", lambda said: self._complain(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda sent: self._called(sent.url))
        return page

    def _complain(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:  # a refusal is an answer, not a fault of the page
            self.complaints.append(text)

    def _called(self, url: str) -> None:
        if not url.startswith((self.town.address, "data:", "blob:")):
            self.foreign.append(url)

    def refuse_complaints(self) -> None:
        """Nothing was complained of and nobody else was called since the last time this was asked."""
        complaints, foreign = self.complaints[:], self.foreign[:]
        self.complaints.clear()
        self.foreign.clear()
        assert not complaints, complaints
        assert not foreign, foreign

    def open(self, path: str) -> Page:
        """Go to a page of the town."""
        self.page.goto(self.town.address + path)
        return self.page

    def open_painted(self, path: str, status: int) -> Page:
        """Go to a page that is answered with a status, and wait until its charts are drawn."""
        answer = self.page.goto(self.town.address + path)
        assert answer is not None
        assert answer.status == status, self.page.inner_text("body")
        self.page.wait_for_function(DRAWN)
        return self.page

    def sign_in(self, role: str) -> Page:
        """Sign in with the account that the demonstration opened for a role."""
        self.open("/console/")
        self.page.fill("[name=login]", f"demo-{role}")
        self.page.fill("[name=password]", self.town.accounts[f"demo-{role}"])
        self.page.click("main form button")
        self.page.wait_for_selector("header .who a")
        return self.page
