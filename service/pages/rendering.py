"""A page: a template with what every page says, and the way on after an act."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Response, g, redirect, render_template, request, url_for

from service.pages.addresses import parts_of
from service.pages.asking import may
from service.pages.browser import form_secret, remember_browser, sent_from_here
from service.pages.forms import Form
from service.pages.labels import labelled
from service.platform import current_request_id, web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response as BaseResponse


def page(
    template: str,
    *,
    status: int = 200,
    done: Mapping[str, object] | None = None,
    form: Form | None = None,
    **said: Any,  # noqa: ANN401 - whatever a template shows
) -> Response:
    """The page of a template. ``done``: sentences by name, of which `see` chose one for the page after an act."""
    face = g.get("face", "portal")
    html = render_template(
        template,
        face=face,
        language=web.language(),
        looking=web.actor(),
        may=may,
        csrf=_FormSecret(face),
        once=secrets.token_hex(16),
        told=(done or {}).get(request.args.get("done", "")),
        form=form or Form(),
        request_id=current_request_id(),
        **said,
    )
    response = Response(labelled(html), status=status, mimetype="text/html")
    response.headers["Content-Language"] = web.language()
    # A form that another site sends comes without the browser's secret: a new one would sign out whoever is signed in.
    if "new_secret" in g and sent_from_here():
        remember_browser(response, face, g.new_secret)
    return response


class _FormSecret:
    """The secret of a page's forms, asked for where a form is: a page without one gives the browser nothing to keep."""

    def __init__(self, face: str) -> None:
        self._face = face

    def __str__(self) -> str:
        return form_secret(self._face)


def see(endpoint: str, *, done: str | None = None, **values: Any) -> BaseResponse:  # noqa: ANN401 - parts of an address
    """Go on to another page after an act, which reloading it does not repeat."""
    return redirect(url_for(endpoint, done=done, **values), 303)


def inside(address: str | None, face: str) -> str:
    """An address of the face to go on to; what leads elsewhere, or nowhere, leads to its first page."""
    parts = parts_of(address or "")
    own = not parts.scheme and not parts.netloc and parts.path.startswith(f"/{face}/") and "\\" not in parts.path
    return address if own and address is not None else f"/{face}/"
