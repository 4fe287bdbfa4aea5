"""The first page of the portal, the language, and what is nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request

from service.pages import PageBlueprint, choose_language, inside, page
from service.platform import Problem
from service.portal import linked
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response
    from werkzeug import Response as BaseResponse

blueprint = PageBlueprint("portal", __name__, face="portal")


@blueprint.get("/")
def first() -> Response:
    """What anyone may look up."""
    return shared(page("portal/home.html", linked=linked.site()))


@blueprint.get("/language")
def language() -> BaseResponse:
    """Show the portal in another language from now on.

    By a link, not a form: a form holds a secret of this browser, and a page that others may keep must hold none.
    """
    return choose_language(redirect(inside(request.args.get("back"), "portal"), 303), request.args.get("language", ""))


@blueprint.route("/<path:rest>", methods=["GET", "POST"])
def nowhere(rest: str) -> Response:
    """Any other address below the portal.

    Raises:
        Problem: `not_found`.
    """
    raise Problem("not_found", path=rest)
