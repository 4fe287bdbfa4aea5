"""Webhooks over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.notices.webhooks import partners as acts
from service.notices.webhooks import queries
from service.notices.webhooks.networks import Networks
from service.notices.webhooks.redelivering import redeliver
from service.notices.webhooks.schemas import (
    AttemptListSchema,
    DeliveriesArguments,
    DeliveryListSchema,
    DeliverySchema,
    IssuedSecretSchema,
    PartnerBodySchema,
    PartnerChangesSchema,
    PartnerListSchema,
    PartnerSchema,
    ReasonSchema,
    RedeliveredSchema,
    RedeliveryBodySchema,
    SecretBodySchema,
    TopicListSchema,
)
from service.notices.webhooks.topics import topics
from service.platform import web

if TYPE_CHECKING:
    from service.notices.webhooks.partners import IssuedSecret
    from service.notices.webhooks.redelivering import Redelivered

blueprint = web.Blueprint("webhooks", __name__, url_prefix="/v1", description="Webhooks: who is told what, and whether")


@blueprint.get("/webhook-topics")
@blueprint.response(200, TopicListSchema)
def get_topics() -> dict[str, Any]:
    """What partners may be told."""
    rows = topics().items()
    return {"items": [{"topic": name, **row._asdict(), "carries": list(row.carries)} for name, row in rows]}


@blueprint.post("/webhook-partners")
@blueprint.arguments(PartnerBodySchema)
@blueprint.response(201, IssuedSecretSchema)
@web.tells_secret
def post_partner(body: dict[str, Any]) -> IssuedSecret:
    """Register a partner; its secret is told this once."""
    with web.unit_of_work() as uow:
        return acts.register_partner(uow=uow, networks=_networks(), registered=web.assembly().registered, **body)


@blueprint.get("/webhook-partners")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, PartnerListSchema)
def get_partners(arguments: dict[str, Any]) -> Response:
    """Partners within the caller's scope."""
    page = web.page_of(arguments, str)
    after, now = str(page.after[0]) if page.after else "", web.database().clock.now()
    with web.reader() as session:
        read = queries.partners(session, web.actor(), now, after=after, limit=page.limit + 1)
    rows, following = web.cut(read, page, lambda row: (row["code"],))
    return web.link_next(jsonify({"items": PartnerSchema(many=True).dump(rows)}), following)


@blueprint.get("/webhook-partners/<code>")
@blueprint.response(200, PartnerSchema)
def get_partner(code: str) -> dict[str, Any]:
    """One partner."""
    with web.reader() as session:
        return queries.partner(session, web.actor(), web.database().clock.now(), code)


@blueprint.patch("/webhook-partners/<code>")
@blueprint.arguments(PartnerChangesSchema)
@blueprint.response(204)
def patch_partner(body: dict[str, Any], code: str) -> Response:
    """Change what was registered."""
    with web.unit_of_work() as uow:
        registered = web.assembly().registered
        acts.change_partner(uow=uow, networks=_networks(), registered=registered, code=code, changes=body)
    return web.nothing()


@blueprint.post("/webhook-partners/<code>/secrets")
@blueprint.arguments(SecretBodySchema)
@blueprint.response(201, IssuedSecretSchema)
@web.tells_secret
def post_secret(body: dict[str, Any], code: str) -> IssuedSecret:
    """Give a partner a new secret; until the overlap is over messages bear both signatures."""
    with web.unit_of_work() as uow:
        return acts.rotate_secret(uow=uow, code=code, **body)


@blueprint.post("/webhook-partners/<code>/pause")
@blueprint.arguments(ReasonSchema)
@blueprint.response(204)
def post_pause(body: dict[str, Any], code: str) -> Response:
    """Tell a partner nothing for a while; what it is to be told waits."""
    with web.unit_of_work() as uow:
        acts.pause_partner(uow=uow, code=code, **body)
    return web.nothing()


@blueprint.post("/webhook-partners/<code>/resumption")
@blueprint.arguments(ReasonSchema)
@blueprint.response(204)
def post_resumption(body: dict[str, Any], code: str) -> Response:
    """Go on with a partner."""
    with web.unit_of_work() as uow:
        acts.resume_partner(uow=uow, code=code, **body)
    return web.nothing()


@blueprint.post("/webhook-partners/<code>/end")
@blueprint.arguments(ReasonSchema)
@blueprint.response(204)
def post_end(body: dict[str, Any], code: str) -> Response:
    """Tell a partner nothing any more, for good."""
    with web.unit_of_work() as uow:
        acts.end_partner(uow=uow, code=code, **body)
    return web.nothing()


@blueprint.get("/webhook-partners/<code>/deliveries")
@blueprint.arguments(DeliveriesArguments, location="query")
@blueprint.response(200, DeliveryListSchema)
def get_deliveries(arguments: dict[str, Any], code: str) -> Response:
    """What a partner was or is to be told; `state=dead` are the dead letters."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        state, limit = arguments.get("state"), page.limit + 1
        read = queries.deliveries(session, web.actor(), code, state=state, after=page.after_number, limit=limit)
    rows, following = web.cut(read, page, lambda row: (row["message"],))
    return web.link_next(jsonify({"items": DeliverySchema(many=True).dump(rows)}), following)


@blueprint.get("/webhook-partners/<code>/deliveries/<int:message>/attempts")
@blueprint.response(200, AttemptListSchema)
def get_attempts(code: str, message: int) -> dict[str, Any]:
    """Every attempt to deliver one message."""
    with web.reader() as session:
        return {"items": queries.attempts(session, web.actor(), code, message)}


@blueprint.post("/webhook-partners/<code>/redeliveries")
@blueprint.arguments(RedeliveryBodySchema)
@blueprint.response(200, RedeliveredSchema)
def post_redelivery(body: dict[str, Any], code: str) -> Redelivered:
    """Deliver messages again: dead letters, those named, or all of a span."""
    with web.unit_of_work() as uow:
        return redeliver(uow=uow, code=code, **body)


def _networks() -> Networks:
    return Networks.named(web.settings().webhook_networks)
