"""Statistics over HTTP, for staff; each look at a draw is noted."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service import ratings
from service.insight.coverage import UNVISITED_COLUMNS, coverage_of, unvisited, unvisited_cells, unvisited_row
from service.insight.documents import (
    coverage_document,
    figures_document,
    findings_document,
    threshold_row,
    thresholds_document,
)
from service.insight.fairness import fairness_of
from service.insight.finding import findings_of
from service.insight.kept import Kept
from service.insight.key_figures import figures_of
from service.insight.schemas import (
    CoverageSchema,
    FairnessSchema,
    FindingRateSchema,
    KeyFiguresSchema,
    StatisticsArguments,
    ThresholdsSchema,
    TiersByKindSchema,
    UnvisitedArguments,
    UnvisitedListArguments,
    UnvisitedPageSchema,
)
from service.insight.scope import asked
from service.insight.telling import FAIRNESS_COLUMNS, fairness_document, fairness_rows
from service.insight.thresholds import THRESHOLD_COLUMNS, thresholds_of
from service.inspections.draws import figures_told
from service.platform import sheet, web

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.insight.fairness import Fairness
    from service.insight.scope import Asked

_TIERS = Kept(64)
_TIERS_AGE = timedelta(minutes=5)
blueprint = web.Blueprint("statistics", __name__, url_prefix="/v1", description="Statistics of inspections")


@blueprint.get("/draws/<number>/fairness")
@blueprint.response(200, FairnessSchema)
def fairness(number: str) -> Response:
    """A draw against its design: who was drawn, who was sent, how the work is shared."""
    return jsonify(fairness_document(_looked_at(number), web.language()))


@blueprint.get("/draws/<number>/fairness.csv")
@blueprint.response(200, content_type="text/csv")
def fairness_list(number: str) -> Response:
    """The same figures, every group, inspector and pair one line."""
    return _csv(FAIRNESS_COLUMNS, fairness_rows(_looked_at(number)), f"{number}-fairness")


@blueprint.get("/statistics/tiers-by-kind")
@blueprint.response(200, TiersByKindSchema)
def tiers_by_kind() -> Response:
    """How many ratings within the caller's scope stand in each tier, by region and kind, as of some minutes ago."""
    actor, database = web.actor(), web.database()
    now = database.clock.now()

    def count() -> dict[str, Any]:
        with web.reader() as session:
            return {"counted_at": now, "items": [one._asdict() for one in ratings.by_kind(session, actor)]}

    scope = repr((actor.authorities, sorted(actor.regions)))
    return jsonify(_TIERS.get(database, scope, count, now=now, age=_TIERS_AGE))


@blueprint.get("/statistics/findings")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, FindingRateSchema)
def findings(arguments: dict[str, Any]) -> Response:
    """At how many of the entities drawn from something would be found, by the random visits of a year alone."""
    with web.reader() as session:
        return jsonify(findings_document(findings_of(session, _asked(session, arguments))))


@blueprint.get("/statistics/coverage")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, CoverageSchema)
def coverage(arguments: dict[str, Any]) -> Response:
    """How many entities of each tier were inspected in a year."""
    with web.reader() as session:
        return jsonify(coverage_document(coverage_of(session, web.actor(), _asked(session, arguments))))


@blueprint.get("/statistics/unvisited")
@blueprint.arguments(UnvisitedArguments, location="query")
@blueprint.response(200, UnvisitedPageSchema)
def not_inspected(arguments: dict[str, Any]) -> Response:
    """The entities of a tier that nobody inspected in a year, by key."""
    page = web.page_of(arguments, str)
    after = "" if page.after is None else str(page.after[0])
    with web.reader() as session:
        found = unvisited(session, web.actor(), _asked(session, arguments), tier=arguments["tier"], after=after)
        rows = list(islice(found, page.limit + 1))
    kept, following = web.cut(rows, page, lambda one: (one.entity,))
    return web.link_next(jsonify({"items": [unvisited_row(one) for one in kept]}), following)


@blueprint.get("/statistics/unvisited.csv")
@blueprint.arguments(UnvisitedListArguments, location="query")
@blueprint.response(200, content_type="text/csv")
def not_inspected_list(arguments: dict[str, Any]) -> Response:
    """All of them as CSV."""
    with web.reader() as session:
        asked_for = _asked(session, arguments)
        rows = list(unvisited(session, web.actor(), asked_for, tier=arguments["tier"]))
    return _csv(UNVISITED_COLUMNS, map(unvisited_cells, rows), f"unvisited-{asked_for.year}-{arguments['tier']}")


@blueprint.get("/statistics/key-figures")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, KeyFiguresSchema)
def key_figures(arguments: dict[str, Any]) -> Response:
    """The key figures of a year, each with what stands above and below the line."""
    with web.reader() as session:
        year = _asked(session, arguments)
        return jsonify(figures_document(year, figures_of(session, year), web.language()))


@blueprint.get("/statistics/thresholds")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, ThresholdsSchema)
def thresholds(arguments: dict[str, Any]) -> Response:
    """Whether scores stop just short of a worse grade, by inspector."""
    with web.reader() as session:
        year = _asked(session, arguments)
        return jsonify(thresholds_document(year, thresholds_of(session, year), web.language()))


@blueprint.get("/statistics/thresholds.csv")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, content_type="text/csv")
def thresholds_list(arguments: dict[str, Any]) -> Response:
    """The same, one line for each inspector."""
    with web.reader() as session:
        year = _asked(session, arguments)
        rows = [threshold_row(one) for one in thresholds_of(session, year)]
    return _csv(
        THRESHOLD_COLUMNS, ([row[name] for name in THRESHOLD_COLUMNS] for row in rows), f"thresholds-{year.year}"
    )


def _asked(session: Session, arguments: Mapping[str, Any]) -> Asked:
    now = web.database().clock.now()
    return asked(session, web.actor(), authority=arguments.get("authority"), year=arguments.get("year"), now=now)


def _looked_at(number: str) -> Fairness:
    with web.reader() as session:
        found = fairness_of(session, number, parts=figures_told(session, web.actor(), number))
    web.notes().note_now(web.actor(), "draw_fairness", number, {})
    return found


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    response = Response(sheet(columns, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
