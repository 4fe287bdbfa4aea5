"""Inspection plans that were published, with their tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_plans", __name__, face="portal", url_prefix="/portal/plans")
SHOWN = 50
"""Plans on a page."""
FIELDS = ("authority", "year")


@blueprint.get("")
def listed() -> Response:
    """Published plans, of all authorities and years or of one."""
    form = Form({name: said for name in FIELDS if (said := request.args.get(name, "").strip())})
    with form:
        asked = {**form.typed, "cursor": request.args.get("cursor"), "limit": SHOWN, "order": "newest"}
        found = ask("GET", "/v1/inspection-plans", query=asked)
        return shared(page("portal/plans/list.html", form=form, items=found.body["items"], following=found.following))
    return page("portal/plans/list.html", status=422, form=form, items=None, following=None)


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """One plan: its tasks, what was amended, the draws of each task."""
    plan = ask("GET", f"/v1/inspection-plans/{number}").body
    tasks = [task["number"] for task in plan["tasks"] if task["channel"] == "random"]
    draws = {task: ask("GET", "/v1/draws", query={"task": task}).body["items"] for task in tasks}
    return shared(page("portal/plans/one.html", plan=plan, draws=draws))
