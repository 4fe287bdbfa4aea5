"""The result of a search as a file."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from service import register
from service.platform import Problem, sheet_pieces, web
from service.ratings.finding import FOUND_COLUMNS, MOST_FOUND, Asked, found_cells
from service.ratings.routes.blueprint import blueprint


class FoundListSchema(register.FoundBySchema):
    """What entities are listed, and what for."""

    purpose = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "Why it is asked; kept in the query log"},
    )


@blueprint.get("/entities.csv")
@blueprint.arguments(FoundListSchema, location="query")
@blueprint.response(200, content_type="text/csv")
def found_list(arguments: dict[str, Any]) -> Response:
    """What a search finds, with tiers, as CSV in the order of pinyin; refused where that were more than 50,000."""
    filters = {name: said for name, said in arguments.items() if name not in {"q", "purpose"}}
    said = Asked(arguments.get("q"), filters, arguments["purpose"])
    database, notes, actor = web.database(), web.notes(), web.actor()
    with web.reader() as session:
        if register.are_more_than(session, actor, MOST_FOUND, asked=said.asked, filters=filters):
            raise Problem("found_too_many", most=f"{MOST_FOUND:,}")
    notes.note_now(actor, said.purpose, "entities", {"export": "csv", "q": said.asked, **filters})
    pieces = found_cells(database, notes, actor, said)
    response = Response(sheet_pieces(FOUND_COLUMNS, pieces), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="entities.csv"'
    return response
