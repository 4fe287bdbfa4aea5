"""Draws: which there were, where each stands with its commitment and documents, and who was in its frame."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import request

from service.pages import Form, PageBlueprint, RefusedError, ask, page
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_draws", __name__, face="portal", url_prefix="/portal/draws")
SHOWN = 50
"""Draws on a page."""
NOT_YET = frozenset({"draw_names_hidden", "draw_step_too_early"})
"""Names that nobody is told yet, or that are not drawn yet."""
UNTOLD = frozenset({"draw_not_opened", "draw_rows_not_open"})
"""Rows that nobody is told, yet or ever."""


@blueprint.get("")
def listed() -> Response:
    """Draws with where each stands, and what became of all of them."""
    form = Form({name: said for name in ("authority",) if (said := request.args.get(name, "").strip())})
    found = ask(
        "GET",
        "/v1/draws",
        query={**form.typed, "cursor": request.args.get("cursor"), "limit": SHOWN, "order": "newest"},
    )
    counts = ask("GET", "/v1/draw-counts", query=form.typed).body
    following = found.following
    return shared(
        page("portal/draws/list.html", form=form, items=found.body["items"], following=following, counts=counts)
    )


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """One draw: its steps, commitment, documents, public values, and who was drawn once names are public."""
    draw = ask("GET", f"/v1/draws/{number}").body
    made = {kind: ask("GET", f"/v1/draws/{number}/documents/{kind}").body for kind in draw["documents"]}
    return shared(
        page(
            "portal/draws/one.html",
            draw=draw,
            made=made,
            times=_times(made),
            names_told=_told(f"/v1/draws/{number}/names", NOT_YET),
            left_out=_told(f"/v1/draws/{number}/left-out", NOT_YET),
            opened=draw["state"] == "opened",
        )
    )


@blueprint.get("/<number>/frame")
def frame(number: str) -> Response:
    """Whether an entity was in the frame of a draw, and what became of it."""
    form = Form({name: said for name in ("code",) if (said := request.args.get(name, "").strip())})
    draw = ask("GET", f"/v1/draws/{number}").body
    code = form.first("code")
    if not code:
        return shared(page("portal/draws/frame.html", form=form, draw=draw, places=None, untold=None, absent=False))
    try:
        places = ask("GET", f"/v1/draws/{number}/rows/{quote(code, safe=':')}").body["items"]
    except RefusedError as refused:
        if refused.code not in UNTOLD | {"draw_code_unknown", "not_found"}:
            raise
        untold = refused.document if refused.code in UNTOLD else None
        return page("portal/draws/frame.html", form=form, draw=draw, places=None, untold=untold, absent=untold is None)
    return page("portal/draws/frame.html", form=form, draw=draw, places=places, untold=None, absent=False)


def _told(path: str, hidden: frozenset[str]) -> dict[str, Any] | None:
    """What the interface tells at a path; None where it is hidden so far."""
    try:
        found: dict[str, Any] = ask("GET", path).body
    except RefusedError as refused:
        if refused.code not in hidden:
            raise
        return None
    return found


def _times(made: dict[str, Any]) -> list[tuple[str, datetime]]:
    """The instants that the commitment lays down, in order, by what happens then."""
    if "commitment" not in made:
        return []
    said = made["commitment"]
    times = [(name, said[name]) for name in ("frozen_at", "close_at", "result_by", "publish_by")]
    times += [("instant", attempt["instant"]) for attempt in said["attempts"]]
    return [(name, datetime.fromtimestamp(second, UTC)) for name, second in sorted(times, key=lambda one: one[1])]
