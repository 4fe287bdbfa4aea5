"""The catalogues that bodies of evidence draw on."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.evidence.named import attributes, severities
from service.evidence.penalties import penalty_kinds
from service.evidence.queries.catalogue import catalogue, read_catalogue
from service.evidence.routes.blueprint import blueprint
from service.evidence.schemas.answers import (
    DecisionKindAnswer,
    EventAttributeAnswer,
    EventCodeAnswer,
    EventCodeBody,
    PenaltyKindAnswer,
    SeverityAnswer,
)
from service.evidence.usecases import add_code
from service.platform import web


@blueprint.get("/decision-kinds")
@blueprint.response(200, DecisionKindAnswer(many=True))
def get_kinds() -> Response:
    """The kinds of decision; only final ones score."""
    known = catalogue(web.database(), afresh=True)
    return jsonify([kind._asdict() for _, kind in sorted(known.kinds.items())])


@blueprint.get("/penalty-kinds")
@blueprint.response(200, PenaltyKindAnswer(many=True))
def get_penalty_kinds() -> Response:
    """The kinds of penalty that a decision may list."""
    return jsonify([kind._asdict() for kind in penalty_kinds().values()])


@blueprint.get("/event-attributes")
@blueprint.response(200, EventAttributeAnswer(many=True))
def get_attributes() -> Response:
    """The attributes of events that shipped editions read, with the values that they know; others may be written."""
    return jsonify([{**one._asdict(), "values": [each._asdict() for each in one.values]} for one in attributes()])


@blueprint.get("/severities")
@blueprint.response(200, SeverityAnswer(many=True))
def get_severities() -> Response:
    """What the severities of events are called; one of an authority's own edition may be none of them."""
    return jsonify([one._asdict() for one in severities()])


@blueprint.get("/event-codes")
@blueprint.response(200, EventCodeAnswer(many=True))
def get_codes() -> Response:
    """The codes that events may carry."""
    known = catalogue(web.database(), afresh=True)
    return jsonify([code._asdict() for _, code in sorted(known.codes.items())])


@blueprint.post("/event-codes")
@blueprint.arguments(EventCodeBody)
@blueprint.response(201, EventCodeAnswer)
@blueprint.alt_response(200, schema=EventCodeAnswer, description="Held before")
def post_code(arguments: dict[str, Any]) -> Response:
    """Add a code; codes are never changed or taken away."""
    names = {"zh": arguments["zh"], "en": arguments["en"]}
    with web.unit_of_work() as uow:
        added = add_code(uow=uow, code=arguments["code"], names=names, kinds=arguments["kinds"])
        weighed = read_catalogue(uow.session).codes[arguments["code"]].severities
    response = jsonify(code=arguments["code"], names=names, kinds=arguments["kinds"], severities=weighed)
    response.status_code = 201 if added else 200
    return response
