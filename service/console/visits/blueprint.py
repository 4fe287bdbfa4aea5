"""The pages of visits, and what all of them read."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from service.pages import PageBlueprint, ask
from service.platform import web

SCRIPTS: Final = ("visits-store.js", "visits-queue.js", "visits.js", "visits-forms.js", "visits-door.js")
"""What the pages of visits run, in this order; the list of visits does with the first three."""
blueprint = PageBlueprint("console_visits", __name__, face="console", url_prefix="/console/visits")


def path_of(number: str) -> str:
    """A visit's address in the interface."""
    return f"/v1/visits/{quote(number, safe='')}"


def visit_of(number: str) -> dict[str, Any]:
    """A visit as the interface tells it."""
    found: dict[str, Any] = ask("GET", path_of(number)).body
    return found


def me() -> str | None:
    """The staff code of who looks."""
    return web.actor().person
