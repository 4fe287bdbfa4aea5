"""Plans and tasks over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, jsonify

from service import register
from service.inspections.plans import queries, usecases
from service.inspections.plans.export import as_csv
from service.inspections.plans.load import eligible, feasibility, remaining
from service.inspections.plans.schemas import (
    FeasibilitySchema,
    NewPlanSchema,
    PlanAmendmentSchema,
    PlanDecisionSchema,
    PlanListArguments,
    PlanNumberSchema,
    PlanPageSchema,
    PlanReasonSchema,
    PlanSchema,
    TaskSchema,
)
from service.platform import Problem, web

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAID = ("proposed_by", "decided_by", "decision")
_TAKEN = ("proposed_at", "decided_at")
blueprint = web.Blueprint(
    "inspection_plans", __name__, url_prefix="/v1", description="Inspection plans, their tasks and feasibility"
)


@blueprint.get("/inspection-plans")
@blueprint.arguments(PlanListArguments, location="query")
@blueprint.response(200, PlanPageSchema)
def all_plans(arguments: dict[str, Any]) -> Response:
    """Plans, oldest first unless asked otherwise; who is not of its authorities sees those that are published."""
    page = web.page_of(arguments, int)
    after = page.after_number
    with web.reader() as session:
        rows = queries.plans(
            session,
            web.actor(),
            authority=arguments.get("authority"),
            year=arguments.get("year"),
            after=after,
            limit=page.limit,
            newest_first=page.newest,
        )
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    return web.link_next(jsonify({"items": [_listed(row) for row in kept]}), following)


@blueprint.post("/inspection-plans")
@blueprint.arguments(NewPlanSchema)
@blueprint.response(201, PlanNumberSchema)
def draft(said: dict[str, Any]) -> dict[str, str]:
    """Begin a plan of an authority for a year."""
    with web.unit_of_work() as uow:
        return {"number": usecases.draft_plan(uow, **said)}


@blueprint.get("/inspection-plans/<number>")
@blueprint.response(200, PlanSchema)
def read(number: str) -> Response:
    """A plan with its acts, tasks and amendments."""
    with web.reader() as session:
        staff = queries.takes_part(session, web.actor(), number)
        view = queries.plan_view(session, number, published_only=not staff)
        hands = sorted(queries.preparers(session, view.plan))
    return jsonify(_document(view, staff=staff) | ({"prepared_by": hands} if staff else {}))


@blueprint.get("/inspection-plans/<number>/plan.csv")
@blueprint.response(200, content_type="text/csv")
def export(number: str) -> Response:
    """A plan in the columns that authorities publish."""
    with web.reader() as session:
        staff = queries.takes_part(session, web.actor(), number)
        view = queries.plan_view(session, number, published_only=not staff)
        body = as_csv(session, view)
    response = current_app.response_class(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.csv"'
    return response


@blueprint.post("/inspection-plans/<number>/tasks")
@blueprint.arguments(TaskSchema)
@blueprint.response(201, PlanNumberSchema)
def add_task(said: dict[str, Any], number: str) -> dict[str, str]:
    """Add a task to a draft."""
    with web.unit_of_work() as uow:
        return {"number": usecases.put_task(uow, plan=number, body=_body(said))}


@blueprint.put("/inspection-plans/<number>/tasks/<task>")
@blueprint.arguments(TaskSchema)
@blueprint.response(200, PlanNumberSchema)
def rewrite_task(said: dict[str, Any], number: str, task: str) -> dict[str, str]:
    """Write a task of a draft anew."""
    with web.unit_of_work() as uow:
        return {"number": usecases.put_task(uow, plan=number, body=_body(said), task=task)}


@blueprint.delete("/inspection-plans/<number>/tasks/<task>")
@blueprint.response(204)
def drop_task(number: str, task: str) -> Response:
    """Drop a task of a draft."""
    with web.unit_of_work() as uow:
        usecases.put_task(uow, plan=number, body=None, task=task)
    return _nothing()


@blueprint.post("/inspection-plans/<number>/submission")
@blueprint.response(204)
def submit(number: str) -> Response:
    """Hand a draft to the approver."""
    with web.unit_of_work() as uow:
        usecases.submit_plan(uow, plan=number)
    return _nothing()


@blueprint.post("/inspection-plans/<number>/decision")
@blueprint.arguments(PlanDecisionSchema)
@blueprint.response(204)
def decide(said: dict[str, Any], number: str) -> Response:
    """Approve a plan or send it back; by someone who had no hand in it."""
    with web.unit_of_work() as uow:
        usecases.decide_plan(uow, plan=number, **said)
    return _nothing()


@blueprint.post("/inspection-plans/<number>/publication")
@blueprint.response(204)
def publish(number: str) -> Response:
    """Make an approved plan public."""
    with web.unit_of_work() as uow:
        usecases.publish_plan(uow, plan=number)
    return _nothing()


@blueprint.post("/inspection-plans/<number>/withdrawal")
@blueprint.arguments(PlanReasonSchema)
@blueprint.response(204)
def withdraw(said: dict[str, Any], number: str) -> Response:
    """Take back a plan that is not public yet."""
    with web.unit_of_work() as uow:
        usecases.withdraw_plan(uow, plan=number, **said)
    return _nothing()


@blueprint.post("/inspection-plans/<number>/amendments")
@blueprint.arguments(PlanAmendmentSchema)
@blueprint.response(201, PlanNumberSchema)
def propose(said: dict[str, Any], number: str) -> dict[str, str]:
    """Propose a change of a published plan, with its reason."""
    tasks = {task: None if body is None else _body(body) for task, body in said["tasks"].items()}
    new = [_body(body) for body in said["new"]]
    with web.unit_of_work() as uow:
        n = usecases.propose_amendment(uow, plan=number, reason=said["reason"], tasks=tasks, new=new)
    return {"number": str(n)}


@blueprint.post("/inspection-plans/<number>/amendments/<int:n>/decision")
@blueprint.arguments(PlanDecisionSchema)
@blueprint.response(204)
def decide_change(said: dict[str, Any], number: str, n: int) -> Response:
    """Approve or refuse an amendment; by another than who proposed it."""
    with web.unit_of_work() as uow:
        usecases.decide_amendment(uow, plan=number, n=n, **said)
    return _nothing()


@blueprint.get("/inspection-tasks/<task>/feasibility")
@blueprint.response(200, FeasibilitySchema)
def feasible(task: str) -> Response:
    """What a task would take on its cut-off day, against what there is."""
    with web.reader() as session:
        found = queries.task_of(session, task)
        if not register.reaches_authority(session, web.actor(), *found.authorities):
            raise Problem("out_of_scope")
        used = web.assembly().seats_used(session, found.window[0].year)
        report = feasibility(session, found, left=remaining(eligible(session, found), used))
    return jsonify(report.document())


def _body(said: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = TaskSchema().dump(said)
    return body


def _nothing() -> Response:
    return current_app.response_class(status=204)


def _listed(plan: queries.Plan) -> dict[str, Any]:
    return {
        "number": plan.number,
        "authority": plan.authority,
        "year": plan.year,
        "special": plan.special,
        "names": plan.body["names"],
        "state": plan.state,
        "published_at": None if plan.published_at is None else plan.published_at.isoformat(),
    }


def _document(view: queries.PlanView, *, staff: bool) -> dict[str, Any]:
    """A plan for a caller: who did what is for staff, what is planned for everyone."""
    acts = [{**act, "taken_at": act["taken_at"].isoformat()} for act in view.acts]
    amendments = [
        {
            "n": one["n"],
            "reason": one["reason"],
            "approved": one["approved"],
            "tasks": sorted(one["tasks"]),
            **(_steps_of(one) if staff else {}),
        }
        for one in view.amendments
        if staff or one["approved"]
    ]
    return {
        **_listed(view.plan),
        "reason": view.plan.body["reason"],
        "published_on": None if view.published_on is None else view.published_on.isoformat(),
        "published_late": view.published_late,
        "acts": acts if staff else [{"act": act["act"], "taken_at": act["taken_at"]} for act in acts],
        "tasks": [{"number": number, **_public(body, staff=staff)} for number, body in sorted(view.tasks.items())],
        "amendments": amendments,
    }


def _steps_of(amendment: Mapping[str, Any]) -> dict[str, Any]:
    """Who proposed an amendment and decided on it, when and why, and each task as it would be, null where dropped."""
    days = {name: None if amendment[name] is None else amendment[name].isoformat() for name in _TAKEN}
    return {**{name: amendment[name] for name in _SAID}, **days, "proposed": dict(amendment["tasks"])}


def _public(body: Mapping[str, Any], *, staff: bool) -> Mapping[str, Any]:
    """Whom a targeted task aims at is no public matter before the visit."""
    return body if staff else {name: value for name, value in body.items() if name != "targets"}
