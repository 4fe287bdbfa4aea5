"""A notice to an entity: its text, how it was served, and where a service is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from service.pages import Form, PageBlueprint, ask, download, page, see
from service.pages.words import gettext as _
from service.platform import web

if TYPE_CHECKING:
    from flask import Response as FileResponse
    from werkzeug import Response

blueprint = PageBlueprint("console_notices", __name__, face="console", url_prefix="/console/notices")


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """A notice in the language of the page, with how it was served."""
    return _page(number)


@blueprint.post("/<number>")
def served(number: str) -> Response:
    """Record how it was served, or that it was tried in vain."""
    form = Form.sent()
    with form:
        body = form.body()
        body["served"] = body.get("served") != "false"
        ask("POST", f"{_address(number)}/services", json=body, once=form.once)
        return see("console_notices.one", number=number, done="served")
    return _page(number, form=form, status=422)


@blueprint.get("/<number>/pdf")
def pdf(number: str) -> FileResponse:
    """A notice as PDF, for printing."""
    return download(f"{_address(number)}/pdf")


def _page(number: str, *, form: Form | None = None, status: int = 200) -> Response:
    told = ask("GET", _address(number)).body
    return page(
        "console/notices/one.html",
        status=status,
        form=form,
        notice=told,
        entity=ask("GET", f"/v1/entities/{quote(told['entity'], safe=':')}").body,
        ways=[(one["code"], one[web.language()]) for one in ask("GET", "/v1/notice-kinds").body["ways"]],
        done={"served": _("送达情况已记录。")},
    )


def _address(number: str) -> str:
    return f"/v1/notices/{quote(number, safe='')}"
