"""Searches of entities that are kept under a name, and what a search found as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.console.entities import ASKED, saved_searches
from service.pages import Form, PageBlueprint, ask, download, page, see
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from flask import Response
    from werkzeug import Response as BaseResponse

blueprint = PageBlueprint("console_searches", __name__, face="console", url_prefix="/console/entities")


@blueprint.get("/searches")
def kept() -> Response:
    """One's own searches and those that others share; a form for the one that was come from."""
    return _kept(_asked())


@blueprint.post("/searches")
def keep() -> BaseResponse:
    """Keep a search under a name."""
    form = Form.sent()
    asked = {name: form.first(name) for name in ASKED if form.first(name)}
    with form:
        body = {"name": form.first("name"), "query": asked, "shared": "shared" in form.typed}
        ask("POST", "/v1/saved-searches", json=body, once=form.once)
        return see("console_searches.kept", done="kept")
    return _kept(asked, form)


@blueprint.post("/searches/<int:search>")
def change(search: int) -> BaseResponse:
    """Rename, share or no longer share one's own search, or let it go."""
    form = Form.sent()
    act = form.first("act")
    with form:
        if act == "delete":
            ask("DELETE", f"/v1/saved-searches/{search}")
            return see("console_searches.kept", done="deleted")
        changed = {"name": form.first("name")} if act == "rename" else {"shared": act == "share"}
        ask("PATCH", f"/v1/saved-searches/{search}", json=changed)
        return see("console_searches.kept", done="changed")
    return _kept({}, form)


@blueprint.get("/export")
def export() -> Response:
    """What a search found is wanted as a file: what for?"""
    return page("console/entities/export.html", asked=_asked())


@blueprint.get("/found.csv")
def found() -> Response:
    """The file."""
    asked = {**_asked(), "purpose": request.args.get("purpose", "").strip()}
    return download("/v1/entities.csv", query=asked)


def _kept(asked: dict[str, str], form: Form | None = None) -> Response:
    done = {"kept": _("查询已保存。"), "changed": _("已修改。"), "deleted": _("已删除。")}
    status = 200 if form is None else 422
    return page(
        "console/entities/searches.html", status=status, form=form, asked=asked, items=saved_searches(), done=done
    )


def _asked() -> dict[str, str]:
    """What the search that was come from asked."""
    return {name: said for name in ASKED if (said := request.args.get(name, "").strip())}
