"""Kinds, authorities and regions over HTTP: public facts."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify

from service.platform import web
from service.register import queries, usecases
from service.register.routes.blueprint import blueprint
from service.register.shapes import NewAuthoritySchema, RegionArguments, RegisterCatalogueSchema


@blueprint.get("/kinds")
@blueprint.response(200, RegisterCatalogueSchema)
def all_kinds() -> Response:
    """Every kind of entity with its supervision domain, official or derived."""
    with web.reader() as session:
        names = queries.domain_names(session)
        items = [kind._asdict() | {"domain_names": names[kind.domain]} for kind in queries.kinds(session)]
    return jsonify({"items": items})


@blueprint.get("/authorities")
@blueprint.response(200, RegisterCatalogueSchema)
def all_authorities() -> Response:
    """Every authority with its region and time zone."""
    with web.reader() as session:
        items = [authority._asdict() for authority in queries.authorities(session)]
    return jsonify({"items": [{name: part for name, part in item.items() if name != "id"} for item in items]})


@blueprint.post("/authorities")
@blueprint.arguments(NewAuthoritySchema)
@blueprint.response(204)
def enter_authority(said: dict[str, Any]) -> Response:
    """Enter an authority that does not ship."""
    with web.unit_of_work() as uow:
        usecases.enter_authority(uow, **said)
    return current_app.response_class(status=204)


@blueprint.get("/regions")
@blueprint.arguments(RegionArguments, location="query")
@blueprint.response(200, RegisterCatalogueSchema)
def all_regions(arguments: dict[str, Any]) -> Response:
    """Every region code with the days on which it is valid; the last day is not included."""
    day = arguments.get("on")
    with web.reader() as session:
        rows = queries.regions(session)
    if day is not None:
        rows = [r for r in rows if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)]
    return jsonify({"items": [row._asdict() for row in rows]})
