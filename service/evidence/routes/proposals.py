"""Acts that wait for another person, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.evidence.bulk.jobs import GREATEST
from service.evidence.documents import faults_document
from service.evidence.queries.catalogue import catalogue
from service.evidence.queries.proposals import act_proposals
from service.evidence.routes.blueprint import blueprint
from service.evidence.schemas.proposals import ActDecisionBody, ActProposalAnswer, ActProposalPage
from service.evidence.usecases import decide_act
from service.platform import Problem, web

if TYPE_CHECKING:
    from service.evidence.usecases import Proposed


@blueprint.get("/act-proposals")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, ActProposalPage)
def get_act_proposals(arguments: dict[str, Any]) -> Response:
    """Acts on events that wait for an approver, within the caller's scope."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        read = act_proposals(session, web.actor(), after=page.after_number, limit=page.limit + 1)
    rows, following = web.cut(read, page, lambda row: (row.proposal,))
    persons = dict.fromkeys(row.entity for row in rows if row.natural_person)
    web.notes().note_each_now(web.actor(), "act_proposals", persons)
    return web.link_next(jsonify(ActProposalPage().dump({"items": rows})), following)


@blueprint.post("/act-proposals/<int:proposal_id>/decision")
@blueprint.arguments(ActDecisionBody)
@blueprint.response(200, ActProposalAnswer)
def post_act_decision(said: dict[str, Any], proposal_id: int) -> Response:
    """Confirm or reject a proposed act. Not by who proposed it."""
    if proposal_id > GREATEST:
        raise Problem("act_proposal_not_found", proposal=proposal_id)
    known = catalogue(web.database())
    with web.unit_of_work() as uow:
        decided = decide_act(uow=uow, proposal_id=proposal_id, catalogue=known, **said)
    return jsonify(_document(decided))


def proposal_answer(proposed: Proposed) -> Response:
    """202 for what is new, 200 for what was proposed before."""
    response = jsonify(_document(proposed))
    response.status_code = 200 if proposed.held else 202
    response.headers["Idempotency-Hit"] = "true" if proposed.held else "false"
    return response


def _document(proposed: Proposed) -> dict[str, Any]:
    named = {"proposal": proposed.id, "event": proposed.event_id}
    warnings = faults_document(proposed.warnings, web.language())
    return {**named, "state": proposed.state, "act": proposed.act, "held": proposed.held, "warnings": warnings}
