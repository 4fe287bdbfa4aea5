"""Where an entity that scanned the code of inspectors at its door reads who they are, and lets them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_visit_entry", __name__, face="portal", url_prefix="/portal/visit-entry")


@blueprint.get("")
def door() -> Response:
    """The code, as it was scanned or is typed; looking at the page changes nothing."""
    return page("portal/visit_entry.html", form=Form({"code": request.args.get("code", "").strip()}), entry=None)


@blueprint.post("")
def scan() -> Response:
    """Confirm the code: the hour is written down, and the entity is told who enters, for whom, and its rights."""
    form = Form.sent()
    with form:
        told = ask("POST", "/v1/visit-entries", json={"code": form.first("code").strip()}).body
        return page("portal/visit_entry.html", form=form, entry=told)
    return page("portal/visit_entry.html", status=422, form=form, entry=None)
