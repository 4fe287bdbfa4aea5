"""What all rooms together know of one entity, over HTTP: its timeline, and who looked at it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service import register
from service.insight.entity_schemas import (
    HappeningSchema,
    LookListSchema,
    LookSchema,
    TimelineArguments,
    TimelineSchema,
)
from service.insight.looking import looks
from service.insight.timeline import Place, readable, sorts_told, timeline
from service.platform import Problem, web

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.register import EntityFacts

blueprint = web.Blueprint("entity_insight", __name__, url_prefix="/v1", description="One entity over all rooms")
_NEWEST = (1 << 63) - 1


@blueprint.get("/entities/<key>/timeline")
@blueprint.arguments(TimelineArguments, location="query")
@blueprint.response(200, TimelineSchema)
def tell(arguments: dict[str, Any], key: str) -> Response:
    """Everything that happened to an entity, newest first: each sort to whom its own route answers."""
    page = web.page_of(arguments, str, str, int, str)
    after = Place() if page.after is None else Place(_day(page.after[0]), *page.after[1:])  # type: ignore[arg-type] # as shaped
    with web.reader() as session:
        entity = _entity(session, key)
        told = sorts_told(web.actor())
        asked = [arguments["sort"]] if "sort" in arguments else told
        rows = timeline(session, entity, set(asked) & set(told), after=after, limit=page.limit)
        kept, following = web.cut(rows, page, lambda row: (row.day.isoformat(), row.sort, row.number, row.what))
        opens = readable(session, web.actor(), kept)
    note = web.notes().note_now if entity.natural_person else web.notes().note
    note(web.actor(), "timeline", entity.key, {"sort": arguments.get("sort")})
    items = [{**row._asdict(), "readable": may} for row, may in zip(kept, opens, strict=True)]
    body = {"entity": entity.key, "sorts": told, "items": HappeningSchema(many=True).dump(items)}
    return web.link_next(jsonify(body), following)


@blueprint.get("/entities/<key>/looks")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, LookListSchema)
def look(arguments: dict[str, Any], key: str) -> Response:
    """Who looked at an entity by its key, when and what for, newest first; this look is noted as well."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        entity = _entity(session, key)
        before = page.after_number or _NEWEST
        rows = looks(session, web.actor(), entity.key, before=before, limit=page.limit)
    web.notes().note_now(web.actor(), "query_log", entity.key, {})
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    return web.link_next(jsonify({"entity": entity.key, "items": LookSchema(many=True).dump(kept)}), following)


def _day(said: str | int) -> str:
    """The day of a cursor.

    Raises:
        Problem: `invalid_cursor`.
    """
    try:
        return date.fromisoformat(str(said)).isoformat()
    except ValueError:
        raise Problem("invalid_cursor", pointer="/cursor") from None


def _entity(session: Session, key: str) -> EntityFacts:
    """The entity, where the caller may see it."""
    number = register.entity_number(session, web.actor(), key)
    return register.facts(session, [number], position=None)[number]
