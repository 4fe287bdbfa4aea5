"""The drawing room: a draw as officials and witnesses see it together, on a wall, and take its address home.

Nothing stands there that is not public: a name is asked for only once it is everybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import request

from service.console.draws.blueprint import Standing, blueprint, standing
from service.console.draws.steps import marks
from service.pages import ask, page
from service.platform import web

if TYPE_CHECKING:
    from flask import Response

SHOWN = 40
"""Entities on a wall; the others are at the address."""


@blueprint.get("/<number>/room")
def room(number: str) -> Response:
    """The draw for a projector; a browser that asks again gets what stands in the middle alone."""
    known = standing(number)
    items = ask("GET", f"/v1/draws/{number}/names").body["items"] if _names_are_public(known) else None
    path = f"portal/verify?draw={number}" if known.view["state"] == "opened" else f"portal/draws/{number}"
    address = request.host_url + path
    template = "console/draws/room_now.html" if "HX-Request" in request.headers else "console/draws/room.html"
    return page(
        template,
        known=known,
        marks=marks(known),
        items=None if items is None else items[:SHOWN],
        count=None if items is None else len(items),
        address=address,
        code=segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, light="white"),
        now=web.database().clock.now(),
    )


def _names_are_public(known: Standing) -> bool:
    """Whether everyone may know who was drawn, as the commitment says (docs/draw-protocol.md §8)."""
    since = {"open": ("concluded", "dispatched", "opened"), "dispatch": ("dispatched", "opened")}
    return known.view["state"] in since.get((known.commitment or {}).get("names", ""), ("opened",))
