"""An inspector's own visits: what is late, what is under way, what may be made now, what comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.console.visits.blueprint import SCRIPTS, blueprint
from service.pages import ask, page, zone
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from flask import Response

MOST = 200
"""Visits that are still to be made, at most, on one page."""
SHOWN = 25
"""Visits of before on a page."""
GROUPS = ("late", "begun", "now", "later")


@blueprint.get("")
def mine() -> Response:
    """One's own visits that are still to be made, recorded or signed, what is due first first."""
    asked = {"open_only": True, "limit": MOST, "cursor": request.args.get("cursor")}
    found = ask("GET", "/v1/visits", query=asked)
    now = web.database().clock.now()
    return page(
        "console/visits/list.html",
        groups=_grouped(found.body["items"], now.astimezone(zone()).date()),
        opened_at=now.isoformat(timespec="seconds"),
        scripts=SCRIPTS[:3],
        following=found.following,
        person=web.actor().person,
    )


@blueprint.get("/before")
def before() -> Response:
    """All visits on whose teams one is or was, the newest first."""
    asked = {"newest_first": True, "limit": SHOWN, "cursor": request.args.get("cursor")}
    found = ask("GET", "/v1/visits", query=asked)
    return page("console/visits/before.html", items=found.body["items"], following=found.following)


def _grouped(items: Iterable[Mapping[str, Any]], today: date) -> dict[str, list[Mapping[str, Any]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {name: [] for name in GROUPS}
    for one in sorted(items, key=lambda each: (each["last_day"], each["number"])):
        groups[_group(one, today.isoformat())].append(one)
    return {name: found for name, found in groups.items() if found}


def _group(one: Mapping[str, Any], today: str) -> str:
    if one["state"] != "dispatched":
        return "begun"
    if one["last_day"] < today:
        return "late"
    return "now" if one["first_day"] <= today else "later"
