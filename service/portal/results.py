"""Results of inspections that were published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page
from service.portal import linked
from service.portal.replying import beside
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_results", __name__, face="portal", url_prefix="/portal/results")
SHOWN = 25
"""Results on a page."""
FIELDS = ("name", "authority", "entity", "draw")


@blueprint.get("")
def listed() -> Response:
    """Published results, the newest first: all, or of a name, an authority, an entity, a draw."""
    form = Form({name: said for name in FIELDS if (said := request.args.get(name, "").strip())})
    with form:
        asked = {**form.typed, "cursor": request.args.get("cursor"), "limit": SHOWN, "order": "newest"}
        found = ask("GET", "/v1/inspection-results", query=asked)
        items, following = found.body["items"], found.following
        replies = beside("result", [one["visit"] for one in items])
        told_so = linked.result_list(items)
        return shared(
            page(
                "portal/results/list.html", form=form, items=items, following=following, linked=told_so, replies=replies
            )
        )
    return page("portal/results/list.html", status=422, form=form, items=None, following=None)
