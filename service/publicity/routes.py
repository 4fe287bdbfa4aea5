"""Publicity over HTTP: what is public, what is owed, and what was done."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, jsonify

from service.platform import Problem, web
from service.publicity import queries, usecases
from service.publicity.documents import owed_document, public_document, record_document
from service.publicity.schemas import (
    NewPublicationActSchema,
    PublicationActMadeSchema,
    PublicationPageSchema,
    PublicationsArguments,
    PublicationWorklistArguments,
    PublicationWorklistSchema,
    PublicityArguments,
    PublicityRecordsSchema,
)

if TYPE_CHECKING:
    from service.register import EntityFacts

blueprint = web.Blueprint("publicity", __name__, url_prefix="/v1", description="What is public, and until when")


@blueprint.get("/entities/<key>/publicity")
@blueprint.arguments(PublicityArguments, location="query")
@blueprint.response(200, PublicityRecordsSchema)
def of_entity(arguments: dict[str, Any], key: str) -> Response:
    """The records of an entity on a day: public or not and why, until when, what is owed and what was done."""
    now = web.database().clock.now()
    with web.reader() as session:
        entity = queries.entity_of(session, key)
        _allow(entity)
        found = queries.records_of(session, entity, now=now, as_of=arguments["as_of"])
    return jsonify({"entity": entity.key, "items": [record_document(one) for one in found]})


@blueprint.get("/publications")
@blueprint.arguments(PublicationsArguments, location="query")
@blueprint.response(200, PublicationPageSchema)
def public(arguments: dict[str, Any]) -> Response:
    """What is public today: shown somewhere, and shown by law."""
    page = web.page_of(arguments, int)
    asked = {name: arguments[name] for name in ("entity", "authority")}
    with web.reader() as session:
        rows = queries.public_records(
            session, **asked, now=web.database().clock.now(), after=page.after_number, limit=page.limit + 1
        )
    kept, following = web.cut(rows, page, lambda one: (one.decision.event,))
    body = {"items": [public_document(one) for one in kept]}
    tag = [sha256(orjson.dumps([body, following])).hexdigest()]
    return web.unchanged(tag) or web.tagged(web.link_next(jsonify(body), following), tag, private=False)


@blueprint.get("/publication-worklist")
@blueprint.arguments(PublicationWorklistArguments, location="query")
@blueprint.response(200, PublicationWorklistSchema)
def owed(arguments: dict[str, Any]) -> Response:
    """What is owed about records in the caller's scope and not done, with alarms."""
    with web.reader() as session:
        found = queries.worklist(session, web.actor(), now=web.database().clock.now(), limit=arguments["limit"])
    return jsonify({"items": [owed_document(one) for one in found]})


@blueprint.post("/events/<int:event_id>/publication-acts")
@blueprint.arguments(NewPublicationActSchema)
@blueprint.response(201, PublicationActMadeSchema)
def act(said: dict[str, Any], event_id: int) -> Response:
    """Record what was done about a record: shown, handed on, changed, taken down, marked, confirmed by who held it."""
    with web.unit_of_work() as uow:
        number = usecases.record_publication_act(uow=uow, event=event_id, **said)
    answer = jsonify({"id": number})
    answer.status_code = 201
    return answer


def _allow(entity: EntityFacts) -> None:
    """Everybody asks within their scope, an entity about itself; a named person's look-up is noted first."""
    actor = web.actor()
    if (actor.role == "entity" and actor.subject != entity.key) or not actor.may_see(entity.authority, entity.region):
        raise Problem("out_of_scope")
    note = web.notes().note_now if entity.natural_person else web.notes().note
    note(actor, "publicity", entity.key)
