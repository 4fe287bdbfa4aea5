"""Replies of entities that wait to be looked at: each with its text, to be let through or kept from the public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_replies", __name__, face="console", url_prefix="/console/replies")
_YES_AND_NO = {"true": True, "false": False}


@blueprint.get("")
def listed() -> Response:
    """The replies that wait, oldest first."""
    return _page()


@blueprint.post("/<int:reply>")
def decide(reply: int) -> Response:
    """Let a reply be public, or keep it from the public."""
    form = Form.sent()
    with form:
        body = form.body()
        body["accept"] = _YES_AND_NO.get(str(body.get("accept")), body.get("accept"))
        ask("POST", f"/v1/replies/{reply}/decision", json=body, once=form.once)
        return see("console_replies.listed", done="decided")
    return _page(form=form, reply=reply, status=422)


def _page(*, form: Form | None = None, reply: int | None = None, status: int = 200) -> Response:
    return page(
        "console/replies.html",
        status=status,
        form=form,
        taking=reply,
        items=ask("GET", "/v1/reply-worklist").body["items"],
        rules=ask("GET", "/v1/reply-rules").body,
        done={"decided": _("审核结果已记录。")},
    )
