"""Entities: found by name, code or address; one of them with its tier, every reason, and all that lies behind it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request

from service.console.entity_chart import waterfalls
from service.pages import PageBlueprint, ask, may, page, zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = PageBlueprint("console_entities", __name__, face="console", url_prefix="/console/entities")
SHOWN = 25
"""Entities on a page of results."""
EVENTS_SHOWN = 50
WHOLE = "console/entities/find.html"
HAPPENINGS = 8
"""The newest lines of the timeline, on the page of an entity."""
ASKED = ("q", "address", "kind", "region", "authority", "status")
CLOCKS = ("as_of", "known_at")
_TO_THE_SECOND = len("2026-01-31T09:00:00")


@blueprint.get("")
def find() -> Response:
    """Entities that fit what was typed, with their tiers."""
    asked = {name: said for name in (*ASKED, "cursor") if (said := request.args.get(name, "").strip())}
    found = ask("GET", "/v1/entities", query={**asked, "limit": SHOWN})
    at_address = not found.body["items"] and _could_be_an_address(asked)
    if at_address:
        asked["address"] = asked.pop("q")
        found = ask("GET", "/v1/entities", query={**asked, "limit": SHOWN})
    keys = [one["key"] for one in found.body["items"]]
    tiers = ask("POST", "/v1/tiers", json={"entities": keys, "purpose": "search"}).body["items"] if keys else []
    template = "console/entities/found.html" if "HX-Request" in request.headers else WHOLE
    return page(
        template,
        items=found.body["items"],
        tiers={one["asked"]: one for one in tiers},
        following=found.following,
        asked=asked,
        at_address=at_address,
        saved=[] if template != WHOLE else saved_searches(),
    )


def saved_searches() -> list[dict[str, Any]]:
    """Searches that are kept, each with its address."""
    items = ask("GET", "/v1/saved-searches").body["items"]
    return [{**one, "address": f"/console/entities?{urlencode(one['query'])}"} for one in items]


def _could_be_an_address(asked: Mapping[str, str]) -> bool:
    """Whether what was typed for a name or code may be a part of an address: it then is looked for as one."""
    return len(asked.get("q", "")) > 1 and not {"address", "cursor"} & asked.keys()


@blueprint.get("/<key>")
def one(key: str) -> Response:
    """One entity: who it is, its tiers with their reasons, and the records behind them."""
    clocks = {name: said for name in CLOCKS if (said := request.args.get(name, "").strip())}
    clocks |= {"known_at": _zoned(clocks["known_at"])} if "known_at" in clocks else {}
    known = {"known_at": clocks["known_at"]} if "known_at" in clocks else {}
    entity = ask("GET", f"/v1/entities/{key}", query=known).body
    told = ask("GET", f"/v1/entities/{entity['key']}/tier", query=clocks).body
    words = ask("GET", f"/v1/entities/{entity['key']}/tier/words", query=clocks).body
    return page(
        "console/entities/one.html",
        entity=entity,
        tier=told,
        words=words,
        clocks=clocks,
        known_at=clocks.get("known_at", "")[:_TO_THE_SECOND],
        charts=waterfalls(told.get("explanations", [])),
        events=ask("GET", f"/v1/entities/{entity['key']}/events", query={**clocks, "limit": EVENTS_SHOWN}),
        timeline=ask("GET", f"/v1/entities/{entity['key']}/timeline", query={"limit": HAPPENINGS}).body,
        **_beside(entity["key"], sorted(told["kinds"])),
    )


def _zoned(typed: str) -> str:
    """An instant as a form has it, with the zone of who looks; one with a zone, or none at all, as it is."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return found.replace(tzinfo=zone()).isoformat() if found.tzinfo is None else typed


def _beside(key: str, kinds: list[str]) -> dict[str, Any]:
    """What else is told of an entity now, as far as the one who looks may see it."""
    parts = {
        "publicity": ("GET /v1/entities/<key>/publicity", f"/v1/entities/{key}/publicity"),
        "repairable": ("GET /v1/entities/<key>/repairable", f"/v1/entities/{key}/repairable"),
        "measures": ("GET /v1/entities/<key>/measures", f"/v1/entities/{key}/measures"),
    }
    found = {name: ask("GET", path).body for name, (route, path) in parts.items() if may(*route.split(" "))}
    ways = [ask("GET", f"/v1/entities/{key}/way-back", query={"kind": kind}).body for kind in kinds]
    return {**dict.fromkeys(parts), **found, "ways": ways}
