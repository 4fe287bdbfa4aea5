"""A plan is drafted, and its tasks are written while it is a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.console.plans.blueprint import blueprint, plan_of, task_of
from service.console.plans.task_form import body_of, rows_of, typed_of
from service.pages import Form, ask, page, see
from service.platform import web

if TYPE_CHECKING:
    from werkzeug import Response

    from service.pages import Answer


@blueprint.get("/new")
def new() -> Response:
    """The form of a new plan."""
    own = web.actor().authority
    return page("console/plans/new.html", form=Form({} if own is None else {"authority": own}))


@blueprint.post("/new")
def draft() -> Response:
    """Begin a plan."""
    form = Form.sent()
    with form:
        body = form.body(numbers=("year",), checks=("special",))
        made = ask("POST", "/v1/inspection-plans", json=body, once=form.once)
        return see("console_plans.one", number=made.body["number"], done="drafted")
    return page("console/plans/new.html", status=422, form=form)


@blueprint.get("/<number>/tasks/new")
def new_task(number: str) -> Response:
    """The form of a new task."""
    plan = plan_of(number)
    return task_page(plan, typed_of({"lead": plan["authority"]}))


@blueprint.post("/<number>/tasks/new")
def add_task(number: str) -> Response:
    """Add a task to a draft."""
    form = Form.sent()
    with form:
        _write("POST", f"/v1/inspection-plans/{number}/tasks", form)
        return see("console_plans.one", number=number, done="task")
    return task_page(plan_of(number), form, status=422)


@blueprint.get("/<number>/tasks/<task>/edit")
def edit_task(number: str, task: str) -> Response:
    """The form of a task of a draft."""
    plan = plan_of(number)
    return task_page(plan, typed_of(task_of(plan, task)), task=task)


@blueprint.post("/<number>/tasks/<task>/edit")
def rewrite_task(number: str, task: str) -> Response:
    """Write a task of a draft anew."""
    form = Form.sent()
    with form:
        _write("PUT", f"/v1/inspection-plans/{number}/tasks/{task}", form)
        return see("console_plans.one", number=number, done="task")
    return task_page(plan_of(number), form, task=task, status=422)


@blueprint.post("/<number>/tasks/<task>/drop")
def drop_task(number: str, task: str) -> Response:
    """Drop a task of a draft."""
    ask("DELETE", f"/v1/inspection-plans/{number}/tasks/{task}", once=Form.sent().once)
    return see("console_plans.one", number=number, done="dropped")


def task_page(
    plan: dict[str, Any], form: Form, *, task: str | None = None, status: int = 200, amending: bool = False
) -> Response:
    """The form of a task, with what may be chosen in it."""
    beacons = ask("GET", "/v1/beacon-rounds", query={"at": 0}).body["items"]
    return page(
        "console/plans/task_form.html",
        status=status,
        form=form,
        plan=plan,
        task=task,
        amending=amending,
        rows=rows_of(form),
        chains=[(one["chain"], one["name"]) for one in beacons],
    )


def _write(method: str, path: str, form: Form) -> Answer:
    return ask(method, path, json=body_of(form), once=form.once)
