"""Overrides over HTTP: counted for everybody, listed for those who oversee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from service.insight.override_schemas import (
    OverrideCountsArguments,
    OverrideCountsSchema,
    OverridesArguments,
    OverridesPageSchema,
)
from service.insight.overrides import Listing, kinds_told, override_counts, override_row, overrides, this_year
from service.platform import Problem, web

if TYPE_CHECKING:
    from flask import Response

blueprint = web.Blueprint("overrides", __name__, url_prefix="/v1", description="What persons decide in place of rules")


@blueprint.get("/override-counts")
@blueprint.arguments(OverrideCountsArguments, location="query")
@blueprint.response(200, OverrideCountsSchema)
def counts(arguments: dict[str, Any]) -> Response:
    """How often a person decided in place of the rule, month by month: of draws, tiers, deadlines and caps."""
    with web.reader() as session:
        year = arguments.get("year") or this_year(session, web.database().clock.now())
        found = override_counts(session, authority=arguments.get("authority"), year=year)
    return jsonify({"year": year, "kinds": kinds_told(), "items": found})


@blueprint.get("/overrides")
@blueprint.arguments(OverridesArguments, location="query")
@blueprint.response(200, OverridesPageSchema)
def listed(arguments: dict[str, Any]) -> Response:
    """Each of them: who, when, why, about what."""
    actor, page = web.actor(), web.page_of(arguments, int)
    asked = Listing(*(arguments.get(name) for name in Listing._fields))
    if asked.authority is not None and not actor.reaches(asked.authority):
        raise Problem("out_of_scope")
    with web.reader() as session:
        rows = overrides(session, actor, asked, page)
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    return web.link_next(jsonify({"items": [override_row(row) for row in kept]}), following)
