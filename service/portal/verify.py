"""The page on which a browser makes a draw again from its file, by the second verifier."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request

from service.pages import Form, PageBlueprint, RefusedError, ask, page
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_verify", __name__, face="portal", url_prefix="/portal/verify")


@blueprint.get("")
def verify() -> Response:
    """Where a file is dropped, pasted or opened by the number of its draw; nothing of it is sent anywhere."""
    form = Form({name: said for name in ("draw",) if (said := request.args.get(name, "").strip())})
    programs = {one["name"]: one for one in ask("GET", "/v1/verifiers").body["items"]}
    if not form.typed:
        return shared(page("portal/verify/page.html", form=form, programs=programs, draw=None, untold=None))
    try:
        draw = ask("GET", f"/v1/draws/{quote(form.first('draw'), safe='')}").body
    except RefusedError as refused:
        untold, status = refused.document, refused.status
        return page("portal/verify/page.html", status=status, form=form, programs=programs, draw=None, untold=untold)
    return shared(page("portal/verify/page.html", form=form, programs=programs, draw=draw, untold=None))
