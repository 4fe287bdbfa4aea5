"""Publicity: what is to be shown, changed and taken down by when, one record with its acts, and double publicity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response as BaseResponse

blueprint = PageBlueprint("console_publications", __name__, face="console", url_prefix="/console/publications")
SHOWN = 200
"""Duties on the worklist."""


@blueprint.get("")
def listed() -> Response:
    """What is owed about records, what is due first first."""
    found = ask("GET", "/v1/publication-worklist", query={"limit": SHOWN}).body["items"]
    act = request.args.get("act", "").strip()
    return page(
        "console/publications/list.html",
        items=[one for one in found if act in {"", one["act"]}],
        acts=list(dict.fromkeys(one["act"] for one in found)),
        chosen=act,
        full=len(found) == SHOWN,
    )


@blueprint.get("/<int:event>")
def one(event: int) -> Response:
    """One record: shown or not and why, until when, what is owed and what was done."""
    return _record(event)


@blueprint.post("/<int:event>")
def act(event: int) -> BaseResponse:
    """Record what was done about a record."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/events/{event}/publication-acts", json=form.body(), once=form.once)
        return see("console_publications.one", event=event, done="recorded")
    return _record(event, form=form, status=422)


@blueprint.get("/double")
def double() -> Response:
    """Double publicity: how many penalties of some days are good to go, and what is wrong with the others."""
    typed = {name: [request.args.get(name, "").strip()] for name in ("since", "until")}
    form = Form({name: said[0] for name, said in typed.items()})
    found: dict[str, Any] | None = None
    if any(form.typed.values()):
        with form:
            found = ask("GET", "/v1/double-publicity", query=form.body()).body
    return page(
        "console/publications/double.html",
        form=form,
        status=422 if form.refusal else 200,
        found=found,
        recipients=ask("GET", "/v1/publication-recipients").body["items"],
    )


@blueprint.get("/double.csv")
def double_sheet() -> Response:
    """The sheet of double publicity."""
    asked = {name: request.args.get(name) for name in ("since", "until")}
    found = ask("GET", "/v1/double-publicity.csv", query=asked)
    answer = Response(found.body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = found.headers["Content-Disposition"]
    return answer


def _record(event: int, *, form: Form | None = None, status: int = 200) -> Response:
    """The page of one record.

    Raises:
        Problem: `publication_record_unknown`: no edition speaks of such a record.
    """
    known = ask("GET", f"/v1/events/{event}").body
    key = known.get("entity")
    items = [] if key is None else ask("GET", f"/v1/entities/{key}/publicity").body["items"]
    record = next((each for each in items if each["event"] == event), None)
    if record is None:
        raise Problem("publication_record_unknown", event=event)
    return page(
        "console/publications/one.html",
        form=form,
        status=status,
        entity=ask("GET", f"/v1/entities/{key}").body,
        record=record,
        places=list(dict.fromkeys(each["place"] for each in record["acts"])),
        done={"recorded": _("已记录。")},
    )
