"""How often officials decided in place of the rule, month by month, as a page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import request

from service.pages import Form, PageBlueprint, ask, page
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_overrides", __name__, face="portal", url_prefix="/portal/overrides")
ASKED = ("year", "authority")
MONTHS = 12


@blueprint.get("")
def counted() -> Response:
    """The counts of a year: one row for each kind, one column for each month."""
    form = Form({name: said for name in ASKED if (said := request.args.get(name, "").strip())})
    found = None
    counts: Counter[tuple[str, int]] = Counter()
    with form:
        found = ask("GET", "/v1/override-counts", query=form.typed).body
        for one in found["items"]:
            counts[one["kind"], int(one["month"][-2:])] += one["count"]
    made = page(
        "portal/overrides.html",
        status=422 if form.refusal else 200,
        form=form,
        found=found,
        counts=counts,
        months=range(1, MONTHS + 1),
    )
    return shared(made)
