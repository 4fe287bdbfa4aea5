"""A plan goes on: submitted, decided by another person, published, taken back. One page for each act."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.console.plans.blueprint import blueprint, plan_of
from service.pages import Form, ask, page, see
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response


class Act(NamedTuple):
    """An act on a plan: what it asks of a person, and which sentence follows it."""

    asks: tuple[str, ...]
    done: str


ACTS = {
    "submission": Act((), "submitted"),
    "decision": Act(("approved", "reason"), "decided"),
    "publication": Act((), "published"),
    "withdrawal": Act(("reason",), "withdrawn"),
}


@blueprint.get("/<number>/steps/<step>")
def step(number: str, step: str) -> Response:
    """What an act does, who may do it, and its form."""
    act = _act(step)
    return page("console/plans/step.html", plan=plan_of(number), step=step, act=act)


@blueprint.post("/<number>/steps/<step>")
def take(number: str, step: str) -> Response:
    """Do it."""
    act, form = _act(step), Form.sent()
    with form:
        body = said(form) if act.asks else None
        ask("POST", f"/v1/inspection-plans/{number}/{step}", json=body, once=form.once)
        return see("console_plans.one", number=number, done=act.done)
    return page("console/plans/step.html", status=422, form=form, plan=plan_of(number), step=step, act=act)


def said(form: Form) -> dict[str, object]:
    """What was typed, with a decision as the interface takes it."""
    body = form.body()
    return body | ({"approved": body["approved"] == "yes"} if "approved" in body else {})


def _act(step: str) -> Act:
    """The act of this name.

    Raises:
        Problem: ``not_found``.
    """
    if step not in ACTS:
        raise Problem("not_found", path=step[:80])
    return ACTS[step]
