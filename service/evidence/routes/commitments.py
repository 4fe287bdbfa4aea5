"""Commitments over HTTP: recorded, listed by entity and by day, settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.evidence.commitments import commitment_types
from service.evidence.documents import commitment_document
from service.evidence.queries.catalogue import catalogue
from service.evidence.queries.commitments import CommitmentFilter, commitment, commitments
from service.evidence.queries.records import entity_facts
from service.evidence.routes.asking import allow, note_question
from service.evidence.routes.blueprint import blueprint
from service.evidence.routes.bodies import body_document, receipt_answer
from service.evidence.schemas.commitments import (
    CommitmentAnswer,
    CommitmentBody,
    CommitmentPage,
    CommitmentReceiptAnswer,
    CommitmentsArguments,
    CommitmentTypeAnswer,
    OutcomeAnswer,
    OutcomeBody,
)
from service.evidence.usecases import record_commitment, settle_commitment
from service.platform import Problem, position_at, web

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.register import EntityFacts


@blueprint.get("/commitment-types")
@blueprint.response(200, CommitmentTypeAnswer(many=True))
def get_commitment_types() -> Response:
    """The types of commitment, each with the event codes that its outcomes become."""
    return jsonify([kind._asdict() for kind in commitment_types().values()])


@blueprint.post("/commitments")
@blueprint.doc(**body_document(CommitmentBody))
@blueprint.response(201, CommitmentReceiptAnswer)
@blueprint.alt_response(200, schema=CommitmentReceiptAnswer, description="Held before")
def post_commitment() -> Response:
    """Record what an entity promised; it scores nothing before it has an outcome."""
    body = web.json_body()
    known = catalogue(web.database(), afresh="kinds" in body)
    with web.unit_of_work() as uow:
        receipt = record_commitment(uow=uow, body=body, catalogue=known)
    return receipt_answer({"id": receipt.id, "held": receipt.held}, held=receipt.held)


@blueprint.post("/commitments/<int:commitment_id>/outcome")
@blueprint.doc(**body_document(OutcomeBody))
@blueprint.response(201, OutcomeAnswer)
@blueprint.alt_response(200, schema=OutcomeAnswer, description="Held before")
def post_outcome(commitment_id: int) -> Response:
    """Record what became of a commitment: kept, broken or withdrawn; the first two become an event."""
    body = web.json_body()
    known = catalogue(web.database(), afresh=True)
    with web.unit_of_work() as uow:
        receipt = settle_commitment(uow=uow, commitment_id=commitment_id, body=body, catalogue=known)
    return receipt_answer({"id": receipt.id, "held": receipt.held, "event": receipt.event}, held=receipt.held)


@blueprint.get("/commitments/<int:commitment_id>")
@blueprint.response(200, CommitmentAnswer)
def get_commitment(commitment_id: int) -> Response:
    """One commitment and how it stands today."""
    with web.reader() as session:
        row = commitment(session, commitment_id, web.database().clock.now())
        if row is None:
            raise Problem("commitment_not_found", value=commitment_id)
        _asked(session, row.entity, {"commitment": commitment_id})
    return jsonify(commitment_document(row))


@blueprint.get("/commitments")
@blueprint.arguments(CommitmentsArguments, location="query")
@blueprint.response(200, CommitmentPage)
def get_commitments(arguments: dict[str, Any]) -> Response:
    """Commitments in the caller's scope: of an entity, due by a day, or in a state such as overdue, by both clocks."""
    page = web.page_of(arguments, int)
    actor = web.actor()
    key = arguments.get("entity") or actor.subject
    with web.reader() as session:
        number = None if key is None else _asked(session, key, {"state": arguments.get("state")}).id
        known_at = arguments.get("known_at")
        position = None if known_at is None else position_at(session, known_at)
        given = {name: arguments.get(name) for name in ("due_by", "state", "as_of")}
        wanted = CommitmentFilter(entity=number, position=position, **given)
        after = int(page.after[0]) if page.after else 0
        now = web.database().clock.now()
        found = commitments(session, actor, now, wanted, after=after, limit=page.limit + 1)
    rows, following = web.cut(found, page, lambda row: (row.id,))
    return web.link_next(jsonify(items=[commitment_document(row) for row in rows]), following)


def _asked(session: Session, key: str, detail: dict[str, Any]) -> EntityFacts:
    """The entity that a question is about; noted before it is answered."""
    entity = entity_facts(session, key)
    if entity is None:
        raise Problem("entity_not_found", key=key[:80])
    allow(entity)
    note_question(entity, "commitments", {"question": "commitments", **detail})
    return entity
