"""Accounts of members of staff over HTTP, for administrators within their scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from service.accounts import people
from service.accounts.account_schemas import (
    AccountArguments,
    AccountListSchema,
    AccountRequestSchema,
    AccountSchema,
    IdentitySchema,
    IssuerArguments,
    OpenedAccountSchema,
)
from service.accounts.linking import link_identity, unlink_identity
from service.accounts.roll import account_told, accounts_told
from service.accounts.second_factor import reset_second_factor
from service.platform import Role, web

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

blueprint = web.Blueprint("staff_accounts", __name__, url_prefix="/v1", description="Accounts of members of staff")


@blueprint.get("/accounts")
@blueprint.arguments(AccountArguments, location="query")
@blueprint.response(200, AccountListSchema)
def listed(arguments: dict[str, Any]) -> Response:
    """Accounts inside the caller's scope, by login; those that ended where they are asked for."""
    page = web.page_of(arguments, str)
    after = "" if page.after is None else str(page.after[0])
    now = web.database().clock.now()
    with web.reader() as session:
        found = accounts_told(session, web.actor(), now, ended=arguments["ended"])
    rows = [one for one in found if one.login > after][: page.limit + 1]
    kept, following = web.cut(rows, page, lambda row: (row.login,))
    return web.link_next(jsonify({"items": AccountSchema(many=True).dump(kept)}), following)


@blueprint.get("/accounts/<login>")
@blueprint.response(200, AccountSchema)
def one(login: str) -> Any:  # noqa: ANN401 - rendered by the schema
    """One account, also one that ended."""
    with web.reader() as session:
        return account_told(session, web.actor(), web.database().clock.now(), login)


@blueprint.post("/accounts")
@blueprint.arguments(AccountRequestSchema)
@blueprint.response(201, OpenedAccountSchema)
@web.tells_secret
def opened(said: dict[str, Any]) -> people.OpenedAccount:
    """Open an account; its password is told this once and opens only its change."""
    role = Role(said.pop("role"))
    with web.unit_of_work() as uow:
        return people.open_account(uow=uow, registered=web.assembly().registered, role=role, **said)


@blueprint.post("/accounts/<login>/password-reset")
@blueprint.response(200, OpenedAccountSchema)
@web.tells_secret
def reset(login: str) -> people.OpenedAccount:
    """Give an account another password, told this once; its browsers are signed out."""
    with web.unit_of_work() as uow:
        return people.reset_password(uow=uow, login=login)


@blueprint.post("/accounts/<login>/lock")
@blueprint.response(204)
def lock(login: str) -> Response:
    """Close an account until it is unlocked; its browsers are signed out."""
    return _act(people.lock_account, login=login)


@blueprint.post("/accounts/<login>/unlock")
@blueprint.response(204)
def unlock(login: str) -> Response:
    """Open an account that an administrator or too many wrong tries have closed."""
    return _act(people.unlock_account, login=login)


@blueprint.post("/accounts/<login>/end")
@blueprint.response(204)
def end(login: str) -> Response:
    """End an account, now and for good; its browsers are signed out."""
    return _act(people.end_account, login=login)


@blueprint.delete("/accounts/<login>/second-factor")
@blueprint.response(204)
def forget_second_factor(login: str) -> Response:
    """Take the second factor of an account away, and sign its browsers out: whoever holds it lost the telephone."""
    return _act(reset_second_factor, login=login)


@blueprint.post("/accounts/<login>/identities")
@blueprint.arguments(IdentitySchema)
@blueprint.response(204)
def link(said: dict[str, Any], login: str) -> Response:
    """Let a person of an identity provider sign in to an account."""
    return _act(link_identity, login=login, **said)


@blueprint.delete("/accounts/<login>/identities")
@blueprint.arguments(IssuerArguments, location="query")
@blueprint.response(204)
def unlink(said: dict[str, Any], login: str) -> Response:
    """Let nobody of an identity provider sign in to an account any more; its browsers are signed out."""
    return _act(unlink_identity, login=login, **said)


def _act(step: Callable[..., object], **said: Any) -> Response:  # noqa: ANN401 - a step's own arguments
    with web.unit_of_work() as uow:
        step(uow=uow, **said)
    return web.nothing()
