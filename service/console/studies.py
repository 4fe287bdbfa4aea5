"""Studies of editions: asked for, watched, ended, and their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from flask import Response as Page
from flask import request

from service.console.relaying import report_of
from service.pages import Form, PageBlueprint, RefusedError, ask, page, see
from service.pages.words import gettext as _
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_studies", __name__, face="console", url_prefix="/console/insight/studies")
OPTIONS = {
    "back-test": ("edition", "rulebook", "text", "first", "last", "horizon", "knowledge"),
    "policy": ("edition", "days", "visits_per_day", "minimums"),
    "sensitivity": ("edition",),
    "monotone": ("edition",),
}
"""The kinds of study, and what is asked of each."""
NUMBERS = ("horizon", "days", "visits_per_day")
MINIMUMS = 4
"""Tiers whose least share a form takes."""


@blueprint.get("")
def listed() -> Page:
    """Studies, the latest first, and forms that ask for another."""
    return _all()


@blueprint.post("/new/<kind>")
def order(kind: str) -> Response:
    """Ask for a study."""
    form = Form.sent()
    with form:
        made = _asked(kind, form)
        return see("console_studies.one", study=made["study"], done="asked")
    return _all(form, kind)


@blueprint.get("/<int:study>")
def one(study: int) -> Page:
    """How a study stands, asked for again as long as it goes on."""
    part = "HX-Request" in request.headers
    found = ask("GET", f"/v1/studies/{study}").body
    done = {"asked": _("已受理，完成后可在本页查看报告。"), "cancelled": _("已取消。")}
    return page(f"console/insight/study{'_progress' if part else ''}.html", found=found, done=done)


@blueprint.get("/<int:study>/report")
def report(study: int) -> Page:
    """What a study found, as a page that stands by itself."""
    return report_of(ask("GET", f"/v1/studies/{study}/report"))


@blueprint.get("/<int:study>/result.json")
def result(study: int) -> Page:
    """What a study found, as a file."""
    body = ask("GET", f"/v1/studies/{study}/result").body
    return Page(orjson.dumps(body, option=orjson.OPT_INDENT_2), mimetype="application/json")


@blueprint.post("/<int:study>/cancellation")
def cancel(study: int) -> Response:
    """End a study without a result."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/studies/{study}/cancellation", once=form.once)
        return see("console_studies.one", study=study, done="cancelled")
    return page("console/insight/study.html", status=422, form=form, found=ask("GET", f"/v1/studies/{study}").body)


def _asked(kind: str, form: Form) -> dict[str, Any]:
    """Ask for a study; that its edition is beyond the scope is a fault of what was chosen, not of who looks."""
    try:
        made: dict[str, Any] = ask("POST", f"/v1/studies/{kind}", json=form.body(numbers=NUMBERS), once=form.once).body
    except RefusedError as refused:
        if refused.code == "out_of_scope":
            raise Problem("study_beyond_scope", pointer="/edition") from refused
        raise
    return made


def _all(form: Form | None = None, kind: str = "") -> Page:
    found = ask("GET", "/v1/studies", query={"cursor": request.args.get("cursor")})
    editions = [
        (one["edition_id"], one["edition_id"])
        for one in ask("GET", "/v1/editions").body
        if "rating" in one["matters"] and one["status"] in {"in_force", "adopted"}
    ]
    return page(
        "console/insight/studies.html",
        status=200 if form is None else 422,
        form=form,
        wanted=kind or request.args.get("kind", ""),
        items=found.body["items"],
        following=found.following,
        editions=editions,
        options=OPTIONS,
        minimums=MINIMUMS,
    )
