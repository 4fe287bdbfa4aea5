"""What is counted of draws for everybody, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import jsonify

from service.insight.draw_counts import draw_counts, draw_counts_document
from service.insight.draw_schemas import (
    DrawCountsArguments,
    DrawCountsSchema,
    DrawLeftOutEntitiesSchema,
    DrawLeftOutSchema,
    DrawMovedEntitiesSchema,
    DrawMovesSchema,
)
from service.insight.kept import Kept
from service.insight.left_out import left_out_document, left_out_of
from service.insight.moves import moves_of, refuse_names_hidden
from service.insight.moves_document import moves_document
from service.insight.vocabulary import rules
from service.inspections.draws import figures_told
from service.platform import web

if TYPE_CHECKING:
    from flask import Response

_KEPT = Kept(rules()["moves"]["kept"])
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


@blueprint.get("/draws/<number>/moves")
@blueprint.response(200, DrawMovesSchema)
def moves(number: str) -> Response:
    """How many changed their place in the frame, or their tier, by what was recorded about the freeze."""
    database, now = web.database(), web.database().clock.now()
    with web.reader() as session:
        refuse_names_hidden(session, number)
        age = timedelta(minutes=rules()["moves"]["kept_minutes"])
        told = _KEPT.get(
            database, number, lambda: moves_document(moves_of(session, number, now=now), rows=False), now=now, age=age
        )
    return jsonify(told)


@blueprint.get("/draws/<number>/moves/entities")
@blueprint.response(200, DrawMovedEntitiesSchema)
def moved_entities(number: str) -> Response:
    """Who they are and what moved them; each look is noted."""
    with web.reader() as session:
        parts = figures_told(session, web.actor(), number)
        found = moves_of(session, number, now=web.database().clock.now(), parts=parts)
    web.notes().note_now(web.actor(), "draw_moves", number, {"entities": sum(len(one.moved) for one in found.parts)})
    return jsonify(moves_document(found, rows=True))


@blueprint.get("/draws/<number>/left-out")
@blueprint.response(200, DrawLeftOutSchema)
def left_out(number: str) -> Response:
    """How many were drawn from by the like task of the year before and are not now, by reason."""
    with web.reader() as session:
        return jsonify(left_out_document(number, left_out_of(session, number), rows=False))


@blueprint.get("/draws/<number>/left-out/entities")
@blueprint.response(200, DrawLeftOutEntitiesSchema)
def left_out_entities(number: str) -> Response:
    """Who they are; each look is noted."""
    with web.reader() as session:
        parts = figures_told(session, web.actor(), number)
        found = left_out_of(session, number, parts=parts)
    web.notes().note_now(web.actor(), "draw_left_out", number, {"entities": sum(len(one.entities) for one in found)})
    return jsonify(left_out_document(number, found, rows=True))
