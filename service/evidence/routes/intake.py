"""Evidence coming in, one by one and in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from service.evidence.documents import faults_document
from service.evidence.intake.two_persons import takes_two
from service.evidence.queries.catalogue import catalogue
from service.evidence.routes.backlog import refuse_unrated
from service.evidence.routes.blueprint import blueprint
from service.evidence.routes.bodies import body_document, receipt_answer
from service.evidence.routes.proposals import proposal_answer
from service.evidence.schemas import EventBody, OccasionBody
from service.evidence.schemas.answers import BATCH, ActAnswer, ActBody, EventBatchAnswer, EventBatchBody, ReceiptAnswer
from service.evidence.schemas.proposals import ActProposalAnswer
from service.evidence.usecases import propose_act, record, record_act, record_at_once, record_batch
from service.evidence.usecases.recording import drafted
from service.platform import Problem, web

if TYPE_CHECKING:
    from service.evidence.catalogue import Catalogue

TAKES_TWO = "act_takes_two"
"""What recording says of an act that waits for another person in the light of what is known of its event."""


@blueprint.post("/events")
@blueprint.doc(**body_document(EventBody, EventBatchBody))
@blueprint.response(201, ReceiptAnswer)
@blueprint.alt_response(200, schema=EventBatchAnswer, description="Held before, or a batch")
def post_events() -> Response:
    """Record one event, or a batch: {"events": […], "mode": "all" or "good"}."""
    refuse_unrated()
    body = web.json_body()
    return _batch(body) if "events" in body else _one(body, occasion=False)


@blueprint.post("/occasions")
@blueprint.doc(**body_document(OccasionBody))
@blueprint.response(201, ReceiptAnswer)
@blueprint.alt_response(200, schema=ReceiptAnswer, description="Held before")
def post_occasion() -> Response:
    """Record one inspection as such, with or without findings."""
    refuse_unrated()
    return _one(web.json_body(), occasion=True)


@blueprint.post("/events/<int:event_id>/acts")
@blueprint.doc(**body_document(ActBody))
@blueprint.response(201, ActAnswer)
@blueprint.alt_response(200, schema=ActAnswer, description="Held before")
@blueprint.alt_response(202, schema=ActProposalAnswer, description="Proposed: another person decides")
def post_act(event_id: int) -> Response:
    """Correct, annul, repair, dispute or withdraw a recorded event, or say that it was corrected or performed."""
    refuse_unrated()
    body = web.json_body()
    known = catalogue(web.database(), afresh=body.get("act") == "correction")
    if takes_two(body.get("act"), web.actor()):
        return _proposed(event_id, body, known)
    try:
        with web.unit_of_work() as uow:
            receipt = record_act(uow=uow, event_id=event_id, body=body, catalogue=known)
    except Problem as problem:
        if problem.code != TAKES_TWO:
            raise
        return _proposed(event_id, body, known)
    told = {"id": receipt.id, "event": receipt.event_id, "held": receipt.held}
    warnings = faults_document(receipt.warnings, web.language())
    return receipt_answer({**told, "warnings": warnings}, held=receipt.held)


def _proposed(event_id: int, body: dict[str, Any], known: Catalogue) -> Response:
    with web.unit_of_work() as uow:
        proposed = propose_act(uow=uow, event_id=event_id, body=body, catalogue=known)
    return proposal_answer(proposed)


def _one(body: dict[str, Any], *, occasion: bool) -> Response:
    database = web.database()
    draft = drafted(database, web.actor(), body, occasion=occasion)
    if "Idempotency-Key" in request.headers:
        with web.unit_of_work() as uow:
            receipt = record(uow=uow, draft=draft)
    else:
        receipt = record_at_once(database=database, actor=web.actor(), draft=draft)
    warnings = faults_document(receipt.warnings, web.language())
    return receipt_answer({"id": receipt.id, "held": receipt.held, "warnings": warnings}, held=receipt.held)


def _batch(body: dict[str, Any]) -> Response:
    events, mode = body["events"], body.get("mode", "all")
    if not isinstance(events, list):
        raise Problem("not_a_list", pointer="/events")
    if not 1 <= len(events) <= BATCH:
        raise Problem("wrong_length", pointer="/events", min=1, max=BATCH)
    if mode not in {"all", "good"}:
        raise Problem("not_a_choice", pointer="/mode", choices="all, good")
    unknown = sorted(set(body) - {"events", "mode"})
    if unknown:
        raise Problem("field_unknown", pointer=f"/{unknown[0]}")
    known = catalogue(web.database(), afresh=True)
    with web.unit_of_work() as uow:
        items = record_batch(uow=uow, bodies=events, mode=mode, catalogue=known)
    told = [
        {
            "id": item.id,
            "outcome": "refused" if item.id is None else "held" if item.held else "stored",
            "said": faults_document(item.said, web.language()),
        }
        for item in items
    ]
    counts = {name: sum(item["outcome"] == name for item in told) for name in ("stored", "held", "refused")}
    return jsonify({**counts, "items": told})
