"""Rulebooks: the editions that are law, were, or will be; the text of one with its clauses, and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.console.relaying import relayed
from service.pages import PageBlueprint, ask, may, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Response

blueprint = PageBlueprint("console_rulebooks", __name__, face="console", url_prefix="/console/rulebooks")
WAITING = 20
"""Proposals that the first page looks at for those that wait."""
STATUSES = ("in_force", "adopted", "ended", "withdrawn")


@blueprint.get("")
def first() -> Response:
    """Every edition by how it stands, the proposals that wait, and the re-ratings under way."""
    editions = ask("GET", "/v1/editions").body
    by_status = {status: [one for one in editions if one["status"] == status] for status in STATUSES}
    return page(
        "console/rulebooks/first.html",
        by_status=by_status,
        waiting=[one for one in _seen("/v1/edition-proposals", limit=WAITING) if not one["steps"]],
        rerates=[one for one in _seen("/v1/rerates") if one["ended_at"] is None and one["cancelled_at"] is None],
    )


@blueprint.get("/editions/<edition_id>")
def edition(edition_id: str) -> Response:
    """One edition: how it became law, its clauses, what it changed, and its text."""
    here = f"/v1/editions/{edition_id}"
    contents = ask("GET", f"{here}/contents").body
    return page(
        "console/rulebooks/edition.html",
        contents=contents,
        adoption=ask("GET", f"{here}/adoption").body,
        lines=lines_of(ask("GET", here).body.decode(), contents["clauses"]),
    )


@blueprint.get("/editions/<edition_id>/text.toml")
def text(edition_id: str) -> Response:
    """The text of an edition, byte for byte, as a file."""
    return relayed(ask("GET", f"/v1/editions/{edition_id}"), f"{edition_id}.toml")


def lines_of(words: str, clauses: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """The lines of a text, each with the clauses that it is the first to cite."""
    cited: dict[int, list[str]] = {}
    for one in clauses:
        if one["lines"]:
            cited.setdefault(one["lines"][0], []).append(one["clause"])
    return [(line, cited.get(number, [])) for number, line in enumerate(words.splitlines(), start=1)]


def _seen(path: str, **query: object) -> list[dict[str, Any]]:
    """What the interface lists there, if the one who looks may ask for it."""
    if not may("GET", path):
        return []
    body = ask("GET", path, query=query).body
    return list(body["items"] if isinstance(body, dict) else body)
