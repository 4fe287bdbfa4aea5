"""Statistics over HTTP, for staff; each look at a draw is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.insight.documents import findings_document
from service.insight.fairness import fairness_of
from service.insight.finding import findings_of
from service.insight.lists import as_csv
from service.insight.schemas import FairnessSchema, FindingRateSchema, StatisticsArguments
from service.insight.scope import asked
from service.insight.telling import FAIRNESS_COLUMNS, fairness_document, fairness_rows
from service.inspections.draws import refuse_figures
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.insight.fairness import Fairness
    from service.insight.scope import Asked

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


@blueprint.get("/statistics/findings")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, FindingRateSchema)
def findings(arguments: dict[str, Any]) -> Response:
    """At how many of the entities drawn from something would be found, by the random visits of a year alone."""
    with web.reader() as session:
        return jsonify(findings_document(findings_of(session, _asked(session, arguments))))


def _asked(session: Session, arguments: Mapping[str, Any]) -> Asked:
    now = web.database().clock.now()
    return asked(session, web.actor(), authority=arguments.get("authority"), year=arguments.get("year"), now=now)


def _looked_at(number: str) -> Fairness:
    with web.reader() as session:
        refuse_figures(session, web.actor(), number)
        found = fairness_of(session, number)
    web.notes().note_now(web.actor(), "draw_fairness", number, {})
    return found


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    response = Response(as_csv(columns, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
