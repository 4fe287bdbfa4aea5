"""Dry runs: numbers of an edition moved, and the whole city with them; and the runs that were kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import request
from markupsafe import Markup

from service.console.migration import migrations
from service.console.numbers import by_clause, changes_in, shown_beside
from service.console.relaying import relayed, report_of
from service.pages import Form, PageBlueprint, RefusedError, ask, page
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

blueprint = PageBlueprint("console_trials", __name__, face="console", url_prefix="/console/rulebooks")
EVERY_KIND = re.compile(r'<div class="plots">(.*?)</div>', re.DOTALL)
FIGURE = re.compile(r"<figure [^>]*>(.*?)</figure>", re.DOTALL)
VISITS = re.compile(r'<figure id="visits" .*?</figure>', re.DOTALL)
MOVERS = 20
LONGEST = 18
"""Digits of a number that a run may have."""


@blueprint.get("/trials/<edition_id>")
def sliders(edition_id: str) -> Response:
    """The numbers of an edition, to be moved."""
    return page("console/rulebooks/trial.html", found=None, **_numbers(edition_id), **_stock())


@blueprint.post("/trials/<edition_id>")
def trial(edition_id: str) -> Response:
    """Who would move under other numbers; nothing is kept."""
    form, shown = Form.sent(), _numbers(edition_id)
    changes, found, status = changes_in(form, shown["numbers"]), None, 200
    with form:
        found = ask("POST", "/v1/dry-runs/trial", json={"edition": edition_id, "changes": changes}).body
    if found is None:
        shown_beside(form, changes)
        status = 422
    part = "HX-Request" in request.headers
    return page(
        f"console/rulebooks/{'moved' if part else 'trial'}.html",
        status=200 if part else status,  # what is swapped in comes with what was refused
        form=form,
        found=found,
        changes=changes,
        migrations=migrations(found["kinds"]) if found else [],
        **shown,
        **({} if part else _stock()),
    )


@blueprint.get("/dry-runs")
def runs() -> Response:
    """Dry runs that were kept, the latest first."""
    found = ask("GET", "/v1/dry-runs", query={"cursor": request.args.get("cursor")})
    return page("console/rulebooks/runs.html", items=found.body["items"], following=found.following)


@blueprint.get("/dry-runs/<int:run>")
def run(run: int) -> Response:
    """One dry run: who moves, by which clauses, what inspectors would have to do."""
    found = ask("GET", f"/v1/dry-runs/{run}").body
    others = [one for one in ask("GET", "/v1/dry-runs").body["items"] if one["run"] != run]
    return page(
        "console/rulebooks/run.html",
        found=found,
        others=others,
        migrations=migrations(found["kinds"]),
        plots=_figures(ask("GET", f"/v1/dry-runs/{run}.html").body.decode()),
    )


@blueprint.get("/dry-runs/<int:run>/against")
def against(run: int) -> Response:
    """Two dry runs against each other: the cells of their matrices that differ."""
    other = request.args.get("other", "").strip()
    if not (other.isascii() and other.isdigit()) or len(other) > LONGEST:
        raise Problem("dry_run_not_found", run=other[:80])
    found = ask("GET", f"/v1/dry-runs/{run}/against/{other}").body
    return page("console/rulebooks/against.html", found=found, kinds=_differing(found["kinds"]))


@blueprint.get("/dry-runs/<int:run>/entities")
def movers(run: int) -> Response:
    """Who moves, with the reasons under either law."""
    found = ask("GET", f"/v1/dry-runs/{run}/entities", query={"limit": MOVERS, **request.args.to_dict()})
    return page("console/rulebooks/movers.html", run=run, items=found.body["items"], following=found.following)


@blueprint.get("/dry-runs/<int:run>/report")
def report(run: int) -> Response:
    """The whole report, a page that stands by itself."""
    return report_of(ask("GET", f"/v1/dry-runs/{run}.html"))


@blueprint.get("/dry-runs/<int:run>.csv")
def matrices(run: int) -> Response:
    """The matrices of a dry run as CSV."""
    return relayed(ask("GET", f"/v1/dry-runs/{run}.csv"), f"dry-run-{run}.csv")


def _figures(report: str) -> list[Markup]:
    """What the report draws of all kinds together, and the visits by month, each with its caption."""
    drawn = "".join([*EVERY_KIND.findall(report)[:1], *VISITS.findall(report)])
    return [Markup(one) for one in FIGURE.findall(drawn)]  # noqa: S704 - written by the report, which escapes


def _differing(kinds: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The kinds in which the runs differ, those in which most do first."""
    moved = {
        kind: sum(abs(cell["run"] - cell["against"]) for name in ("tiers", "grades") for cell in told[name])
        for kind, told in kinds.items()
    }
    return [(kind, kinds[kind]) for kind in sorted(kinds, key=lambda kind: (-moved[kind], kind)) if moved[kind]]


def _numbers(edition_id: str) -> dict[str, Any]:
    numbers = ask("GET", f"/v1/editions/{edition_id}/numbers").body["items"]
    contents = ask("GET", f"/v1/editions/{edition_id}/contents").body
    return {"numbers": numbers, "groups": by_clause(numbers, contents["clauses"]), "contents": contents}


def _stock() -> dict[str, Any]:
    """The newest stock, None where there is none yet."""
    try:
        kept = ask("GET", "/v1/stocks").body["items"]
    except RefusedError:
        kept = []
    return {"stock": kept[0] if kept else None}
