"""What the tier would be with a piece of evidence, told before it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Response, jsonify

from service import evidence
from service.platform import Problem, web
from service.ratings import queries
from service.ratings.audience import audience_of
from service.ratings.routes.asking import asked_key, note_question
from service.ratings.routes.blueprint import blueprint
from service.ratings.schemas import PreviewSchema
from service.ratings.words import in_words, reason_told

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

GREATEST: Final = (1 << 63) - 1
_TOLD = ("as_of", "state", "tier", "next_change_on", "disputed")


def _body(name: str) -> dict[str, Any]:
    """The body of another route in the API's document; the room of evidence reads it."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@blueprint.post("/entities/<key>/tier/preview")
@blueprint.doc(**_body("EventBody"))
@blueprint.response(200, PreviewSchema)
def preview_event(key: str) -> Response:
    """The tier now and with an event, as `POST /v1/events` takes it; nothing is recorded."""
    asked, body = asked_key(key), web.json_body()
    if body.get("entity") != asked:
        raise Problem("tier_preview_of_another", pointer="/entity", key=asked)
    with web.unit_of_work() as uow:
        before = _told(uow.session, asked, uow.now, note=True)
        supposed = evidence.suppose_event(uow=uow, body=body)
        return _answer(before, supposed, _told(uow.session, asked, uow.now))


@blueprint.post("/events/<int:event_id>/acts/preview")
@blueprint.doc(**_body("ActBody"))
@blueprint.response(200, PreviewSchema)
def preview_act(event_id: int) -> Response:
    """The tier now and with an act on an event, as `POST /v1/events/{id}/acts` takes it; nothing is recorded."""
    body = web.json_body()
    with web.reader() as session:
        found = evidence.event_record(session, event_id)
    if found is None:
        raise Problem("event_not_found", value=event_id)
    key = found[1].key
    with web.unit_of_work() as uow:
        before = _told(uow.session, key, uow.now, note=True)
        supposed = evidence.suppose_act(uow=uow, event_id=event_id, body=body)
        return _answer(before, supposed, _told(uow.session, key, uow.now))


@blueprint.get("/act-proposals/<int:proposal_id>/preview")
@blueprint.response(200, PreviewSchema)
def preview_proposal(proposal_id: int) -> Response:
    """The tier now and with a proposed act confirmed; nothing is recorded."""
    if proposal_id > GREATEST:
        raise Problem("act_proposal_not_found", proposal=proposal_id)
    with web.unit_of_work() as uow:
        key, stand = evidence.suppose_proposed(uow=uow, proposal_id=proposal_id)
        before = _told(uow.session, key, uow.now, note=True)
        supposed = stand()
        return _answer(before, supposed, _told(uow.session, key, uow.now))


def _told(session: Session, key: str, now: datetime, *, note: bool = False) -> dict[str, Any]:
    """What is told of an entity as it stands in this transaction; the look-up is noted where ``note`` says so."""
    found = queries.current(session, key, now)
    if found is None:
        raise Problem("tier_entity_unknown", key=key)
    audience = audience_of(web.actor(), key=found.key, authority=found.authority, region=found.region)
    if note:
        note_question(found.key, audience, {}, named=found.natural_person, what="tier preview")
    sentences = {
        one.kind: [{"part": part, "text": text} for part, text in one.sentences]
        for one in in_words(session, found, web.language())
    }
    told = {name: getattr(found, name) for name in _TOLD}
    return {**told, "reason": reason_told(found, web.language()), "kinds": found.summary, "words": sentences}


def _answer(before: dict[str, Any], supposed: evidence.Supposed, after: dict[str, Any]) -> Response:
    said = {"entity": supposed.entity, "held": supposed.held, "takes_two": supposed.takes_two}
    warnings = evidence.faults_document(supposed.warnings, web.language())
    return jsonify({**said, "warnings": warnings, "before": before, "after": after})
