"""An entity reads the notices that were written to it, and confirms that it has received them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from service.pages import Form, ask, download, page, see
from service.pages.words import gettext as _
from service.portal.my.blueprint import blueprint, own

if TYPE_CHECKING:
    from werkzeug import Response


@blueprint.get("/notices/<number>")
def notice(number: str) -> Response:
    """A notice in the language of the page, with how it was served."""
    return _page(number)


@blueprint.post("/notices/<number>/confirmation")
def confirm(number: str) -> Response:
    """Confirm that it was received; once is enough."""
    form = Form.sent()
    with form:
        ask("POST", f"{_address(number)}/confirmation", once=form.once)
        return see("portal_my.notice", number=number, done="confirmed")
    return _page(number, form=form, status=422)


@blueprint.get("/notices/<number>/pdf")
def notice_pdf(number: str) -> Response:
    """A notice as PDF, for printing."""
    own()
    return download(f"{_address(number)}/pdf")


def _page(number: str, *, form: Form | None = None, status: int = 200) -> Response:
    own()
    told = ask("GET", _address(number)).body
    done = {"confirmed": _("已确认收到。")}
    return page("portal/my/notice.html", status=status, form=form, notice=told, done=done)


def _address(number: str) -> str:
    return f"/v1/notices/{quote(number, safe='')}"
