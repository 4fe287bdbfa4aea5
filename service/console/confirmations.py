"""Tiers that are proposed and wait for an approver: each confirmed, or rejected with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_confirmations", __name__, face="console", url_prefix="/console/provisional-ratings")
SHOWN = 50
_ACTS = frozenset({"confirmation", "rejection"})


@blueprint.get("")
def listed() -> Response:
    """What waits, what is due first first."""
    return _page()


@blueprint.post("/<int:proposal>/<act>")
def decide(proposal: int, act: str) -> Response:
    """Confirm a proposed tier, or reject it.

    Raises:
        Problem: `not_found`: there is no such decision.
    """
    if act not in _ACTS:
        raise Problem("not_found", path=act[:80])
    form = Form.sent()
    with form:
        ask("POST", f"/v1/provisional-ratings/{proposal}/{act}", json=form.body(), once=form.once)
        return see("console_confirmations.listed", done=act)
    return _page(form=form, taking=f"{proposal}/{act}", status=422)


def _page(*, form: Form | None = None, taking: str = "", status: int = 200) -> Response:
    found = ask("GET", "/v1/provisional-ratings", query={"limit": SHOWN, "cursor": request.args.get("cursor")})
    return page(
        "console/confirmations.html",
        status=status,
        form=form,
        taking=taking,
        items=found.body["items"],
        following=found.following,
        done={"confirmation": _("等级已确认。"), "rejection": _("已否决，原等级继续有效。")},
    )
