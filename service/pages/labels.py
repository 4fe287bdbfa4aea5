"""What was refused is told with its field's own label, wherever on the page the field stands."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markupsafe import escape

from service.pages.words import gettext as _

_TOLD = re.compile(r'<a href="#(?P<slug>[^"]*)" data-field="(?P<name>[^"]*)">(?P<said>.*?)</a>', re.DOTALL)
"""As the macro `refusal` writes it; nothing that was typed can look like it, since all that is shown is escaped."""


def labelled(html: str) -> str:
    """The page with each refusal that is told at its head labelled as its field is.

    It leads to the field where the page has one, or to what the field is part of; else it stands without a link, with
    the name that the interface has for it. A part of a page leads to the field that the page may have.
    """
    if "data-field=" not in html:
        return html
    found, whole = _Labels(), "</html>" in html
    found.feed(html)
    return _TOLD.sub(lambda told: _with_label(told, found, whole=whole), html)


def _with_label(told: re.Match[str], found: _Labels, *, whole: bool) -> str:
    slug, name, said = told["slug"], told["name"], told["said"]
    if not whole:
        return f'<a href="#{slug}">{said}</a>'
    while slug not in found.ids and slug.count("-") > 1:
        slug = slug.rpartition("-")[0]
    label = found.labels.get(slug, "").strip()
    words = f"<strong>{escape(label)}</strong>" + _("：") + said if label else said
    if slug in found.ids:
        return f'<a href="#{slug}">{words}</a>'
    return f"{words} <code>{name}</code>" if name else words


class _Labels(HTMLParser):
    """The labels of a page by the id of what they label (of a group its legend), and every id."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.labels: dict[str, str] = {}
        self._group = self._reading = ""
        self._aside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        own = given.get("id") or ""
        self.ids.add(own)
        if tag == "fieldset":
            self._group = own
        elif tag in {"label", "legend"}:
            self._reading = given.get("for") or (self._group if tag == "legend" else "")
            self.labels.setdefault(self._reading, "")
        elif given.get("aria-label") and own:
            self.labels.setdefault(own, given["aria-label"] or "")
        self._aside = self._aside or given.get("class") == "optional"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"label", "legend"}:
            self._reading = ""
        if tag == "span":
            self._aside = False

    def handle_data(self, data: str) -> None:
        if self._reading and not self._aside:
            self.labels[self._reading] += data
