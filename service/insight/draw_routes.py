"""What is counted of draws for everybody, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from service.insight.draw_counts import draw_counts, draw_counts_document
from service.insight.draw_schemas import DrawCountsArguments, DrawCountsSchema
from service.platform import web

if TYPE_CHECKING:
    from flask import Response

blueprint = web.Blueprint("draw_statistics", __name__, url_prefix="/v1", description="Public counts of draws")


@blueprint.get("/draw-counts")
@blueprint.arguments(DrawCountsArguments, location="query")
@blueprint.response(200, DrawCountsSchema)
def counts(arguments: dict[str, Any]) -> Response:
    """What became of the draws of each authority, year by year: also those that were abandoned."""
    authority, year = arguments.get("authority"), arguments.get("year")
    with web.reader() as session:
        found = draw_counts(session, authority=authority, year=year, now=web.database().clock.now())
    return jsonify(draw_counts_document(found))
