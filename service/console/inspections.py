"""A visit as the staff of its authorities look at it: what was found and done, and what is theirs to decide."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from flask import send_file

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response as FileResponse
    from werkzeug import Response

blueprint = PageBlueprint("console_inspections", __name__, face="console", url_prefix="/console/inspections")
_YES_AND_NO = {"true": True, "false": False}


class Step(NamedTuple):
    """A form of the page. ``route``, ``end``: around a number, in the interface."""

    route: str
    end: str


STEPS: Final[Mapping[str, Step]] = {
    "audit": Step("/v1/visits", "/audit"),
    "publication": Step("/v1/visits", "/publication"),
    "register-proposal": Step("/v1/visits", "/register-proposal"),
    "cancellation": Step("/v1/visits", "/cancellation"),
    "merge": Step("/v1/visit-merges", ""),
    "closure": Step("/v1/rectification-orders", "/closure"),
}
ABOUT: Final = {"closure": "order", "merge": "proposal"}
"""Steps that are of something else than the visit, with the field that names it."""


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """A visit with its record, what was done, and the forms that its state asks for."""
    return _page(number)


@blueprint.post("/<number>/<step>")
def act(number: str, step: str) -> Response:
    """Take one step.

    Raises:
        Problem: `not_found`: there is no such step.
    """
    if step not in STEPS:
        raise Problem("not_found", path=step[:80])
    form = Form.sent()
    with form:
        body = form.body()
        about = str(body.pop(ABOUT[step], "")) if step in ABOUT else number
        if "accepted" in body:
            body["accepted"] = _YES_AND_NO.get(str(body["accepted"]), body["accepted"])
        ask("POST", f"{STEPS[step].route}/{quote(about, safe='')}{STEPS[step].end}", json=body, once=form.once)
        return see("console_inspections.one", number=number, done=step)
    return _page(number, of=step, form=form, status=422)


@blueprint.get("/<number>/files/<digest>")
def file(number: str, digest: str) -> FileResponse:
    """A photograph or paper of the visit, as it was sent."""
    body = ask("GET", f"/v1/visits/{quote(number, safe='')}/files/{quote(digest, safe='')}").body
    return send_file(
        BytesIO(body), mimetype="application/octet-stream", as_attachment=True, download_name=f"{digest[:16]}"
    )


def _page(number: str, *, of: str = "", form: Form | None = None, status: int = 200) -> Response:
    visit = ask("GET", f"/v1/visits/{quote(number, safe='')}").body
    orders = [ask("GET", f"/v1/rectification-orders/{quote(one, safe='')}").body for one in visit["orders"]]
    return page(
        "console/inspections/one.html",
        status=status,
        form=form,
        of=of,
        blank=Form(),
        visit=visit,
        orders=orders,
        files_at="/console/inspections",
        waits={one.replace("_", "-") for one in visit["decisions"]},
        names_of={one["code"]: one["name"] for one in visit["inspectors"]},
        done=_done(),
    )


def _done() -> dict[str, str]:
    return {
        "audit": _("审核结果已记录。"),
        "publication": _("公示已记录。"),
        "register-proposal": _("对登记的建议已有决定。"),
        "cancellation": _("本次检查已取消。"),
        "merge": _("是否合并已有决定。"),
        "closure": _("责令改正已办结。"),
    }
