"""Insight: key figures with formulas, coverage, findings, thresholds, fairness of a draw, repair; to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.console.relaying import relayed
from service.pages import PageBlueprint, ask, may, page

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


@blueprint.get("/draws/<number>")
def fairness(number: str) -> Response:
    """Whether a draw looks like what its design promises."""
    return page("console/insight/fairness.html", found=ask("GET", f"/v1/draws/{number}/fairness").body)


@blueprint.get("/draws/<number>/fairness.csv")
def fairness_list(number: str) -> Response:
    """The same figures as CSV."""
    return relayed(ask("GET", f"/v1/draws/{number}/fairness.csv"), f"{number}-fairness.csv")


def _asked(*more: str) -> Mapping[str, Any]:
    return {name: said for name in (*ASKED, *more) if (said := request.args.get(name, "").strip())}
