"""Entities over HTTP: found, read, entered, changed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.platform import position_at, web
from service.register import queries, usecases
from service.register.routes.blueprint import blueprint
from service.register.shapes import (
    BranchesSchema,
    EntityChangeSchema,
    EntityFoundSchema,
    EntityKeySchema,
    EntityListSchema,
    EntityVersionListSchema,
    EntityVersionSchema,
    EntityViewSchema,
    KnownAtSchema,
    NewEntitySchema,
    SearchSchema,
)


@blueprint.get("/entities")
@blueprint.arguments(SearchSchema, location="query")
@blueprint.response(200, EntityListSchema)
def find(arguments: dict[str, Any]) -> Response:
    """Entities within the caller's scope, by key, part of a name, pinyin, initials, part of the address."""
    page = web.page_of(arguments, str, int)
    filters: dict[str, str] = {name: arguments[name] for name in queries.FILTERS if name in arguments}
    after = None if page.after is None else (str(page.after[0]), int(page.after[1]))
    with web.reader() as session:
        rows = queries.search(
            session, web.actor(), asked=arguments.get("q"), filters=filters, after=after, limit=page.limit
        )
    kept, following = web.cut(rows, page, lambda row: (row.pinyin, row.id))
    persons = [row.key for row in kept if row.natural_person]
    web.notes().note_each_now(web.actor(), "search", persons, {"q": arguments.get("q")})
    return web.link_next(jsonify({"items": EntityFoundSchema(many=True).dump(kept)}), following)


@blueprint.post("/entities")
@blueprint.arguments(NewEntitySchema)
@blueprint.response(201, EntityKeySchema)
def enter(entry: dict[str, Any]) -> dict[str, str]:
    """Enter a new entity."""
    with web.unit_of_work() as uow:
        return {"key": usecases.enter_entity(uow, entry=entry)}


@blueprint.get("/entities/<key>")
@blueprint.arguments(KnownAtSchema, location="query")
@blueprint.response(200, EntityViewSchema)
def read(arguments: dict[str, Any], key: str) -> Response:
    """An entity as it is stored now, or as known at an instant."""
    known_at = arguments.get("known_at")
    with web.reader() as session:
        position = None if known_at is None else position_at(session, known_at)
        body = queries.entity_body(session, web.actor(), key, position=position)
    if body["natural_person"]:
        web.notes().note_now(web.actor(), "register", body["key"], {})
    return jsonify(body)


@blueprint.patch("/entities/<key>")
@blueprint.arguments(EntityChangeSchema)
@blueprint.response(200, EntityKeySchema)
def change(said: dict[str, Any], key: str) -> dict[str, str]:
    """Change what is said of an entity. The same content again makes no new version."""
    with web.unit_of_work() as uow:
        return {"key": usecases.change_entity(uow, key=key, change=said)}


@blueprint.get("/entities/<key>/versions")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, EntityVersionListSchema)
def history(arguments: dict[str, Any], key: str) -> Response:
    """Every version of an entity, oldest first: when and by whom it was recorded."""
    page = web.page_of(arguments, int)
    after = page.after_number
    with web.reader() as session:
        number = queries.entity_number(session, web.actor(), key)
        rows = queries.versions(session, number, after=after, limit=page.limit)
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    if any(row.body["natural_person"] for row in kept):
        web.notes().note_now(web.actor(), "register", kept[0].body["key"], {"versions": len(kept)})
    return web.link_next(jsonify({"items": EntityVersionSchema(many=True).dump(kept)}), following)


@blueprint.get("/entities/<key>/branches")
@blueprint.response(200, BranchesSchema)
def branches(key: str) -> Response:
    """The keys of an entity's direct branches."""
    with web.reader() as session:
        number = queries.entity_number(session, web.actor(), key)
        below = queries.branches(session, [number]).get(number, [])
        found = queries.facts(session, [number, *below], position=None)
    persons = [one.key for one in found.values() if one.natural_person]
    web.notes().note_each_now(web.actor(), "branches", persons, {"entity": found[number].key})
    return jsonify({"branches": [found[branch].key for branch in below]})
