"""Records that are public today, with their periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page
from service.portal import linked
from service.portal.replying import beside
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_records", __name__, face="portal", url_prefix="/portal/records")
SHOWN = 25
"""Records on a page."""
FIELDS = ("name", "authority", "entity")


@blueprint.get("")
def listed() -> Response:
    """What is public today: all, or of a name, an authority, an entity."""
    form = Form({name: said for name in FIELDS if (said := request.args.get(name, "").strip())})
    with form:
        found = ask(
            "GET",
            "/v1/publications",
            query={**form.typed, "cursor": request.args.get("cursor"), "limit": SHOWN, "order": "newest"},
        )
        items, following = found.body["items"], found.following
        replies = beside("record", [one["event"] for one in items])
        told_so = linked.record_list(items)
        return shared(
            page(
                "portal/records/list.html", form=form, items=items, following=following, linked=told_so, replies=replies
            )
        )
    return page("portal/records/list.html", status=422, form=form, items=None, following=None)
