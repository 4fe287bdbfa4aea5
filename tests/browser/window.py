"""A person at a window of Chromium who does what the client of the other tests does: looks, and sends forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Response

TAGGED = "e => e.tagName + ':' + (e.type || '')"

HELD_BACK = "f => [...f.elements].filter(e => !e.checkValidity()).map(e => `${e.name}: ${e.validationMessage}`)"


class Shown(NamedTuple):
    """What came of a request: 303 where it led on to another page, which is the one shown."""

    status_code: int
    text: str
    location: str
    data: bytes
    headers: Headers


class Window:
    """One person's window, signed in or not; complaints of its pages are gathered."""

    def __init__(self, context: BrowserContext, address: str, password: str) -> None:
        self.context = context
        self.address = address
        self.password = password
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self._complain(said.type, said.text))

    def _complain(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)

    def get(self, path: str, **query: str) -> Shown:
        """Look at a page, or take a file."""
        whole = self.address + path + (f"?{urlencode(query)}" if query else "")
        if "/files/" in path or "/materials/" in path:
            taken = self.context.request.get(whole)
            return Shown(taken.status, "", path, taken.body(), Headers(taken.headers))
        found = self.page.goto(whole)
        assert found is not None
        return Shown(found.status, found.text(), self._place(), b"", Headers(found.headers))

    def send(self, _: object, path: str, **typed: Any) -> Shown:  # noqa: ANN401 - fields as a person fills them
        """Fill the form of the page that goes to an address, by what is seen, and press its button."""
        form = self._form(path)
        for name, value in typed.items():
            fill(form, name, value)
        held_back = form.evaluate(HELD_BACK)
        assert held_back == [], f"the browser itself does not send the form: {held_back}"
        with self.page.expect_navigation() as onward:
            form.locator("button:not([formnovalidate])").last.click()
        response: Response = onward.value
        led_on = response.request.redirected_from is not None
        return Shown(303 if led_on else response.status, response.text(), self._place(), b"", Headers(response.headers))

    def sign_in(self, login: str) -> Shown:
        """Sign in with the password that all accounts of the tests have."""
        self.get("/console/sign-in")
        return self.send(None, "/console/sign-in", login=login, password=self.password)

    def _place(self) -> str:
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _form(self, path: str) -> Locator:
        """The form that goes to a path; one without an address goes to where it is."""
        bare = path.partition("?")[0]
        with_address = self.page.locator(
            f'form[method=post][action^="{bare}"], form[method=post][action^="{quote(bare)}"]'
        )
        return with_address.first if with_address.count() else self.page.locator("main form[method=post]").first


def fill(form: Locator, name: str, value: Any) -> None:  # noqa: ANN401 - fields as a person fills them
    """Fill a field of a form by its name: type, tick, choose, or give it a file and what it is called."""
    fields = form.locator(f'[name="{name}"]')
    assert fields.count(), f"the form has no field {name}"
    kind = fields.first.evaluate(TAGGED)
    if kind in {"INPUT:checkbox", "INPUT:radio"}:
        for one in value if isinstance(value, list) else [value]:
            form.locator(f'[name="{name}"][value="{one}"]').check()
    elif kind.startswith("SELECT"):
        fields.first.select_option(value)
    elif kind == "INPUT:file":
        source, called = value
        fields.first.set_input_files({"name": called, "mimeType": "application/octet-stream", "buffer": source.read()})
    elif kind == "INPUT:hidden":
        assert fields.first.input_value() == value, f"{name} is hidden and holds something else"
    else:
        fields.first.fill(str(value))
