"""Questions about what is recorded, each with its purpose in the query log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.evidence.documents import event_document, without_name
from service.evidence.queries.catalogue import catalogue
from service.evidence.queries.records import decided, entity_facts, event_record, events_of
from service.evidence.queries.referred import events_referred
from service.evidence.routes.asking import allow, note_question, today_at
from service.evidence.routes.blueprint import blueprint
from service.evidence.schemas.answers import (
    ClockArguments,
    EventAnswer,
    EventListAnswer,
    EventPage,
    EventReferenceArguments,
    EventsArguments,
    FirstOffenceAnswer,
    FirstOffenceArguments,
    PenaltyRecordAnswer,
)
from service.platform import Problem, Role, position_at, web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from service.register import EntityFacts

MOST_REFERRED = 50
"""Records of one reference that are told."""


@blueprint.get("/events")
@blueprint.arguments(EventReferenceArguments, location="query")
@blueprint.response(200, EventListAnswer)
def get_referred(arguments: dict[str, Any]) -> Response:
    """Records within the caller's scope by the reference that a source gave them, or by their number."""
    with web.reader() as session:
        told = []
        for number in events_referred(session, arguments["reference"].strip(), limit=MOST_REFERRED):
            record, entity = event_record(session, number) or (None, None)
            if record is None or entity is None or not web.actor().may_see(entity.authority, entity.region):
                continue
            note_question(entity, "event", {"event": number})
            told.append(event_document(record, today_at(entity)))
        return jsonify({"items": told})


@blueprint.get("/events/<int:event_id>")
@blueprint.response(200, EventAnswer)
def get_event(event_id: int) -> Response:
    """One event as known now, with everything that was done to it."""
    with web.reader() as session:
        found = event_record(session, event_id)
        if found is None:
            raise Problem("event_not_found", value=event_id)
        record, entity = found
        allow(entity)
        note_question(entity, "event", {"event": event_id})
        return jsonify(event_document(record, today_at(entity)))


@blueprint.get("/entities/<key>/events")
@blueprint.arguments(EventsArguments, location="query")
@blueprint.response(200, EventPage)
def get_events(arguments: dict[str, Any], key: str) -> Response:
    """The events of an entity, as they stood on a day and were known at an instant."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        entity, as_of, position = _asked(session, key, arguments, "events")
        after = int(page.after[0]) if page.after else 0
        found = events_of(session, entity, position=position, after=after, limit=page.limit + 1)
    rows, following = web.cut(found, page, lambda record: (record.id,))
    items = [event_document(record, as_of) for record in rows]
    return web.link_next(jsonify(entity=entity.key, as_of=as_of, position=position, items=items), following)


@blueprint.get("/entities/<key>/first-offence")
@blueprint.arguments(FirstOffenceArguments, location="query")
@blueprint.response(200, FirstOffenceAnswer)
def get_first_offence(arguments: dict[str, Any], key: str) -> Response:
    """Whether an offence would be the entity's first (Administrative Penalty Law art. 33)."""
    code = arguments.get("code")
    known = catalogue(web.database())
    if code is not None and code not in known.codes:
        known = catalogue(web.database(), afresh=True)
    if code is not None and code not in known.codes:
        raise Problem("unknown_event_code", pointer="/code", value=code)
    offences = {kind.code for kind in known.kinds.values() if kind.offence}
    with web.reader() as session:
        entity, as_of, position = _asked(session, key, arguments, "first_offence")
        found = decided(session, entity, offences, as_of=as_of, position=position)
    earlier = [event_document(record, as_of) for record in found if code in {None, record.known.event.code}]
    return jsonify(entity=entity.key, code=code, as_of=as_of, first=not earlier, earlier=earlier)


@blueprint.get("/entities/<key>/penalty-record")
@blueprint.arguments(ClockArguments, location="query")
@blueprint.response(200, PenaltyRecordAnswer)
def get_penalty_record(arguments: dict[str, Any], key: str) -> Response:
    """The penalties of an entity, for a stated purpose; partners read a natural person's name masked."""
    if "purpose" not in arguments:
        raise Problem("purpose_missing", pointer="/purpose")
    penalties = {kind.code for kind in catalogue(web.database()).kinds.values() if kind.penalty}
    with web.reader() as session:
        entity, as_of, position = _asked(session, key, arguments, "penalty_record")
        found = decided(session, entity, penalties, as_of=as_of, position=position)
    documents = [event_document(record, as_of) for record in found]
    if web.actor().role is Role.PARTNER:
        documents = without_name(documents, entity)
    return jsonify(entity=entity.key, as_of=as_of, penalties=documents)


def _asked(
    session: Session, key: str, arguments: Mapping[str, Any], question: str
) -> tuple[EntityFacts, date, int | None]:
    """The entity, the day and the position that a question is about; noted before it is answered."""
    known_at = arguments.get("known_at")
    position = None if known_at is None else position_at(session, known_at)
    entity = entity_facts(session, key, position=position)
    if entity is None:
        raise Problem("entity_not_found", key=key[:80])
    allow(entity)
    as_of: date = arguments.get("as_of") or today_at(entity)
    detail = {"question": question, "as_of": as_of.isoformat(), "code": arguments.get("code")}
    note_question(entity, arguments.get("purpose", question), detail)
    return entity, as_of, position
