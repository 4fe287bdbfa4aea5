"""Visits as staff open, read and audit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service import register
from service.inspections.plans import task_of
from service.inspections.visits import documents, queries, usecases
from service.inspections.visits.reading import draw_of_source
from service.inspections.visits.routes.blueprint import blueprint, members_of, note_looks, opening
from service.inspections.visits.schemas import (
    NewVisitSchema,
    TaskVisitsSchema,
    VisitAuditedSchema,
    VisitAuditSchema,
    VisitListArguments,
    VisitPageSchema,
    VisitsOpenedSchema,
    VisitViewSchema,
)
from service.inspections.visits.veil import veil_of
from service.platform import Problem, web

if TYPE_CHECKING:
    from service.platform import UnitOfWork


@blueprint.get("/visits")
@blueprint.arguments(VisitListArguments, location="query")
@blueprint.response(200, VisitPageSchema)
def all_visits(arguments: dict[str, Any]) -> Response:
    """Visits, oldest first unless asked otherwise: an inspector's own, others' those of authorities in their scope."""
    page = web.page_of(arguments, int)
    wanted = queries.Wanted(**{name: arguments[name] for name in queries.Wanted._fields})
    after = None if page.after is None else page.after_number
    with web.reader() as session:
        rows = queries.visits(session, web.actor(), wanted, after=after, limit=page.limit)
        veil = veil_of(session, web.actor())
    kept, following = web.cut(rows, page, lambda row: (row.visit.id,))
    note_looks(veil.looked_at([row.visit for row in kept]))
    return web.link_next(jsonify({"items": [documents.in_list(row) for row in kept]}), following)


@blueprint.get("/visits/<number>")
@blueprint.response(200, VisitViewSchema)
def read(number: str) -> Response:
    """A visit with its team, checklist, findings, record, outcome and acts."""
    with web.reader() as session:
        view = queries.visit_view(session, web.actor(), number)
        veil = veil_of(session, web.actor())
    note_looks(veil.looked_at([view.visit]))
    return jsonify(documents.whole(view))


@blueprint.post("/visits")
@blueprint.arguments(NewVisitSchema)
@blueprint.response(201, VisitsOpenedSchema)
def open_one(said: dict[str, Any]) -> Response:
    """Dispatch a visit outside every draw: a case, a complaint, a special inspection."""
    window = (said.pop("first_day"), said.pop("last_day"))
    team = _team(said.pop("team"))
    asked = {"type_": said.pop("type"), "team": team, "window": window, **said}
    return opening(lambda uow: usecases.open_triggered(uow, **asked))


@blueprint.post("/inspection-tasks/<task>/visits")
@blueprint.arguments(TaskVisitsSchema)
@blueprint.response(201, VisitsOpenedSchema)
def open_of_task(said: dict[str, Any], task: str) -> Response:
    """Dispatch visits of a targeted or full-coverage task; those of a random task come from its draw alone."""
    asked = {
        "teams": [_team(team) for team in said["teams"]],
        "window": (said["first_day"], said["last_day"]),
        "reason": said["reason"],
    }

    def open_visits(uow: UnitOfWork) -> usecases.Opened:
        planned = task_of(uow.session, task).body
        if not register.reaches_authority(uow.session, uow.actor, planned["lead"]):
            raise Problem("out_of_scope")
        if planned["channel"] == "random":
            raise Problem("visit_needs_draw", task=task)
        return usecases.open_visits(uow, task=task, source=f"task:{task}", **asked)

    return opening(open_visits)


@blueprint.post("/draws/<number>/visits")
@blueprint.response(201, VisitsOpenedSchema)
def open_of_draw(number: str) -> Response:
    """Dispatch the visits of a draw that was dispatched; asked again after a replacement, what changed is made good."""
    with web.reader() as session:
        hidden = veil_of(session, web.actor()).hidden
    if number in {draw_of_source(one) for one in hidden}:
        raise Problem("draw_names_hidden", draw=number)
    return opening(lambda uow: usecases.open_drawn(uow, draw=number))


@blueprint.post("/visits/<number>/audit")
@blueprint.arguments(VisitAuditSchema)
@blueprint.response(200, VisitAuditedSchema)
def audit(said: dict[str, Any], number: str) -> Response:
    """Accept a signed record, or send it back; by a third person."""
    with web.unit_of_work() as uow:
        if not said["accepted"]:
            usecases.send_back(uow, number=number, reason=said["reason"])
            return jsonify({"visit": number})
        told = usecases.audit_visit(uow, number=number, reason=said["reason"], rectify_by=said["rectify_by"])
    return jsonify(documents.audited(told))


def _team(said: dict[str, Any]) -> usecases.Team:
    return usecases.Team(said["entity"], members_of(said["members"]))
