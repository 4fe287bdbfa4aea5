"""Searches kept under a name, over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.platform import Problem, web
from service.register import queries, usecases
from service.register.routes.blueprint import blueprint
from service.register.search_shapes import (
    SavedSearchChangeSchema,
    SavedSearchKeySchema,
    SavedSearchListSchema,
    SavedSearchSchema,
    SearchToSaveSchema,
)

_GREATEST = (1 << 63) - 1


@blueprint.get("/saved-searches")
@blueprint.response(200, SavedSearchListSchema)
def saved() -> Response:
    """One's own searches, and those that others share who act for the same authority."""
    with web.reader() as session:
        found = queries.saved_searches(session, web.actor())
    return jsonify({"items": SavedSearchSchema(many=True).dump(found), "most": usecases.MOST_SAVED})


@blueprint.post("/saved-searches")
@blueprint.arguments(SearchToSaveSchema)
@blueprint.response(201, SavedSearchKeySchema)
def save(said: dict[str, Any]) -> dict[str, int]:
    """Keep a search under a name."""
    with web.unit_of_work() as uow:
        return {"id": usecases.save_search(uow=uow, **said)}


@blueprint.patch("/saved-searches/<int:search>")
@blueprint.arguments(SavedSearchChangeSchema)
@blueprint.response(204)
def change(said: dict[str, Any], search: int) -> Response:
    """Rename, share, or change one's own search; what is not said stays."""
    _check(search)
    with web.unit_of_work() as uow:
        usecases.change_search(uow=uow, search=search, **said)
    return web.nothing()


@blueprint.delete("/saved-searches/<int:search>")
@blueprint.response(204)
def delete(search: int) -> Response:
    """Let one's own search go."""
    _check(search)
    with web.unit_of_work() as uow:
        usecases.delete_search(uow=uow, search=search)
    return web.nothing()


def _check(search: int) -> None:
    if search > _GREATEST:
        raise Problem("saved_search_unknown", search=search)
