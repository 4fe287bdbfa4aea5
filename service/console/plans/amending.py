"""A published plan changes by amendments: proposed with a reason, decided by another person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.console.plans.acting import said
from service.console.plans.blueprint import blueprint, plan_of, task_of
from service.console.plans.task_form import beside_fields, body_of, typed_of
from service.console.plans.writing import task_page
from service.pages import Form, ask, page, see
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response


@blueprint.get("/<number>/amendment")
def amend(number: str) -> Response:
    """The form of a change: of the task named, or of one to be added."""
    plan, task = plan_of(number), request.args.get("task")
    form = typed_of({"lead": plan["authority"]} if task is None else task_of(plan, task))
    return task_page(plan, form, task=task, amending=True)


@blueprint.post("/<number>/amendment")
def propose(number: str) -> Response:
    """Propose that a task be changed or added."""
    form, task = Form.sent(), request.args.get("task")
    with form:
        body = body_of(form)
        change = {"new": [body]} if task is None else {"tasks": {task: body}}
        _propose(number, form, change)
        return see("console_plans.one", number=number, done="amended")
    return task_page(plan_of(number), beside_fields(form), task=task, amending=True, status=422)


@blueprint.get("/<number>/tasks/<task>/dropping")
def dropping(number: str, task: str) -> Response:
    """The form by which a task of a published plan is to be dropped."""
    plan = plan_of(number)
    return page("console/plans/dropping.html", plan=plan, task=task_of(plan, task))


@blueprint.post("/<number>/tasks/<task>/dropping")
def propose_dropping(number: str, task: str) -> Response:
    """Propose that a task be dropped."""
    form = Form.sent()
    with form:
        _propose(number, form, {"tasks": {task: None}})
        return see("console_plans.one", number=number, done="amended")
    plan = plan_of(number)
    return page("console/plans/dropping.html", status=422, form=form, plan=plan, task=task_of(plan, task))


@blueprint.get("/<number>/amendments/<int:n>")
def amendment(number: str, n: int) -> Response:
    """What an amendment changes, and the form to decide on it."""
    return _amendment_page(number, n, Form())


@blueprint.post("/<number>/amendments/<int:n>")
def decide(number: str, n: int) -> Response:
    """Approve or refuse an amendment."""
    form = Form.sent()
    with form:
        ask("POST", f"/v1/inspection-plans/{number}/amendments/{n}/decision", json=said(form), once=form.once)
        return see("console_plans.one", number=number, done="decided")
    return _amendment_page(number, n, form, status=422)


def _propose(number: str, form: Form, change: Mapping[str, object]) -> None:
    body = {"reason": form.first("reason").strip(), **change}
    ask("POST", f"/v1/inspection-plans/{number}/amendments", json=body, once=form.once)


def _amendment_page(number: str, n: int, form: Form, *, status: int = 200) -> Response:
    plan = plan_of(number)
    found = next((one for one in plan["amendments"] if one["n"] == n), None)
    if found is None:
        raise Problem("amendment_not_found", plan=number[:80], n=n)
    known = {task["number"]: task for task in plan["tasks"]}
    return page("console/plans/amendment.html", status=status, form=form, plan=plan, amendment=found, known=known)
