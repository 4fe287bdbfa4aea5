"""Recusals: asked for by an inspector or for somebody, decided by an approver, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request

from service.pages import Form, PageBlueprint, ask, know_staff, page, see
from service.pages.words import gettext as _
from service.platform import Problem, web

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_recusals", __name__, face="console", url_prefix="/console/recusals")
SHOWN = 50
_ACTS = frozenset({"grant", "refusal"})


@blueprint.get("")
def listed() -> Response:
    """Requests, newest first: those that wait for a decision before the others."""
    return _page()


@blueprint.get("/<number>")
def asking(number: str) -> Response:
    """Where the recusal of an inspector of a visit is asked for."""
    return _asking(number)


@blueprint.post("/<number>")
def requested(number: str) -> Response:
    """Ask that an inspector be recused."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/visits/{quote(number, safe='')}/recusals", json=form.body(), once=form.once)
        return see("console_recusals.listed", done="asked")
    return _asking(number, form=form, status=422)


@blueprint.post("/<number>/<act>")
def decide(number: str, act: str) -> Response:
    """Grant a request, or refuse it.

    Raises:
        Problem: `not_found`: there is no such decision.
    """
    if act not in _ACTS:
        raise Problem("not_found", path=act[:80])
    form = Form.sent()
    with form:
        ask("POST", f"/v1/visits/{quote(number, safe='')}/recusals/{act}", json=form.body(), once=form.once)
        return see("console_recusals.listed", done=act)
    return _page(form=form, taking=f"{number}/{form.first('inspector')}/{act}", status=422)


def _asking(number: str, *, form: Form | None = None, status: int = 200) -> Response:
    visit = ask("GET", f"/v1/visits/{quote(number, safe='')}").body
    return page("console/recusals/ask.html", status=status, form=form, visit=visit, me=web.actor().person)


def _page(*, form: Form | None = None, taking: str = "", status: int = 200) -> Response:
    asked = {"limit": SHOWN, "cursor": request.args.get("cursor")}
    found = ask("GET", "/v1/recusals", query=asked)
    items = found.body["items"]
    know_staff(one["inspector"] for one in items)
    return page(
        "console/recusals/list.html",
        status=status,
        form=form,
        taking=taking,
        waiting=[one for one in items if one["may_decide"]],
        others=[one for one in items if not one["may_decide"]],
        following=found.following,
        done={
            "asked": _("已提出回避申请，由审批人决定。"),
            "grant": _("已同意回避。"),
            "refusal": _("已决定不回避。"),
        },
    )
