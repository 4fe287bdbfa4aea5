"""What the service computes about repair and correction, for staff; look-ups of persons are noted."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.insight.case_figures import case_figures
from service.insight.case_schemas import CaseStatisticsSchema
from service.insight.documents import cases_document
from service.insight.outreach import (
    AT_ONCE,
    BEGINNING,
    OUTREACH_COLUMNS,
    Outreach,
    Place,
    by_district,
    outreach,
    outreach_cells,
    outreach_row,
)
from service.insight.outreach_schemas import (
    OutreachArguments,
    OutreachDistrictsSchema,
    OutreachListArguments,
    OutreachPageSchema,
)
from service.insight.reach import reach_of
from service.insight.reach_document import reach_document
from service.insight.reach_schemas import ReachSchema
from service.insight.schemas import StatisticsArguments
from service.insight.scope import asked
from service.platform import sheet_pieces, web

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.insight.outreach import Reachable
    from service.platform import Actor, Database
    from service.platform.query_log import QueryNotes

blueprint = web.Blueprint("repair_statistics", __name__, url_prefix="/v1", description="Statistics of credit repair")


@blueprint.get("/events/<int:event_id>/reach")
@blueprint.response(200, ReachSchema)
def reach(event_id: int) -> Response:
    """How far a corrected or annulled event had reached: tiers, draws, partners who were told."""
    with web.reader() as session:
        found = reach_of(session, web.actor(), event_id, now=web.database().clock.now())
    web.notes().note_now(web.actor(), "correction_reach", found.entity.key, {"event": event_id})
    return jsonify(reach_document(found, web.language()))


@blueprint.get("/statistics/repairable")
@blueprint.arguments(OutreachArguments, location="query")
@blueprint.response(200, OutreachPageSchema)
def repairable(arguments: dict[str, Any]) -> Response:
    """The records that could be repaired now, or on which day, and what is missing, by key of the entity."""
    page, wanted = web.page_of(arguments, str, int), _asked(arguments)
    after = BEGINNING if page.after is None else Place(str(page.after[0]), int(page.after[1]))
    with web.reader() as session:
        found = outreach(session, web.actor(), wanted, now=web.database().clock.now(), after=after)
        rows = list(islice(found, page.limit + 1))
    kept, following = web.cut(rows, page, lambda one: (one.entity.key, one.chance.record.event_id))
    _note(web.notes(), web.actor(), wanted, kept)
    return web.link_next(jsonify({"items": [outreach_row(one) for one in kept]}), following)


@blueprint.get("/statistics/repairable.csv")
@blueprint.arguments(OutreachListArguments, location="query")
@blueprint.response(200, content_type="text/csv")
def repairable_list(arguments: dict[str, Any]) -> Response:
    """All of them as CSV, sent as they are read."""
    wanted, actor, database = _asked(arguments), web.actor(), web.database()
    with web.reader() as session:
        outreach(session, actor, wanted, now=database.clock.now())  # a question that cannot be asked is refused here
    pieces = _pieces(database, web.notes(), actor, wanted)
    response = Response(sheet_pieces(OUTREACH_COLUMNS, pieces), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="repairable.csv"'
    return response


@blueprint.get("/statistics/repairable-by-district")
@blueprint.arguments(OutreachListArguments, location="query")
@blueprint.response(200, OutreachDistrictsSchema)
def repairable_by_district(arguments: dict[str, Any]) -> Response:
    """How many records of each region could be repaired now, later, once something is done, never."""
    with web.reader() as session:
        found = outreach(session, web.actor(), _asked(arguments), now=web.database().clock.now())
        return jsonify({"items": by_district(found)})


@blueprint.get("/statistics/repair-cases")
@blueprint.arguments(StatisticsArguments, location="query")
@blueprint.response(200, CaseStatisticsSchema)
def repair_cases(arguments: dict[str, Any]) -> Response:
    """Cases of repair and objection filed in a year: where they stand, whether in time, what came of them."""
    actor, now = web.actor(), web.database().clock.now()
    with web.reader() as session:
        year = asked(session, actor, authority=arguments.get("authority"), year=arguments.get("year"), now=now)
        return jsonify(cases_document(year, case_figures(session, actor, year, now=now)))


def _asked(arguments: Mapping[str, Any]) -> Outreach:
    return Outreach(*(arguments.get(name) for name in Outreach._fields))


def _pieces(database: Database, notes: QueryNotes, actor: Actor, wanted: Outreach) -> Iterator[list[list[object]]]:
    """The cells of some records at a time; who is named among them is noted before they leave."""
    with database.reader() as session:
        found = outreach(session, actor, wanted, now=database.clock.now())
        while some := list(islice(found, AT_ONCE)):
            _note(notes, actor, wanted, some)
            yield from outreach_cells(iter(some))


def _note(notes: QueryNotes, actor: Actor, wanted: Outreach, rows: Iterable[Reachable]) -> None:
    persons = {one.entity.key for one in rows if one.entity.natural_person}
    detail = {name: str(said) for name, said in wanted._asdict().items() if said is not None}
    notes.note_each_now(actor, "outreach", sorted(persons), detail)
