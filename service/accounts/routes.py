"""Tokens over HTTP."""

from typing import Any

from flask import Response, current_app, jsonify

from service.accounts.queries import list_tokens
from service.accounts.schemas import (
    ActorSchema,
    IssuedTokenSchema,
    StaffArguments,
    StaffListSchema,
    TokenListSchema,
    TokenRequestSchema,
    TokenSchema,
)
from service.accounts.staff import names_of_staff
from service.accounts.usecases import IssuedToken, issue_token, revoke_token
from service.platform import Actor, Role, web

blueprint = web.Blueprint("accounts", __name__, url_prefix="/v1", description="Tokens, accounts and who holds them")


@blueprint.get("/whoami")
@blueprint.response(200, ActorSchema)
def whoami() -> Actor:
    """Who the service takes the caller for."""
    return web.actor()


@blueprint.get("/staff")
@blueprint.arguments(StaffArguments, location="query")
@blueprint.response(200, StaffListSchema)
def staff(arguments: dict[str, Any]) -> Response:
    """What members of staff are called, by the staff codes, accounts and tokens that records name."""
    said = [one.strip() for one in arguments["ids"].split(",") if one.strip()]
    with web.reader() as session:
        names = names_of_staff(session, said)
    return jsonify({"items": [{"id": one, "name": name} for one, name in names.items()]})


@blueprint.post("/tokens")
@blueprint.arguments(TokenRequestSchema)
@blueprint.response(201, IssuedTokenSchema)
@web.tells_secret
def issue(arguments: dict[str, Any]) -> IssuedToken:
    """Issue a token; it is told this once."""
    role = Role(arguments.pop("role"))
    with web.unit_of_work() as uow:
        return issue_token(uow=uow, registered=web.assembly().registered, role=role, **arguments)


@blueprint.get("/tokens")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, TokenListSchema)
def tokens(arguments: dict[str, Any]) -> Response:
    """Tokens inside the caller's scope."""
    page = web.page_of(arguments, str, str)
    with web.reader() as session:
        rows, following = web.cut(list_tokens(session, web.actor(), page), page, lambda row: (row.label, row.id))
        body = {"items": TokenSchema(many=True).dump(rows)}
    return web.link_next(jsonify(body), following)


@blueprint.delete("/tokens/<token_id>")
@blueprint.response(204)
def revoke(token_id: str) -> Response:
    """Revoke a token."""
    with web.unit_of_work() as uow:
        revoke_token(uow=uow, token_id=token_id)
    return current_app.response_class(status=204)
