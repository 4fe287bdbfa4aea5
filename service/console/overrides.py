"""Overrides: what officials decided in place of the rule, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page
from service.platform import web

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("console_overrides", __name__, face="console", url_prefix="/console/insight/overrides")
ASKED = ("authority", "kind", "first", "last")
LISTED = 50


@blueprint.get("")
def listed() -> Response:
    """Who decided what, when and why, the newest first."""
    form = Form({name: said for name in ASKED if (said := request.args.get(name, "").strip())})
    items, following = [], None
    pairs = [(one["code"], one[web.language()]) for one in ask("GET", "/v1/override-counts").body["kinds"]]
    with form:
        query = {**form.typed, "cursor": request.args.get("cursor"), "limit": LISTED, "order": "newest"}
        found = ask("GET", "/v1/overrides", query=query)
        items, following = found.body["items"], found.following
    status = 422 if form.refusal else 200
    template = "console/insight/overrides.html"
    return page(template, status=status, form=form, items=items, following=following, pairs=pairs)
