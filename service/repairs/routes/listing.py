"""What an entity could have repaired: now, or from which day, and with what missing."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.platform import web
from service.repairs import documents, queries
from service.repairs.routes.blueprint import blueprint
from service.repairs.schemas import RepairableArguments, RepairableListSchema


@blueprint.get("/entities/<key>/repairable")
@blueprint.arguments(RepairableArguments, location="query")
@blueprint.response(200, RepairableListSchema)
def repairable(arguments: dict[str, Any], key: str) -> Response:
    """Each adverse record of an entity, condition by condition, with the day from which it could be repaired."""
    now = web.database().clock.now()
    with web.reader() as session:
        found = queries.chances(session, web.actor(), key, now=now, as_of=arguments["as_of"])
    return jsonify({"items": [documents.chance(one, web.language()) for one in found]})
