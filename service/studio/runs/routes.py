"""Studies over HTTP: asked for, watched, cancelled, and their results fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import Response, jsonify

from service.platform import Problem, web
from service.studio.runs.asking import ask, cancel
from service.studio.runs.kinds import KINDS
from service.studio.runs.reading import GREATEST, result_of, studies, study_told, told_problem
from service.studio.runs.schemas import StudyListSchema, StudySchema

if TYPE_CHECKING:
    from service.studio.runs.kinds import Kind

PAGE: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a browser lets the page do: be read."""
blueprint = web.Blueprint("studies", __name__, url_prefix="/v1", description="Studies of editions")


def _offer(name: str, kind: Kind) -> None:
    """The route by which a kind of study is asked for."""

    @blueprint.post(f"/studies/{name}", endpoint=f"ask_{name}")
    @blueprint.doc(summary=kind.says)
    @blueprint.arguments(kind.options)
    @blueprint.response(202, StudySchema)
    def ask_study(options: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        with web.unit_of_work() as uow:
            number = ask(uow=uow, kind=name, options=options, folder=web.settings().stock_folder)
            uow.flush()
            told = study_told(uow.session, uow.actor, number)
        return told, 202, {"Location": f"/v1/studies/{number}"}


for _name, _kind in KINDS.items():
    _offer(_name, _kind)


@blueprint.get("/studies")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, StudyListSchema)
def list_studies(arguments: dict[str, Any]) -> Response:
    """Studies that the caller asked for, or about editions within the caller's scope, the latest first."""
    page = web.page_of(arguments, int)
    before = int(page.after[0]) if page.after else GREATEST
    with web.reader() as session:
        read = studies(session, web.actor(), before=before, limit=page.limit + 1)
    rows, following = web.cut([_worded(one) for one in read], page, lambda row: (row["study"],))
    return web.link_next(jsonify({"items": StudySchema(many=True).dump(rows)}), following)


@blueprint.get("/studies/<int:study>")
@blueprint.response(200, StudySchema)
def one_study(study: int) -> dict[str, Any]:
    """How a study stands: waiting, running, or how it ended."""
    with web.reader() as session:
        return _worded(study_told(session, web.actor(), study))


@blueprint.get("/studies/<int:study>/result")
@blueprint.doc(responses={"200": {"content": {"application/json": {"schema": {"type": "object"}}}}})
def study_result(study: int) -> Response:
    """What a study found."""
    with web.reader() as session:
        return Response(result_of(session, web.actor(), study), mimetype="application/json")


@blueprint.get("/studies/<int:study>/report")
@blueprint.doc(responses={"200": {"content": {"text/html": {"schema": {"type": "string"}}}}})
def study_report(study: int) -> Response:
    """What a study found, as a page with its plots; not every kind has one."""
    with web.reader() as session:
        told = study_told(session, web.actor(), study)
        result = json.loads(result_of(session, web.actor(), study))
    page = KINDS[told["kind"]].page(result, web.language())
    if page is None:
        raise Problem("study_without_report", study=study)
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": PAGE})


@blueprint.post("/studies/<int:study>/cancellation")
@blueprint.response(204)
def cancel_study(study: int) -> Response:
    """End a study without a result."""
    with web.unit_of_work() as uow:
        cancel(uow=uow, study=study)
    return web.nothing()


def _worded(told: dict[str, Any]) -> dict[str, Any]:
    """A study with what made it fail in the caller's language."""
    problem = told["problem"]
    return told | {"problem": None if problem is None else told_problem(problem).document(web.language())}
