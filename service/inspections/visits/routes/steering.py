"""Visits as staff steer them: files, teams, proposals, publication, orders to correct."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.inspections.visits import queries, usecases
from service.inspections.visits.routes.blueprint import blueprint, members_of, note_looks, opening
from service.inspections.visits.schemas import (
    MergeDecisionSchema,
    OrderClosureSchema,
    RecheckSchema,
    RectificationOrderSchema,
    SeatChangeSchema,
    VisitFileSchema,
    VisitPublicationSchema,
    VisitReasonSchema,
    VisitsOpenedSchema,
    VisitWorklistArguments,
    VisitWorklistSchema,
)
from service.inspections.visits.veil import veil_of
from service.platform import Problem, web


@blueprint.post("/visits/<number>/files")
@blueprint.doc(requestBody=web.FILE_BODY)
@blueprint.response(201, VisitFileSchema)
@web.streams_body
def attach(number: str) -> Response:
    """Attach a file of evidence; findings name it by its SHA-256."""
    return web.keep_sent_file(lambda uow, content: usecases.attach_file(uow, number=number, content=content))


@blueprint.get("/visits/<number>/files/<digest>")
@blueprint.response(200, content_type="application/octet-stream")
def fetch(number: str, digest: str) -> Response:
    """A file of evidence, as it was sent."""
    with web.reader() as session:
        content = queries.visit_file(session, web.actor(), number, digest)
    return web.send_file(content, digest)


@blueprint.post("/visits/<number>/cancellation")
@blueprint.arguments(VisitReasonSchema)
@blueprint.response(204)
def cancel(said: dict[str, Any], number: str) -> Response:
    """Call a visit off before it is recorded."""
    return web.act(usecases.cancel_visit, number=number, **said)


@blueprint.post("/visits/<number>/members")
@blueprint.arguments(SeatChangeSchema)
@blueprint.response(204)
def change_member(said: dict[str, Any], number: str) -> Response:
    """Put another inspector on a seat, with the reason why."""
    return web.act(usecases.change_member, number=number, **said)


@blueprint.post("/visits/<number>/publication")
@blueprint.arguments(VisitPublicationSchema)
@blueprint.response(204)
def publish(said: dict[str, Any], number: str) -> Response:
    """Say where an audited result was made public."""
    return web.act(usecases.publish_visit, number=number, **said)


@blueprint.post("/visits/<number>/register-proposal")
@blueprint.arguments(MergeDecisionSchema)
@blueprint.response(204)
def decide_proposal(said: dict[str, Any], number: str) -> Response:
    """Accept or refuse what a result proposes to the register."""
    return web.act(usecases.decide_register_proposal, number=number, **said)


@blueprint.post("/visit-merges/<int:proposal>")
@blueprint.arguments(MergeDecisionSchema)
@blueprint.response(204)
def decide_merge(said: dict[str, Any], proposal: int) -> Response:
    """Make two visits one, or leave them two."""
    if proposal >= 1 << 63:
        raise Problem("visit_merge_not_found", proposal=proposal)
    return web.act(usecases.decide_merge, proposal=proposal, **said)


@blueprint.get("/rectification-orders/<number>")
@blueprint.response(200, RectificationOrderSchema)
def one_order(number: str) -> Response:
    """An order to correct, for the authorities of its visit, its inspectors, and the entity itself."""
    with web.reader() as session:
        return jsonify(queries.order_view(session, web.actor(), number))


@blueprint.post("/rectification-orders/<number>/rechecks")
@blueprint.arguments(RecheckSchema)
@blueprint.response(201, VisitsOpenedSchema)
def recheck(said: dict[str, Any], number: str) -> Response:
    """Dispatch a re-check of what failed."""
    window = (said["first_day"], said["last_day"])
    team = usecases.Team("", members_of(said["members"]))
    asked = {"order": number, "team": team, "window": window, "method": said["method"]}
    return opening(lambda uow: usecases.open_recheck(uow, **asked))


@blueprint.post("/rectification-orders/<number>/closure")
@blueprint.arguments(OrderClosureSchema)
@blueprint.response(204)
def close(said: dict[str, Any], number: str) -> Response:
    """Close an order to correct on papers."""
    return web.act(usecases.close_order, order=number, **said)


@blueprint.get("/visit-worklist")
@blueprint.arguments(VisitWorklistArguments, location="query")
@blueprint.response(200, VisitWorklistSchema)
def waiting(arguments: dict[str, Any]) -> Response:
    """What waits: results to publish, orders to correct, proposals to decide; what is due first comes first."""
    now = web.database().clock.now()
    with web.reader() as session:
        found = queries.worklist(session, web.actor(), now=now, limit=arguments["limit"], language=web.language())
        told = veil_of(session, web.actor()).told
    note_looks(dict.fromkeys(told, len(found["visits"])))
    return jsonify(found)
