"""Ratings that wait for an approver, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scoring.kernel.days import DayError, parse_day
from service.platform import Problem, web
from service.ratings.proposals.worklist import waiting
from service.ratings.routes.blueprint import blueprint
from service.ratings.schemas import (
    ConfirmationSchema,
    DecidedSchema,
    ProposalListSchema,
    ProposalSchema,
    RejectionSchema,
    WorklistSchema,
)
from service.ratings.usecases import Decided, decide_proposal

if TYPE_CHECKING:
    from flask import Response

from flask import jsonify

_GREATEST = (1 << 63) - 1


@blueprint.get("/provisional-ratings")
@blueprint.arguments(WorklistSchema, location="query")
@blueprint.response(200, ProposalListSchema)
def worklist(arguments: dict[str, Any]) -> Response:
    """Tiers that are proposed and wait for an approver within the caller's scope, those due first before others."""
    page = web.page_of(arguments, str, int)
    with web.reader() as session:
        read = waiting(session, web.actor(), kind=arguments.get("kind"), after=_after(page.after), limit=page.limit + 1)
    rows, following = web.cut(read, page, lambda row: (row["due_on"].isoformat(), row["id"]))
    return web.link_next(jsonify({"items": ProposalSchema(many=True).dump(rows)}), following)


@blueprint.post("/provisional-ratings/<int:proposal_id>/confirmation")
@blueprint.arguments(ConfirmationSchema)
@blueprint.response(200, DecidedSchema)
def confirm(said: dict[str, Any], proposal_id: int) -> Decided:
    """Let a proposed tier take force. Not by someone who recorded a fact that it rests on."""
    return _decide(proposal_id, "confirmed", said["reason"])


@blueprint.post("/provisional-ratings/<int:proposal_id>/rejection")
@blueprint.arguments(RejectionSchema)
@blueprint.response(200, DecidedSchema)
def reject(said: dict[str, Any], proposal_id: int) -> Decided:
    """Keep the tier of before in force, with the reason. Not by someone who recorded a fact that it rests on."""
    return _decide(proposal_id, "rejected", said["reason"])


def _decide(proposal_id: int, outcome: Any, reason: str) -> Decided:  # noqa: ANN401 - one of two words
    if proposal_id > _GREATEST:
        raise Problem("proposal_not_found", proposal=proposal_id)
    with web.unit_of_work() as uow:
        return decide_proposal(uow=uow, proposal_id=proposal_id, outcome=outcome, reason=reason)


def _after(key: tuple[str | int, ...] | None) -> tuple[date, int]:
    if key is None:
        return date.min, 0
    try:
        return parse_day(str(key[0])), int(key[1])
    except DayError:
        raise Problem("invalid_cursor", pointer="/cursor") from None
