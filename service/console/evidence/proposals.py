"""Acts that wait for another person: seen with what they change, confirmed or rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.console.evidence.blueprint import blueprint
from service.console.evidence.preview import Preview, previewed_proposal
from service.pages import Form, ask, page, see
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from werkzeug import Response

SHOWN = 10


@blueprint.get("/proposals")
def proposals() -> Response:
    """Acts that wait for an approver, oldest first."""
    return _list(Form())


@blueprint.post("/proposals/<int:proposal>")
def decide(proposal: int) -> Response:
    """Confirm or reject one."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/act-proposals/{proposal}/decision", json=form.body(), once=form.once)
        return see("console_evidence.proposals", done=form.first("outcome"))
    return _list(form, of=proposal, status=422)


def _list(form: Form, *, of: int | None = None, status: int = 200) -> Response:
    found = ask("GET", "/v1/act-proposals", query={"limit": SHOWN, "cursor": request.args.get("cursor")})
    shown = {one["proposal"]: previewed_proposal(one["proposal"]) for one in found.body["items"]}
    previews = {number: one for number, one in shown.items() if isinstance(one, Preview)}
    refusals = {number: one.document for number, one in shown.items() if not isinstance(one, Preview)}
    done = {"confirmed": _("已确认，已记入并重新评价。"), "rejected": _("已驳回，记录没有改变。")}
    return page(
        "console/evidence/proposals.html",
        status=status,
        form=form,
        of=of,
        items=found.body["items"],
        following=found.following,
        previews=previews,
        refusals=refusals,
        done=done,
    )
