"""An entity replies beside what is public of it, and takes a reply back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, ask, page, see
from service.portal.my.blueprint import blueprint, own

if TYPE_CHECKING:
    from werkzeug import Response

FIELDS = ("about", "reference")


@blueprint.get("/replies/new")
def reply() -> Response:
    """Where a reply is written, with the rules that it must keep."""
    return _page(Form({name: request.args.get(name, "").strip() for name in FIELDS}))


@blueprint.post("/replies/new")
def say() -> Response:
    """Send a reply; staff look at it before it is public."""
    form = Form.sent()
    with form:
        ask("POST", "/v1/replies", json=form.body(), once=form.once)
        return see("portal_my.first", done="replied")
    return _page(form, status=422)


@blueprint.post("/replies/<int:number>/withdrawal")
def take_back(number: int) -> Response:
    """Take a reply back."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/replies/{number}/withdrawal", once=form.once)
        return see("portal_my.first", done="taken_back")
    return _page(form, status=422)


def _page(form: Form, *, status: int = 200) -> Response:
    own()
    return page("portal/my/reply.html", status=status, form=form, rules=ask("GET", "/v1/reply-rules").body)
