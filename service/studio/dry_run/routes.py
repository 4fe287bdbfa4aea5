"""Dry runs over HTTP: tried at once, or kept to be read, compared and attached to a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from scoring.edition.differing import place_of, placed
from service import editions
from service.platform import LANGUAGES, Problem, web
from service.studio.dry_run import queries
from service.studio.dry_run.arguments import (
    DryRunEntitiesArguments,
    DryRunListArguments,
    DryRunOrderSchema,
    DryRunTrialSchema,
    DryRunWhichArguments,
)
from service.studio.dry_run.comparing import compared
from service.studio.dry_run.report import POLICY, as_page
from service.studio.dry_run.schemas import (
    DryRunComparisonSchema,
    DryRunEntitiesSchema,
    DryRunFoundSchema,
    DryRunListSchema,
    DryRunSchema,
    EditionNumbersSchema,
    StockListSchema,
)

if TYPE_CHECKING:
    from scoring.edition.differing.placing import Placed
    from service.studio.dry_run.asking import Wanted

blueprint = web.Blueprint(
    "dry_runs", __name__, url_prefix="/v1", description="Dry runs: who would move under an edition, and why"
)


@blueprint.post("/dry-runs")
@blueprint.arguments(DryRunOrderSchema)
@blueprint.response(201, DryRunSchema)
def keep(said: dict[str, Any]) -> Response:
    """Try an edition on the stock and keep what is found; nothing changes in force. One at a time for each person."""
    from service.studio.dry_run import usecases  # noqa: PLC0415 -- NumPy, for who asks

    with web.unit_of_work(one_snapshot=True) as uow:
        number = usecases.rehearse(uow=uow, folder=web.settings().stock_folder, wanted=_wanted(said))
        made = jsonify(queries.whole_of(queries.run_of(uow.session, uow.actor, number)))
    made.status_code = 201
    made.headers["Location"] = f"/v1/dry-runs/{number}"
    return made


@blueprint.post("/dry-runs/trial")
@blueprint.arguments(DryRunTrialSchema)
@blueprint.response(200, DryRunFoundSchema)
def trial(said: dict[str, Any]) -> Response:
    """Who would move, counted and not kept: for changing a number and looking at once."""
    from service.studio.dry_run import usecases  # noqa: PLC0415 -- NumPy, for who asks

    with web.reader() as session:
        found = usecases.tried(session, web.settings().stock_folder, web.actor(), _wanted(said))
    return jsonify(found)


@blueprint.get("/dry-runs")
@blueprint.arguments(DryRunListArguments, location="query")
@blueprint.response(200, DryRunListSchema)
def listed(arguments: dict[str, Any]) -> Response:
    """Dry runs that were kept, the latest first; those of a proposal are attached to it."""
    page = web.page_of(arguments, int)
    before = int(page.after[0]) if page.after else queries.GREATEST
    with web.reader() as session:
        found = queries.runs(
            session, web.actor(), before=before, limit=page.limit + 1, proposal=arguments.get("proposal")
        )
    rows, following = web.cut(found, page, lambda row: (row["run"],))
    return web.link_next(jsonify({"items": rows}), following)


@blueprint.get("/dry-runs/<int:run>")
@blueprint.response(200, DryRunSchema)
def one(run: int) -> Response:
    """One dry run, whole."""
    with web.reader() as session:
        return jsonify(queries.whole_of(queries.run_of(session, web.actor(), run)))


@blueprint.get("/dry-runs/<int:run>.csv")
@blueprint.response(200, content_type="text/csv")
def one_as_csv(run: int) -> Response:
    """The matrices of a dry run, a line for each count."""
    from service.studio.dry_run.export import as_csv  # noqa: PLC0415 -- NumPy, for who asks

    with web.reader() as session:
        said = as_csv(queries.run_of(session, web.actor(), run).document)
    return Response(said, mimetype="text/csv")


@blueprint.get("/dry-runs/<int:run>.html")
@blueprint.response(200, content_type="text/html")
def one_as_page(run: int) -> Response:
    """A dry run as a page with plots, in the caller's language; it stands by itself, without scripts."""
    with web.reader() as session:
        said = queries.whole_of(queries.run_of(session, web.actor(), run))
        answer = Response(as_page(session, said, web.language()), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.vary.add("Accept-Language")
    return answer


@blueprint.get("/dry-runs/<int:run>/entities")
@blueprint.arguments(DryRunEntitiesArguments, location="query")
@blueprint.response(200, DryRunEntitiesSchema)
def entities(arguments: dict[str, Any], run: int) -> Response:
    """Who moves, or is near a bound, with both explanations side by side; each look is noted."""
    from service.studio.dry_run.movers import Which, entities_of  # noqa: PLC0415 -- NumPy, for who asks

    page = web.page_of(arguments, int)
    which = Which(**{name: arguments[name] for name in Which._fields if name in arguments})
    with web.reader() as session:
        found = queries.run_of(session, web.actor(), run)
        read = entities_of(session, found, which, page, lang=web.language())
    rows, following = web.cut(read, page, lambda row: (row["n"],))
    web.notes().note_now(web.actor(), "dry_run", str(run), {"entities": len(rows)})
    return web.link_next(jsonify({"items": rows}), following)


@blueprint.get("/dry-runs/<int:run>/entities.csv")
@blueprint.arguments(DryRunWhichArguments, location="query")
@blueprint.response(200, content_type="text/csv")
def entities_as_sheet(arguments: dict[str, Any], run: int) -> Response:
    """Who moves, or is near a bound, a line each without names and reasons; each look is noted."""
    from service.studio.dry_run.export import entities_as_csv  # noqa: PLC0415 -- NumPy, for who asks
    from service.studio.dry_run.movers import Which  # noqa: PLC0415 -- NumPy, for who asks

    with web.reader() as session:
        queries.run_of(session, web.actor(), run)
    web.notes().note_now(web.actor(), "dry_run", str(run), {"format": "csv"})
    return Response(entities_as_csv(web.database(), web.actor(), run, Which(**arguments)), mimetype="text/csv")


@blueprint.get("/dry-runs/<int:run>/against/<int:other>")
@blueprint.response(200, DryRunComparisonSchema)
def against(run: int, other: int) -> Response:
    """Two dry runs against each other: the cells of their matrices that differ."""
    with web.reader() as session:
        pair = [queries.run_of(session, web.actor(), number) for number in (run, other)]
        return jsonify(compared(pair[0], pair[1]))


@blueprint.get("/stocks")
@blueprint.response(200, StockListSchema)
def stocks() -> Response:
    """The column snapshots that are there to be tried on, the newest first."""
    from service.studio.stock import stocks_kept  # noqa: PLC0415 -- NumPy, for who asks

    folder = web.settings().stock_folder
    kept = [] if folder is None else stocks_kept(folder)
    return jsonify({"items": [{"position": one.position, "day": one.day.isoformat()} for one in kept]})


@blueprint.get("/editions/<edition_id>/numbers")
@blueprint.response(200, EditionNumbersSchema)
def stated(edition_id: str) -> Response:
    """Every number that an edition states, with the place by which it is changed in a trial."""
    with web.reader() as session:
        text = editions.text_of(session, edition_id)
    if text is None:
        raise Problem("edition_unknown", edition=edition_id)
    return jsonify({"edition": edition_id, "items": [_stated(each) for each in placed(text)]})


def _stated(one: Placed) -> dict[str, Any]:
    told = {lang: place_of(one.path, lang) for lang in LANGUAGES}
    return {**one.number._asdict(), "clause": one.clause, "told": told}


def _wanted(said: dict[str, Any]) -> Wanted:
    from service.studio.dry_run.asking import Wanted  # noqa: PLC0415 -- NumPy, for who asks

    changes = [(each["place"], each["value"]) for each in said.pop("changes")]
    return Wanted(**said, changes=changes)
