"""Kinds, authorities and regions over HTTP: public facts."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, jsonify

from service.platform import Problem, web
from service.register import queries, usecases
from service.register.routes.blueprint import blueprint
from service.register.seeds import statuses
from service.register.shapes import (
    AuthorityPutSchema,
    KindPutSchema,
    NewAuthoritySchema,
    RegionArguments,
    RegionPutSchema,
    RegisterCatalogueSchema,
)

_CODES = {
    "authority": re.compile(r"[a-z0-9][a-z0-9-]{0,63}"),
    "kind": re.compile(r"[a-z][a-z0-9_]{0,63}"),
    "region": re.compile(r"(?!00)[0-9]{6}|[A-Z]{2}(-[A-Z0-9]{1,3})?"),
}
"""The form of each catalogue's codes; of regions GB/T 2260 (000000 would contain every other), abroad ISO 3166-2."""


@blueprint.get("/kinds")
@blueprint.response(200, RegisterCatalogueSchema)
def all_kinds() -> Response:
    """Every kind of entity with its supervision domain, official or derived."""
    with web.reader() as session:
        names = queries.domain_names(session)
        items = [kind._asdict() | {"domain_names": names[kind.domain]} for kind in queries.kinds(session)]
    return jsonify({"items": items})


@blueprint.get("/entity-statuses")
@blueprint.response(200, RegisterCatalogueSchema)
def all_statuses() -> Response:
    """The states of an entity's life, with those that may follow each."""
    items = [
        {"code": one.code, "names": one.names, "to": sorted(one.to), "evidence": one.evidence, "persons": one.persons}
        for one in statuses().values()
    ]
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
    return web.act(usecases.enter_authority, **said)


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


@blueprint.put("/kinds/<code>")
@blueprint.arguments(KindPutSchema)
@blueprint.response(204)
def put_kind(said: dict[str, Any], code: str) -> Response:
    """Enter a kind of one's own, or change what is said of one. The same again changes nothing."""
    _check("kind", code)
    return web.act(usecases.put_kind, code=code, **said)


@blueprint.put("/authorities/<code>")
@blueprint.arguments(AuthorityPutSchema)
@blueprint.response(204)
def put_authority(said: dict[str, Any], code: str) -> Response:
    """Enter an authority, or change its names, region or parent. The same again changes nothing."""
    _check("authority", code)
    return web.act(usecases.put_authority, code=code, **said)


@blueprint.put("/regions/<code>")
@blueprint.arguments(RegionPutSchema)
@blueprint.response(204)
def put_region(said: dict[str, Any], code: str) -> Response:
    """Enter a span of days of a region's code, or change the one that begins on that day, as to say when it ends."""
    _check("region", code)
    return web.act(usecases.put_region, code=code, **said)


def _check(what: str, code: str) -> None:
    if not _CODES[what].fullmatch(code):
        raise Problem("catalogue_code_malformed", form=_CODES[what].pattern)
