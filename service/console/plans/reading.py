"""Plans to look at: the list, one of them, one of its tasks, and what a task would take."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, current_app, request

from service.console.plans.blueprint import blueprint, plan_of, task_of
from service.pages import RefusedError, ask, page
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from werkzeug import Response as BaseResponse

FILTERS = ("authority", "year", "cursor")


@blueprint.get("")
def listed() -> BaseResponse:
    """Plans of all authorities, oldest first, or of one and its year."""
    asked = {name: said for name in FILTERS if (said := request.args.get(name, "").strip())}
    found = ask("GET", "/v1/inspection-plans", query=asked)
    return page("console/plans/list.html", items=found.body["items"], following=found.following, asked=asked)


@blueprint.get("/<number>")
def one(number: str) -> BaseResponse:
    """A plan: where it stands, its tasks with their draws, who did what."""
    plan = plan_of(number)
    draws = {task["number"]: _draws(task["number"]) for task in plan["tasks"] if task["channel"] == "random"}
    done = {
        "drafted": _("计划已建立。请添加任务。"),
        "task": _("任务已保存。"),
        "dropped": _("任务已删除。"),
        "submitted": _("计划已提交审批。"),
        "decided": _("审批意见已记录。"),
        "published": _("计划已公布。"),
        "withdrawn": _("计划已撤回。"),
        "amended": _("变更已提出，等待另一人审批。"),
    }
    return page("console/plans/one.html", plan=plan, draws=draws, done=done)


@blueprint.get("/<number>/tasks/<task>")
def one_task(number: str, task: str) -> BaseResponse:
    """A task as it stands, with its draws."""
    plan = plan_of(number)
    return page("console/plans/task.html", plan=plan, task=task_of(plan, task), draws=_draws(task))


@blueprint.get("/<number>/tasks/<task>/load")
def load(number: str, task: str) -> BaseResponse:
    """What a task would take on its cut-off day, against the inspectors that there are."""
    plan = plan_of(number)
    found = task_of(plan, task)
    refusal, report = None, None
    try:
        report = ask("GET", f"/v1/inspection-tasks/{task}/feasibility").body
    except RefusedError as refused:
        if refused.status not in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise
        refusal = refused.document
    return page("console/plans/load.html", plan=plan, task=found, report=report, refusal=refusal)


@blueprint.get("/<number>/plan.csv")
def export(number: str) -> Response:
    """The plan in the columns that authorities publish."""
    answer = ask("GET", f"/v1/inspection-plans/{number}/plan.csv")
    response = current_app.response_class(answer.body, mimetype="text/csv")
    response.headers["Content-Disposition"] = answer.headers["Content-Disposition"]
    return response


def _draws(task: str) -> list[dict[str, str]]:
    """The draws of a task with where each stands."""
    found: list[dict[str, str]] = ask("GET", "/v1/draws", query={"task": task}).body["items"]
    return found
