"""Staged re-ratings for adopted editions: how far they are, called off and begun again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _
from service.platform import Problem

if TYPE_CHECKING:
    from flask import Response as Page
    from werkzeug import Response

blueprint = PageBlueprint("console_rerates", __name__, face="console", url_prefix="/console/rulebooks/rerates")
ACTS = ("cancellation", "restart")


@blueprint.get("")
def listed() -> Page:
    """The latest re-ratings, and how far each is; asked for again as long as one goes on."""
    part = "HX-Request" in request.headers
    items = ask("GET", "/v1/rerates").body
    return page(f"console/rulebooks/rerates{'_rows' if part else ''}.html", items=items)


@blueprint.get("/<int:run>")
def one(run: int) -> Page:
    """One re-rating."""
    part = "HX-Request" in request.headers
    found = ask("GET", f"/v1/rerates/{run}").body
    done = {"cancellation": _("已停止预先评价。"), "restart": _("已重新开始预先评价。")}
    return page(f"console/rulebooks/rerate{'_progress' if part else ''}.html", run=found, done=done)


@blueprint.post("/<int:run>/<act>")
def step(run: int, act: str) -> Response:
    """Call a re-rating off, or begin one again that was called off."""
    form = Form.sent()
    if act not in ACTS:
        raise Problem("not_found", path=request.path)
    with form:
        made = ask("POST", f"/v1/rerates/{run}/{act}", json=form.body(), once=form.once).body
        return see("console_rerates.one", run=made["run"], done=act)
    return page("console/rulebooks/rerate.html", status=422, form=form, run=ask("GET", f"/v1/rerates/{run}").body)
