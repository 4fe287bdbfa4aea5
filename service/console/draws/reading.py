"""Draws to look at: what waits, one of them with all that is public, who was drawn, and the files for verifying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, request

from service.console.draws.blueprint import blueprint, standing
from service.console.draws.steps import marks, possible
from service.pages import RefusedError, ask, know_staff, may, page
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from flask import Response

SHOWN = 100
"""Visits, or places of an order, on a page."""
UNTOLD = frozenset({"draw_not_opened", "draw_rows_not_open"})
"""Rows that nobody is told, yet or ever."""


@blueprint.get("")
def listed() -> Response:
    """What the draws of one's own scope wait for, and all draws."""
    asked = {name: said for name in ("authority", "cursor") if (said := request.args.get(name, "").strip())}
    found = ask("GET", "/v1/draws", query=asked)
    waits = ask("GET", "/v1/draw-worklist").body["items"]
    return page(
        "console/draws/list.html", items=found.body["items"], following=found.following, asked=asked, waits=waits
    )


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """A draw: where it stands, what is next and by when, what was committed, what came of it."""
    known = standing(number)
    register = ask("GET", f"/v1/draw-registers/{known.view['authority']}", query={"limit": 1}).body
    done = {
        "prepared": _("抽取已准备。下一步由另一人冻结。"),
        "taken": _("已完成这一步。"),
        "file": _("证据文件已保存。"),
        "decided": _("决定已记录。"),
    }
    return page(
        "console/draws/one.html",
        known=known,
        acts=possible(known),
        marks=marks(known),
        head=register["head"],
        proposals=_told(f"/v1/draws/{number}/proposals", "GET /v1/draws/<number>/proposals") or [],
        done=done,
    )


@blueprint.get("/<number>/names")
def names(number: str) -> Response:
    """Who was drawn and who visits them; looked at before they are public, the look is noted."""
    found = ask("GET", f"/v1/draws/{number}/names").body["items"]
    first = max(request.args.get("from", 0, int), 0)
    view = ask("GET", f"/v1/draws/{number}").body
    shown = found[first : first + SHOWN]
    know_staff(inspector for one in shown for inspector, _seat in one["team"])
    following = first + SHOWN if first + SHOWN < len(found) else None
    return page("console/draws/names.html", view=view, items=shown, count=len(found), following=following)


@blueprint.get("/<number>/order")
def order(number: str) -> Response:
    """The order of a stratum ticket by ticket, with its ladder; before the opening, why it is not told yet."""
    asked = {name: said for name in ("part", "stratum", "cursor") if (said := request.args.get(name))}
    try:
        told = ask("GET", f"/v1/draws/{number}/order", query={**asked, "limit": SHOWN})
    except RefusedError as refused:
        if refused.code not in UNTOLD:
            raise
        return page("console/draws/order.html", number=number, untold=refused.document)
    several = len({one["part"] for one in told.body["strata"]}) > 1
    shown = {"found": told.body, "following": told.following, "several": several}
    return page("console/draws/order.html", number=number, untold=None, **shown)


@blueprint.get("/<number>/secret")
def secret(number: str) -> Response:
    """The holder's secret, to be handed to the custodians; the look is noted."""
    value = ask("GET", f"/v1/draws/{number}/secret").body["value"]
    return page("console/draws/secret.html", number=number, value=value)


@blueprint.get("/<number>/files/<kind>")
def file(number: str, kind: str) -> Response:
    """A document, the transcript or the full file, in the bytes that are verified."""
    at = f"/v1/draws/{number}"
    if kind in {"public", "full"}:
        return _passed(f"{at}/transcript", {"view": kind})
    return _passed(f"{at}/documents/{kind}", {})


@blueprint.get("/<number>/certificate")
def certificate(number: str) -> Response:
    """The proof of one entity's row."""
    return _passed(f"/v1/draws/{number}/certificates/{request.args.get('code', '').strip() or '-'}", {})


def _passed(path: str, query: dict[str, str]) -> Response:
    """A file of the interface as it stands, byte for byte."""
    answer = ask("GET", path, query=query, raw=True)
    response = current_app.response_class(answer.body, mimetype="application/json")
    response.headers["Content-Disposition"] = answer.headers["Content-Disposition"]
    return response


def _told(path: str, route: str) -> list[dict[str, Any]] | None:
    """The items of a list, or None where they are not for who looks, or not yet there."""
    if not may(*route.split(" ")):
        return None
    try:
        items: list[dict[str, Any]] = ask("GET", path).body["items"]
    except RefusedError:
        return None
    return items
