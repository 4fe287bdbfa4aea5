"""Codes with which an entity enters the portal: issued beside a notice or at the counter, and told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import request, url_for

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_visitor_codes", __name__, face="console", url_prefix="/console/visitor-codes")
NOTICES = 20
"""Notices not served yet that are offered."""
LETTER = "code_issued"
"""The kind of notice that tells of a code, and carries none."""


@blueprint.get("/<key>")
def listed(key: str) -> Response:
    """The codes that an entity was given, and where another one is issued."""
    return _page(key)


@blueprint.post("/<key>")
def issue(key: str) -> Response:
    """Issue a code and show it this once, to be printed."""
    form = Form.sent()
    with form:
        notice = form.first("notice")
        address = f"/v1/notices/{quote(notice, safe='')}" if notice else f"/v1/entities/{quote(key, safe=':')}"
        body = None if notice else form.body()
        made = ask("POST", f"{address}/visitor-codes", json=body, once=form.once).body
        return _page(key, made=made)
    return _page(key, form=form, status=422)


@blueprint.post("/<key>/<code>/end")
def end(key: str, code: str) -> Response:
    """Have a code that was lost open nothing any more."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/entities/{quote(key, safe=':')}/visitor-codes/{quote(code, safe='')}/end", once=form.once)
        return see("console_visitor_codes.listed", key=key, done="ended")
    return _page(key, form=form, status=422)


def _page(key: str, *, form: Form | None = None, made: dict[str, Any] | None = None, status: int = 200) -> Response:
    entity = ask("GET", f"/v1/entities/{quote(key, safe=':')}").body
    waiting = ask("GET", "/v1/notices", query={"entity": entity["key"], "unserved": True, "limit": NOTICES}).body
    return page(
        "console/visitor_codes.html",
        status=status,
        form=form,
        entity=entity,
        made=made,
        entry=url_for("portal_my.first", _external=True),
        notices=[one for one in waiting["items"] if one["kind"] != LETTER],
        codes=ask("GET", f"/v1/entities/{quote(entity['key'], safe=':')}/visitor-codes").body["items"],
        asked=request.args.get("notice", ""),
        done={"ended": _("该登录码已作废。")},
    )
