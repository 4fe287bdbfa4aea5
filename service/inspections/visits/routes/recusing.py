"""Recusals over HTTP: asked for, decided, and told to whom they concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.inspections.visits import queries, usecases
from service.inspections.visits.recusal_schemas import RecusalListArguments, RecusalListSchema
from service.inspections.visits.routes.blueprint import blueprint, note_looks
from service.inspections.visits.schemas import RecusalGrantSchema, RecusalSchema
from service.inspections.visits.veil import veil_of
from service.platform import web

if TYPE_CHECKING:
    from service.inspections.visits.queries import RecusalRequest

_NEWEST = (1 << 63) - 1


@blueprint.get("/recusals")
@blueprint.arguments(RecusalListArguments, location="query")
@blueprint.response(200, RecusalListSchema)
def listed(arguments: dict[str, Any]) -> Response:
    """Requests to recuse inspectors and what became of each, newest first; an inspector is told of his own alone."""
    page = web.page_of(arguments, int)
    asked = {"mine": arguments["mine"], "open_only": arguments["open_only"], "before": page.after_number or _NEWEST}
    with web.reader() as session:
        rows = queries.recusals(session, web.actor(), **asked, limit=page.limit + 1)
        veil = veil_of(session, web.actor())
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    note_looks(veil.looked_at([row.visit for row in kept]))
    return web.link_next(jsonify({"items": [_document(row) for row in kept]}), following)


@blueprint.post("/visits/<number>/recusals")
@blueprint.arguments(RecusalSchema)
@blueprint.response(204)
def ask_recusal(said: dict[str, Any], number: str) -> Response:
    """Ask that an inspector be recused: the entity, an inspector of the team, or a handler for them."""
    return web.act(usecases.ask_recusal, number=number, **said)


@blueprint.post("/visits/<number>/recusals/grant")
@blueprint.arguments(RecusalGrantSchema)
@blueprint.response(204)
def grant_recusal(said: dict[str, Any], number: str) -> Response:
    """Decide that an inspector goes; the next in the order of the draw that sent him takes the seat at once."""
    return web.act(usecases.grant_recusal, number=number, **said)


@blueprint.post("/visits/<number>/recusals/refusal")
@blueprint.arguments(RecusalSchema)
@blueprint.response(204)
def refuse_recusal(said: dict[str, Any], number: str) -> Response:
    """Decide that an inspector stays."""
    return web.act(usecases.refuse_recusal, number=number, **said)


def _document(row: RecusalRequest) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("name", "inspector", "by", "reason", "state", "grounds", "mine")}
    return {
        **told,
        "visit": row.visit.number,
        "entity": row.visit.entity_key,
        "source": row.visit.source,
        "last_day": row.visit.last_day.isoformat(),
        "asked_at": row.asked_at.isoformat(),
        "decided_at": None if row.decided_at is None else row.decided_at.isoformat(),
        "may_decide": row.may_decide,
    }
