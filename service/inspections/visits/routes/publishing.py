"""What is told outside the authorities: published results and their words to everyone, its visits to the entity."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, jsonify

from service.inspections.visits import queries
from service.inspections.visits.routes.blueprint import blueprint
from service.inspections.visits.schemas import VisitWordsSchema
from service.inspections.visits.told import OwnVisitPageSchema, PublishedResultArguments, PublishedResultPageSchema
from service.inspections.visits.vocabulary import result_codes, visit_types
from service.platform import Problem, web


@blueprint.get("/inspection-results")
@blueprint.arguments(PublishedResultArguments, location="query")
@blueprint.response(200, PublishedResultPageSchema)
def results(arguments: dict[str, Any]) -> Response:
    """Published results of inspections, oldest publication first unless asked otherwise."""
    page = web.page_of(arguments, str, int)
    asked = {name: arguments[name] for name in ("entity", "name", "draw", "authority")}
    with web.reader() as session:
        rows = queries.published_results(
            session, **asked, after=_after(page), limit=page.limit + 1, newest_first=page.newest
        )
    kept, following = web.cut(rows, page, lambda row: row.key)
    return web.link_next(jsonify({"items": [row.document for row in kept]}), following)


@blueprint.get("/entities/<key>/visits")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, OwnVisitPageSchema)
def own(arguments: dict[str, Any], key: str) -> Response:
    """The entity's own visits: those that have begun, or whose draw has made names public; who comes, and recusals."""
    page = web.page_of(arguments, int)
    after = page.after_number
    with web.reader() as session:
        rows = queries.own_visits(session, web.actor(), key, after=after, limit=page.limit + 1)
    kept, following = web.cut(rows, page, lambda row: (row.key,))
    return web.link_next(jsonify({"items": [row.document for row in kept]}), following)


@blueprint.get("/visit-result-codes")
@blueprint.response(200, VisitWordsSchema)
def codes() -> Response:
    """Every result under which a visit may be recorded, and what it causes once audited."""
    return jsonify({"items": [row._asdict() for row in result_codes().values()]})


@blueprint.get("/visit-types")
@blueprint.response(200, VisitWordsSchema)
def types() -> Response:
    """Every type of visit, and what counts and joins."""
    return jsonify({"items": [row._asdict() for row in visit_types().values()]})


def _after(page: web.Page) -> tuple[date, int] | None:
    if page.after is None:
        return None
    try:
        return date.fromisoformat(str(page.after[0])), int(page.after[1])
    except ValueError:
        raise Problem("invalid_cursor", pointer="/cursor") from None
