"""Replies over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from service.platform import Problem, web
from service.repairs.replies import queries, usecases
from service.repairs.replies.rules import grounds, reply_rules
from service.repairs.replies.schemas import (
    PublicRepliesSchema,
    RepliesArguments,
    ReplyBodySchema,
    ReplyDecisionSchema,
    ReplyListSchema,
    ReplyMadeSchema,
    ReplyRulesSchema,
)

if TYPE_CHECKING:
    from flask import Response

blueprint = web.Blueprint("replies", __name__, url_prefix="/v1", description="What entities say beside what is public")


@blueprint.get("/reply-rules")
@blueprint.response(200, ReplyRulesSchema)
def rules() -> dict[str, Any]:
    """How long a reply may be, how soon it is looked at, and the grounds on which it is kept from the public."""
    known = {name: reply_rules()[name] for name in ("longest", "days")}
    return {**known, "items": [{"code": code, **names} for code, names in grounds().items()]}


@blueprint.post("/replies")
@blueprint.arguments(ReplyBodySchema)
@blueprint.response(201, ReplyMadeSchema)
def say(body: dict[str, Any]) -> dict[str, int]:
    """Say something beside a record or result of one's own; public once staff have found nothing unlawful in it."""
    with web.unit_of_work() as uow:
        return {"id": usecases.say(uow, about=body["about"], reference=body["reference"], said=body["text"])}


@blueprint.get("/replies")
@blueprint.arguments(RepliesArguments, location="query")
@blueprint.response(200, PublicRepliesSchema)
def public(arguments: dict[str, Any]) -> Response:
    """The replies beside some records or results that are public today."""
    references = set(arguments["references"].split(","))
    now = web.database().clock.now()
    with web.reader() as session:
        found = queries.public_replies(session, arguments["about"], references, now=now)
    return jsonify({"items": found})


@blueprint.get("/entities/<key>/replies")
@blueprint.response(200, ReplyListSchema)
def own(key: str) -> Response:
    """What the entity has said, newest first, with what became of each."""
    if web.actor().subject != key:
        raise Problem("entity_not_found", key=key[:80])
    with web.reader() as session:
        found = queries.own_replies(session, web.actor())
    return jsonify({"items": found})


@blueprint.get("/reply-worklist")
@blueprint.response(200, ReplyListSchema)
def waiting() -> Response:
    """The replies in the caller's scope that wait to be looked at, oldest first."""
    with web.reader() as session:
        found = queries.waiting_replies(session, web.actor(), now=web.database().clock.now())
    return jsonify({"items": found})


@blueprint.post("/replies/<int:reply>/decision")
@blueprint.arguments(ReplyDecisionSchema)
@blueprint.response(204)
def decide(body: dict[str, Any], reply: int) -> Response:
    """Let a reply be public, or keep it from the public on a ground and with a reason."""
    return web.act(usecases.screen, reply=reply, **body)


@blueprint.post("/replies/<int:reply>/withdrawal")
@blueprint.response(204)
def withdraw(reply: int) -> Response:
    """Take back a reply of one's own."""
    return web.act(usecases.take_back, reply=reply)
