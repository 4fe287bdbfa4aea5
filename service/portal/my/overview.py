"""Signing in with a code and out, and the first page: the entity's tier with every reason, and all that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.accounts import end_session, enter_with_code
from service.pages import Form, ask, browser_secret, forget_browser, page, remember_browser, see
from service.pages.words import gettext as _
from service.platform import web
from service.portal.my.blueprint import blueprint, own, subject

if TYPE_CHECKING:
    from werkzeug import Response

SHOWN = 50
"""Records, cases, notices and visits on the first page."""


@blueprint.get("")
def first() -> Response:
    """One's own page, or where a code is entered."""
    if subject(web.actor()) is None:
        return page("portal/sign_in.html", done=_done())
    return page("portal/my/first.html", done=_done(), **_all_of(own()))


@blueprint.post("")
def enter() -> Response:
    """Sign this browser in with a code, which is then used up."""
    form = Form.sent()
    with form:
        secret = enter_with_code(
            web.database(),
            code=form.first("code"),
            agent=request.user_agent.string,
            address=str(request.remote_addr),
        )
        return remember_browser(see("portal_my.first"), "portal", secret)
    return page("portal/sign_in.html", status=422, form=form)


@blueprint.post("/sign-out")
def leave() -> Response:
    """Sign this browser out; the code that it entered with opens nothing more."""
    secret = browser_secret("portal")
    if secret is not None:
        with web.unit_of_work() as uow:
            ended = end_session(uow.session, secret, uow.now)
            if ended is not None:
                uow.audit("accounts.signed_out", f"session:{ended}", {})
    return forget_browser(see("portal_my.first", done="out"), "portal")


def _done() -> dict[str, object]:
    return {
        "out": _("您已退出。再次登录需要新的登录码。"),
        "replied": _("回应已提交，审核后公开。"),
        "taken_back": _("回应已撤回。"),
    }


def _all_of(key: str) -> dict[str, Any]:
    """Everything that the interface tells an entity of itself, the newest first."""
    tier = ask("GET", f"/v1/entities/{key}/tier").body
    kinds = sorted(tier["kinds"])
    events = ask("GET", f"/v1/entities/{key}/events", query={"limit": 1_000}).body["items"]
    publicity = ask("GET", f"/v1/entities/{key}/publicity").body["items"]
    chances = ask("GET", f"/v1/entities/{key}/repairable").body["items"]
    return {
        "entity": ask("GET", f"/v1/entities/{key}").body,
        "tier": tier,
        "words": ask("GET", f"/v1/entities/{key}/tier/words").body,
        "ways": [ask("GET", f"/v1/entities/{key}/way-back", query={"kind": kind}).body for kind in kinds],
        "events": sorted(events, key=lambda one: (str(one.get("decided_on")), one["id"]), reverse=True)[:SHOWN],
        "count": len(events),
        "publicity": {one["event"]: one for one in publicity},
        "chances": {one["record"]: one for one in chances},
        "repairs": _newest("/v1/repairs"),
        "objections": _newest("/v1/objections"),
        "notices": _newest("/v1/notices"),
        "replies": ask("GET", f"/v1/entities/{key}/replies").body["items"],
        "grounds": {one["code"]: one for one in ask("GET", "/v1/reply-rules").body["items"]},
        "results": ask(
            "GET", "/v1/inspection-results", query={"entity": tier["entity"], "limit": SHOWN, "order": "newest"}
        ).body["items"],
        "visits": _newest(f"/v1/entities/{key}/visits"),
        "codes": ask("GET", f"/v1/entities/{key}/visitor-codes").body["items"][:SHOWN],
    }


def _newest(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("GET", path, query={"limit": 1_000}).body["items"]
    return found[::-1][:SHOWN]
