"""Publicity over HTTP: what is public, what is owed, and what was done."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, jsonify

from service.platform import Problem, Role, sheet, web
from service.publicity import acknowledging, comparing, exporting, queries, recipients, usecases
from service.publicity.documents import owed_document, public_document, record_document
from service.publicity.schemas import (
    AcknowledgementSchema,
    ComparisonMadeSchema,
    ComparisonPageSchema,
    ComparisonsArguments,
    DoublePublicityArguments,
    DoublePublicitySchema,
    NewAcknowledgementSchema,
    NewComparisonSchema,
    NewPublicationActSchema,
    PublicationActMadeSchema,
    PublicationPageSchema,
    PublicationsArguments,
    PublicationWorklistArguments,
    PublicationWorklistSchema,
    PublicityArguments,
    PublicityRecordsSchema,
    RecipientsSchema,
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
    """What is public today: shown somewhere, and shown by law; by number, or what was shown last first."""
    page = web.page_of(arguments, int)
    asked = {name: arguments[name] for name in ("entity", "name", "authority")}
    with web.reader() as session:
        listed = queries.newest_public_records if page.newest else queries.public_records
        rows = listed(session, **asked, now=web.database().clock.now(), after=page.after_number, limit=page.limit + 1)
    kept, following = web.cut(rows, page, queries.last_shown if page.newest else lambda one: (one.decision.event,))
    body = {"items": [public_document(one) for one in kept]}
    tag = [sha256(orjson.dumps([body, following])).hexdigest()]
    return web.unchanged(tag) or web.tagged(web.link_next(jsonify(body), following), tag, private=False)


@blueprint.get("/publication-worklist")
@blueprint.arguments(PublicationWorklistArguments, location="query")
@blueprint.response(200, PublicationWorklistSchema)
def owed(arguments: dict[str, Any]) -> Response:
    """What is owed about records in the caller's scope and not done, with alarms; to a partner what it owes itself."""
    with web.reader() as session:
        actor = web.actor()
        listed = recipients.owed_to_confirm if actor.role is Role.PARTNER else queries.worklist
        found = listed(session, actor, now=web.database().clock.now(), limit=arguments["limit"])
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


@blueprint.post("/events/<int:event_id>/takedown-acknowledgements")
@blueprint.arguments(NewAcknowledgementSchema)
@blueprint.response(201, AcknowledgementSchema)
@blueprint.alt_response(200, schema=AcknowledgementSchema, description="The same was said before")
def acknowledge(said: dict[str, Any], event_id: int) -> Response:
    """Confirm that a record was taken down at a place; said by the partner that speaks for it."""
    with web.unit_of_work() as uow:
        done = acknowledging.acknowledge_takedown(uow=uow, event=event_id, **said)
    answer = jsonify({"id": done.id, "recorded_at": done.recorded_at.isoformat()})
    answer.headers["Idempotency-Hit"] = "true" if done.held else "false"
    answer.status_code = 200 if done.held else 201
    return answer


@blueprint.get("/publication-recipients")
@blueprint.response(200, RecipientsSchema)
def known_recipients() -> Response:
    """The places that speak for themselves, each with its newest comparison, and whether one is late."""
    with web.reader() as session:
        found = recipients.known_recipients(session, now=web.database().clock.now())
    return jsonify({"items": found})


@blueprint.get("/double-publicity.csv")
@blueprint.arguments(DoublePublicityArguments, location="query")
@blueprint.response(200, content_type="text/csv")
def double_publicity_sheet(arguments: dict[str, Any]) -> Response:
    """Penalties in the national field set; rows with a fault are left out and told by `/v1/double-publicity`."""
    rows = [row for row in _rows(arguments) if not row.faults]
    answer = Response(sheet(exporting.columns(), (row.cells for row in rows)), mimetype="text/csv")
    name = f"double-publicity-{arguments['since']}-{arguments['until']}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.get("/double-publicity")
@blueprint.arguments(DoublePublicityArguments, location="query")
@blueprint.response(200, DoublePublicitySchema)
def double_publicity_check(arguments: dict[str, Any]) -> Response:
    """How many penalties go into the sheet, and what is wrong with each of the others."""
    rows = _rows(arguments)
    refused = [row for row in rows if row.faults]
    language = web.language()
    told = [
        {
            "event": row.of.decision.event,
            "entity": row.of.entity.key,
            "errors": [fault.member(language) for fault in row.faults],
        }
        for row in refused
    ]
    return jsonify({"good": len(rows) - len(refused), "refused": told})


@blueprint.post("/publication-comparisons")
@blueprint.arguments(NewComparisonSchema)
@blueprint.response(201, ComparisonMadeSchema)
def compare(said: dict[str, Any]) -> Response:
    """Hold what a recipient shows against what it should; the differences come back and are kept."""
    with web.unit_of_work() as uow:
        found = comparing.compare_holdings(uow=uow, **said)
    surplus = [{"event": number, "why": why} for number, why in found.surplus]
    answer = jsonify({**found._asdict(), "surplus": surplus})
    answer.status_code = 201
    return answer


@blueprint.get("/publication-comparisons")
@blueprint.arguments(ComparisonsArguments, location="query")
@blueprint.response(200, ComparisonPageSchema)
def compared(arguments: dict[str, Any]) -> Response:
    """Comparisons that were made, the oldest first."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        rows = comparing.comparisons(session, place=arguments["place"], after=page.after_number, limit=page.limit + 1)
    kept, following = web.cut(rows, page, lambda row: (row["id"],))
    return web.link_next(jsonify({"items": kept}), following)


def _rows(arguments: dict[str, Any]) -> list[exporting.Row]:
    """The rows asked for; who exports is noted, and under each natural person first."""
    actor, asked = web.actor(), {name: day.isoformat() for name, day in arguments.items()}
    with web.reader() as session:
        rows = list(exporting.double_publicity(session, actor, now=web.database().clock.now(), **arguments))
    persons = sorted({row.of.entity.key for row in rows if row.of.entity.natural_person})
    web.notes().note_each_now(actor, "double_publicity", persons, asked)
    web.notes().note(actor, "double_publicity", "penalties", asked)
    return rows


def _allow(entity: EntityFacts) -> None:
    """Everybody asks within their scope, an entity about itself; a named person's look-up is noted first."""
    actor = web.actor()
    if (actor.role == "entity" and actor.subject != entity.key) or not actor.may_see(entity.authority, entity.region):
        raise Problem("out_of_scope")
    note = web.notes().note_now if entity.natural_person else web.notes().note
    note(actor, "publicity", entity.key)
