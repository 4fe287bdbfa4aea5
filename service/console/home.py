"""Signing in and out, the language, the first page, and what is nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request

from service.accounts import Means, end_session, sign_in
from service.console.own_account import entrance, held, onward
from service.console.today import MOST, by_district, by_tier, due
from service.pages import (
    Form,
    PageBlueprint,
    ask,
    browser_secret,
    choose_language,
    forget_browser,
    inside,
    page,
    remember_browser,
    see,
)
from service.platform import Problem, web

if TYPE_CHECKING:
    from werkzeug import Response

SPANS = (7, 30, 90, 365)
"""Days over which moves of tiers are told."""
blueprint = PageBlueprint("console", __name__, face="console")


@blueprint.get("/")
def first() -> Response:
    """What is due, and how the tiers are distributed."""
    counts = ask("GET", "/v1/tier-counts").body
    moved = {days: ask("GET", "/v1/tier-movements", query={"days": days}).body for days in SPANS}
    return page(
        "console/home.html",
        due=due(),
        most=MOST,
        tiers=by_tier(counts["items"]),
        waiting=counts["waiting"],
        moved=moved,
    )


@blueprint.get("/tiers")
def tiers() -> Response:
    """How the tiers are distributed over districts and kinds: a map of rectangles, and the same as a table."""
    body = ask("GET", "/v1/statistics/tiers-by-kind").body
    part = "HX-Request" in request.headers
    template = "console/tiers_part.html" if part else "console/tiers.html"
    return page(template, districts=by_district(body["items"]), counted_at=body["counted_at"])


@blueprint.get("/sign-in")
def sign_in_page() -> Response:
    """Where a member of staff signs in."""
    return page("console/sign_in.html", beyond=inside(request.args.get("beyond"), "console"))


@blueprint.post("/sign-in")
def enter() -> Response:
    """Sign this browser in, and go on to where it was wanted."""
    form = Form.sent()
    beyond = inside(form.first("beyond"), "console")
    with form:
        found = sign_in(web.database(), entrance(), login=form.first("login"), password=form.first("password"))
        return remember_browser(onward(found, beyond), "console", found.secret)
    return page("console/sign_in.html", status=422, form=form, beyond=beyond)


@blueprint.post("/sign-out")
def leave() -> Response:
    """Sign this browser out; who came by the identity provider goes on to sign out there."""
    secret, own = browser_secret("console"), held()
    if secret is not None:
        with web.unit_of_work() as uow:
            ended = end_session(uow.session, secret, uow.now)
            if ended is not None:
                uow.audit("accounts.signed_out", f"session:{ended}", {})
    away = own is not None and own.means is Means.PROVIDER and web.settings().identity_provider is not None
    answer = forget_browser(see("console_provider.out" if away else "console.sign_in_page"), "console")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # pages of visits are kept for when there is no network
    return answer


@blueprint.post("/language")
def language() -> Response:
    """Show the console in another language from now on."""
    return choose_language(redirect(inside(request.form.get("back"), "console"), 303), request.form.get("language", ""))


@blueprint.route("/<path:rest>", methods=["GET", "POST"])
def nowhere(rest: str) -> Response:
    """Any other address below the console.

    Raises:
        Problem: `not_found`.
    """
    raise Problem("not_found", path=rest)
