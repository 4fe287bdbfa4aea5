"""Measures over HTTP: recorded, listed by scope and by entity, lifted by an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.evidence.documents import measure_document, without_name
from service.evidence.measures import measure_kinds
from service.evidence.queries.measures import MeasureFilter, measure, measures
from service.evidence.queries.records import entity_facts
from service.evidence.routes.asking import allow, note_question
from service.evidence.routes.blueprint import blueprint
from service.evidence.routes.bodies import body_document, receipt_answer
from service.evidence.schemas.measures import (
    EntityMeasuresArguments,
    MeasureAnswer,
    MeasureBody,
    MeasureKindAnswer,
    MeasureLiftingBody,
    MeasurePage,
    MeasureReceiptAnswer,
    MeasuresArguments,
)
from service.evidence.usecases import impose_measure, lift_measure
from service.platform import Problem, Role, position_at, web

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.register import EntityFacts

_IN_FORCE = "in_force"


@blueprint.get("/measure-kinds")
@blueprint.response(200, MeasureKindAnswer(many=True))
def get_measure_kinds() -> Response:
    """The kinds of measure, each with whether a repair lifts it."""
    return jsonify([kind._asdict() for kind in measure_kinds().values()])


@blueprint.post("/measures")
@blueprint.doc(**body_document(MeasureBody))
@blueprint.response(201, MeasureReceiptAnswer)
@blueprint.alt_response(200, schema=MeasureReceiptAnswer, description="Held before")
def post_measure() -> Response:
    """Record a measure that was ordered because of a record."""
    body = web.json_body()
    with web.unit_of_work() as uow:
        receipt = impose_measure(uow=uow, body=body)
    return receipt_answer(receipt._asdict(), held=receipt.held)


@blueprint.post("/measures/<int:measure_id>/lifting")
@blueprint.doc(**body_document(MeasureLiftingBody))
@blueprint.response(201, MeasureReceiptAnswer)
@blueprint.alt_response(200, schema=MeasureReceiptAnswer, description="Held before")
def post_lifting(measure_id: int) -> Response:
    """Record the order that lifts a measure; repairs and annulments lift theirs by themselves."""
    body = web.json_body()
    with web.unit_of_work() as uow:
        receipt = lift_measure(uow=uow, measure_id=measure_id, body=body)
    return receipt_answer(receipt._asdict(), held=receipt.held)


@blueprint.get("/measures/<int:measure_id>")
@blueprint.response(200, MeasureAnswer)
def get_measure(measure_id: int) -> Response:
    """One measure with what happened to it, as it stands today."""
    with web.reader() as session:
        row = measure(session, measure_id, web.database().clock.now())
        if row is None:
            raise Problem("measure_not_found", value=measure_id)
        _asked(session, row.entity, "measures", {"measure": measure_id})
    return jsonify(measure_document(row))


@blueprint.get("/measures")
@blueprint.arguments(MeasuresArguments, location="query")
@blueprint.response(200, MeasurePage)
def get_measures(arguments: dict[str, Any]) -> Response:
    """Measures in the caller's scope, an entity's own: in a state, as they stood on a day and were known then."""
    actor = web.actor()
    with web.reader() as session:
        own = None if actor.subject is None else _asked(session, actor.subject, "measures", {})
        answer, persons = _page(session, arguments, own)
    web.notes().note_each_now(actor, "measures", persons)
    return answer


@blueprint.get("/entities/<key>/measures")
@blueprint.arguments(EntityMeasuresArguments, location="query")
@blueprint.response(200, MeasurePage)
def get_entity_measures(arguments: dict[str, Any], key: str) -> Response:
    """The measures against an entity.

    A partner says for which purpose, and is told those in force alone, with the names of natural persons masked.
    """
    if web.actor().role is Role.PARTNER:
        if "purpose" not in arguments:
            raise Problem("purpose_missing", pointer="/purpose")
        arguments = {**arguments, "state": _IN_FORCE}
    with web.reader() as session:
        asked: dict[str, Any] = {name: str(arguments[name]) for name in ("state", "as_of") if name in arguments}
        entity = _asked(session, key, arguments.get("purpose", "measures"), asked)
        answer, _ = _page(session, arguments, entity)
    return answer


def _page(session: Session, arguments: dict[str, Any], entity: EntityFacts | None) -> tuple[Response, dict[str, None]]:
    """A page of measures, and the natural persons among those whom they bind."""
    page = web.page_of(arguments, int)
    known_at = arguments.get("known_at")
    position = None if known_at is None else position_at(session, known_at)
    given = {name: arguments.get(name) for name in ("state", "as_of")}
    wanted = MeasureFilter(entities=None if entity is None else [entity.id], position=position, **given)
    now = web.database().clock.now()
    found = measures(session, web.actor(), now, wanted, after=page.after_number, limit=page.limit + 1)
    rows, following = web.cut(found, page, lambda row: (row.id,))
    persons = dict.fromkeys(row.entity for row in rows if row.natural_person)
    items = [measure_document(row) for row in rows]
    if entity is not None and web.actor().role is Role.PARTNER:
        items = without_name(items, entity)
    return web.link_next(jsonify(items=items), following), persons


def _asked(session: Session, key: str, purpose: str, detail: dict[str, Any]) -> EntityFacts:
    """The entity that a question is about; noted before it is answered."""
    entity = entity_facts(session, key)
    if entity is None:
        raise Problem("entity_not_found", key=key[:80])
    allow(entity)
    note_question(entity, purpose, {"question": "measures", **detail})
    return entity
