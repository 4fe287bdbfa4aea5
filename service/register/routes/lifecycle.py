"""What people decide of an entity one after another: unreachable or not, the same or not."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.platform import Problem, web
from service.register import queries, usecases
from service.register.routes.blueprint import blueprint
from service.register.shapes import (
    SameNameArguments,
    SameNameDecisionSchema,
    SameNameListSchema,
    SameNameSchema,
    UnreachableFindingSchema,
    UnreachableReportSchema,
    UnreachableStepSchema,
)

_GREATEST = (1 << 63) - 1


@blueprint.post("/entities/<key>/unreachable-reports")
@blueprint.arguments(UnreachableFindingSchema)
@blueprint.response(201, UnreachableReportSchema)
def report(found: dict[str, Any], key: str) -> usecases.UnreachableReport:
    """Report that an entity could not be found; two other people must agree before its status changes."""
    with web.unit_of_work() as uow:
        return usecases.report_unreachable(uow, key=key, **found)


@blueprint.post("/unreachable-reports/<int:report_id>/steps")
@blueprint.arguments(UnreachableStepSchema)
@blueprint.response(200, UnreachableReportSchema)
def take_step(found: dict[str, Any], report_id: int) -> usecases.UnreachableReport:
    """Confirm, review or dismiss a report; each step by another person."""
    if report_id > _GREATEST:
        raise Problem("unreachable_not_found", report=report_id)
    with web.unit_of_work() as uow:
        return usecases.take_unreachable_step(uow, report_id=report_id, **found)


@blueprint.get("/same-names")
@blueprint.arguments(SameNameArguments, location="query")
@blueprint.response(200, SameNameListSchema)
def same_names(arguments: dict[str, Any]) -> Response:
    """Entities of equal names that may be one and the same; nothing is ever merged by itself."""
    page = web.page_of(arguments, int)
    after = page.after_number
    with web.reader() as session:
        rows = queries.same_names(session, web.actor(), decided=arguments["decided"], after=after, limit=page.limit)
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    persons = dict.fromkeys(key for row in kept for key in row.persons)
    web.notes().note_each_now(web.actor(), "same_names", persons, {"decided": arguments["decided"]})
    return web.link_next(jsonify({"items": SameNameSchema(many=True).dump(kept)}), following)


@blueprint.post("/same-names/<int:proposal>/decision")
@blueprint.arguments(SameNameDecisionSchema)
@blueprint.response(204)
def decide(said: dict[str, Any], proposal: int) -> Response:
    """Note whether two entities of one name are the same."""
    if proposal > _GREATEST:
        raise Problem("same_name_not_found", proposal=proposal)
    return web.act(usecases.decide_same_name, proposal=proposal, **said)
