"""An entity asks for the repair of a record of its own, or objects to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.pages import Form, ask, page, see
from service.platform import Problem, web
from service.portal.my.blueprint import blueprint, cases_of, own, subject

if TYPE_CHECKING:
    from werkzeug import Response


@blueprint.get("/cases/<procedure>/new")
def new(procedure: str) -> Response:
    """The record that it is about, what the law asks, and where one says why."""
    return _page(procedure, Form({"record": request.args.get("record", "").strip()}))


@blueprint.post("/cases/<procedure>/new")
def file(procedure: str) -> Response:
    """Open a case as it was typed, and go on to its file."""
    form, address = Form.sent(), cases_of(procedure)
    with form:
        body = form.body(numbers=("record",), entity=subject(web.actor()))
        made = ask("POST", address, json=body, once=form.once)
        return see("portal_my.case", procedure=procedure, number=made.body["number"], done="opened")
    return _page(procedure, form, status=422)


def _page(procedure: str, form: Form, *, status: int = 200) -> Response:
    cases_of(procedure)
    record = _record(form.first("record"))
    chances = ask("GET", f"/v1/entities/{own()}/repairable").body["items"] if procedure == "repairs" else []
    chance = next((one for one in chances if one["record"] == record["id"]), None)
    return page("portal/my/new.html", status=status, form=form, procedure=procedure, record=record, chance=chance)


def _record(number: str) -> dict[str, Any]:
    """The record of a number, if it is the entity's own.

    Raises:
        Problem: `not_found`; what the interface refuses.
    """
    if not number.isascii() or not number.isdigit():
        raise Problem("not_found", path=request.path)
    found: dict[str, Any] = ask("GET", f"/v1/events/{int(number)}").body
    return found
