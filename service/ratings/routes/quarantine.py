"""Entities whose rating raises, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from service.platform import web
from service.ratings.quarantine import set_apart
from service.ratings.routes.blueprint import blueprint
from service.ratings.schemas import SetApartListSchema, SetApartSchema

if TYPE_CHECKING:
    from flask import Response


@blueprint.get("/quarantined-ratings")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, SetApartListSchema)
def set_apart_list(arguments: dict[str, Any]) -> Response:
    """Entities within the caller's scope whose rating raises: what is in force for them is that of before."""
    page = web.page_of(arguments, int)
    after = int(page.after[0]) if page.after else 0
    with web.reader() as session:
        read = set_apart(session, web.actor(), after=after, limit=page.limit + 1)
    rows, following = web.cut(read, page, lambda row: (row["entity_id"],))
    return web.link_next(jsonify({"items": SetApartSchema(many=True).dump(rows)}), following)
