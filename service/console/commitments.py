"""A commitment of an entity: what it promised by when, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from service.pages import Form, PageBlueprint, ask, page, see
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_commitments", __name__, face="console", url_prefix="/console/commitments")


@blueprint.get("/<int:number>")
def one(number: int) -> Response:
    """A commitment as it stands today."""
    return _page(number)


@blueprint.post("/<int:number>")
def settle(number: int) -> Response:
    """Record what became of it."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/commitments/{number}/outcome", json=form.body(), once=form.once)
        return see("console_commitments.one", number=number, done="settled")
    return _page(number, form=form, status=422)


def _page(number: int, *, form: Form | None = None, status: int = 200) -> Response:
    told = ask("GET", f"/v1/commitments/{number}").body
    return page(
        "console/commitments/one.html",
        status=status,
        form=form,
        commitment=told,
        entity=ask("GET", f"/v1/entities/{quote(told['entity'], safe=':')}").body,
        done={"settled": _("履行情况已记录。")},
    )
