"""What happened to an entity, one day after another, and who looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import PageBlueprint, ask, page

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("console_histories", __name__, face="console", url_prefix="/console/entities")
SHOWN = 50
"""Lines on a page."""


@blueprint.get("/<key>/timeline")
def timeline(key: str) -> Response:
    """Everything that happened to an entity, newest first, or what is of one sort."""
    asked = {name: said for name in ("sort", "cursor") if (said := request.args.get(name, "").strip())}
    entity = ask("GET", f"/v1/entities/{key}").body
    found = ask("GET", f"/v1/entities/{entity['key']}/timeline", query={**asked, "limit": SHOWN})
    return page(
        "console/entities/timeline.html",
        entity=entity,
        asked=asked,
        sorts=found.body["sorts"],
        items=found.body["items"],
        following=found.following,
    )


@blueprint.get("/<key>/looks")
def looks(key: str) -> Response:
    """Who looked at an entity, when and what for."""
    cursor = request.args.get("cursor")
    entity = ask("GET", f"/v1/entities/{key}").body
    found = ask("GET", f"/v1/entities/{entity['key']}/looks", query={"cursor": cursor, "limit": SHOWN})
    return page("console/entities/looks.html", entity=entity, items=found.body["items"], following=found.following)
