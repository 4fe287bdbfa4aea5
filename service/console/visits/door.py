"""At the door: the entity's code scanned, a code shown to it, or a reason; off-site work begins without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import segno
from flask import request

from service.console.visits.blueprint import blueprint, path_of, visit_of
from service.console.visits.one import visit_page
from service.pages import Form, ask, page, see
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response

SHOW: Final = "entry-code"
WAYS: Final = {
    "scan": ("code", "inspectors[]"),
    "entry": ("reason", "inspectors[]"),
    "off-site": ("inspectors[]",),
    "on-site": ("reason",),
    SHOW: ("inspectors[]",),
}
"""How a visit begins, as the interface calls it, with the fields that each takes."""
_DONE = {"scan": "entered", "entry": "entered", "off-site": "begun", "on-site": "on-site"}


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """A visit."""
    return visit_page(number)


@blueprint.post("/<number>/door")
def enter(number: str) -> Response:
    """Begin the visit in the way whose button was pressed."""
    form = Form.sent()
    way = form.first("way")
    if way not in WAYS:
        raise Problem("not_found", path=way[:80])
    with form:
        body = _body(form, way)
        told = ask("POST", f"{path_of(number)}/{way}", json=body, once=None if way == SHOW else form.once).body
        return _shown(number, told) if way == SHOW else see("console_visits.one", number=number, done=_DONE[way])
    _beside_their_fields(form)
    return visit_page(number, of="door", form=form, status=422)


def _body(form: Form, way: str) -> dict[str, Any]:
    """What is typed for one way; a list without a tick is empty, for the interface to say how many there must be."""
    typed = Form({name: form.typed[name] for name in WAYS[way] if name in form.typed}).body()
    return {"inspectors": [], **typed} if "inspectors[]" in WAYS[way] else typed


def _beside_their_fields(form: Form) -> None:
    """Faults of the list stand at its field, which is named otherwise."""
    for pointer in [name for name in form.faults if name.partition("/")[0] == "inspectors"]:
        form.faults.setdefault("inspectors[]", []).extend(form.faults.pop(pointer))


def _shown(number: str, told: dict[str, str]) -> Response:
    """The code, told once, as a square that leads the entity to the page on which it lets the inspectors in."""
    address = f"{request.host_url}portal/visit-entry?code={told['code']}"
    return page(
        "console/visits/code.html",
        visit=visit_of(number),
        code=told["code"],
        expires_at=told["expires_at"],
        address=address,
        square=segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4, light="white"),
    )
