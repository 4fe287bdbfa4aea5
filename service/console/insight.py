"""Insight: key figures with formulas, coverage, findings, thresholds, fairness of a draw, repair; to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.console.relaying import relayed
from service.pages import Form, PageBlueprint, ask, may, page
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

blueprint = PageBlueprint("console_insight", __name__, face="console", url_prefix="/console/insight")
ASKED = ("year", "authority")
PARTS = {
    "figures": "/v1/statistics/key-figures",
    "coverage": "/v1/statistics/coverage",
    "findings": "/v1/statistics/findings",
    "cases": "/v1/statistics/repair-cases",
    "thresholds": "/v1/statistics/thresholds",
}
"""The parts of the statistics of a year, each asked for by who may."""
UNVISITED = 50
REPAIRABLE = ("authority", "region", "standing", "on", "by")
LISTED = 50
LONGEST = 18
"""Digits of a number that a record may have."""


@blueprint.get("")
def year() -> Response:
    """The statistics of a year of an authority, as far as the one who looks may see them."""
    asked = _asked()
    found = {name: ask("GET", path, query=asked).body for name, path in PARTS.items() if may("GET", path)}
    draws = ask("GET", "/v1/draw-counts", query=asked).body["items"] if found else []
    return page("console/insight/year.html", asked=asked, draws=draws, **{**dict.fromkeys(PARTS), **found})


@blueprint.get("/unvisited")
def unvisited() -> Response:
    """The entities of a tier that nobody inspected in a year."""
    asked = _asked("tier", "cursor")
    found = ask("GET", "/v1/statistics/unvisited", query={**asked, "limit": UNVISITED})
    items, following = found.body["items"], found.following
    return page("console/insight/unvisited.html", asked=asked, items=items, following=following)


@blueprint.get("/unvisited.csv")
def unvisited_list() -> Response:
    """All of them as CSV."""
    asked = _asked("tier")
    return relayed(ask("GET", "/v1/statistics/unvisited.csv", query=asked), f"unvisited-{asked.get('tier')}.csv")


@blueprint.get("/thresholds.csv")
def thresholds_list() -> Response:
    """Scores about the thresholds, inspector by inspector, as CSV."""
    return relayed(ask("GET", "/v1/statistics/thresholds.csv", query=_asked()), "thresholds.csv")


@blueprint.get("/repairable")
def repairable() -> Response:
    """The records that could be repaired, now or when, and how many there are by region."""
    asked = {name: said for name in (*REPAIRABLE, "cursor") if (said := request.args.get(name, "").strip())}
    regions = ask("GET", "/v1/statistics/repairable-by-district", query=_without(asked, "cursor", "standing")).body
    found = None
    if may("GET", "/v1/statistics/repairable"):
        found = ask("GET", "/v1/statistics/repairable", query={**asked, "limit": LISTED})
    items, following = (found.body["items"], found.following) if found else (None, None)
    shown = {"regions": regions["items"], "items": items, "following": following}
    return page("console/insight/repairable.html", asked=asked, **shown)


@blueprint.get("/repairable.csv")
def repairable_list() -> Response:
    """All of them as CSV."""
    asked = {name: said for name in REPAIRABLE if (said := request.args.get(name, "").strip())}
    answer = ask("GET", "/v1/statistics/repairable.csv", query=asked)
    return relayed(answer, "repairable.csv")


@blueprint.get("/reach")
def reach() -> Response:
    """How far a record that was put right had reached; without one, where its number is asked for."""
    form = Form({"event": request.args.get("event", "").strip()})
    event, found = form.first("event"), None
    if event:
        with form:
            if not (event.isascii() and event.isdigit()) or len(event) > LONGEST:
                raise Problem("event_not_found", pointer="/event", value=event[:80])
            found = ask("GET", f"/v1/events/{event}/reach").body
    return page("console/insight/reach.html", status=422 if form.refusal else 200, form=form, found=found)


@blueprint.get("/draws/<number>")
def fairness(number: str) -> Response:
    """Whether a draw looks like what its design promises."""
    return page("console/insight/fairness.html", found=ask("GET", f"/v1/draws/{number}/fairness").body)


@blueprint.get("/draws/<number>/fairness.csv")
def fairness_list(number: str) -> Response:
    """The same figures as CSV."""
    return relayed(ask("GET", f"/v1/draws/{number}/fairness.csv"), f"{number}-fairness.csv")


def _without(asked: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: said for name, said in asked.items() if name not in names}


def _asked(*more: str) -> Mapping[str, Any]:
    return {name: said for name in (*ASKED, *more) if (said := request.args.get(name, "").strip())}
