"""A draw is prepared: when it closes, which public values give its chance and when, by when it is done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import request

from service.console.draws.blueprint import blueprint, task_of
from service.pages import Form, ask, page, see, zone
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response

ATTEMPTS = 2
"""Attempts that the form has; more are for the command line."""
_TIMES = ("close_at", "result_by", "publish_by")


@blueprint.get("/new")
def new() -> Response:
    """The form of the terms."""
    task = request.args.get("task", "")
    return _page(task, Form())


@blueprint.post("/new")
def prepare() -> Response:
    """Give the draw of a task its number and terms."""
    task, form = request.args.get("task", ""), Form.sent()
    with form:
        body = _terms(form, _task(task)["sources"])
        made = ask("POST", f"/v1/inspection-tasks/{task}/draws", json=body, once=form.once)
        return see("console_draws.one", number=made.body["number"], done="prepared")
    return _page(task, form, status=422)


def _page(task: str, form: Form, *, status: int = 200) -> Response:
    plan = task.rpartition("-T")[0]
    return page(
        "console/draws/new.html", status=status, form=form, task=_task(task), plan=plan, attempts=range(ATTEMPTS)
    )


def _task(number: str) -> dict[str, Any]:
    """The task that is to be drawn.

    Raises:
        Problem: ``task_not_found``.
    """
    found = task_of(number.rpartition("-T")[0] or "-", number)
    if found is None:
        raise Problem("task_not_found", task=number[:80])
    return found


def _terms(form: Form, planned: list[dict[str, Any]]) -> dict[str, Any]:
    """What was typed, with hours as seconds and each beacon's round of that hour."""
    body: dict[str, Any] = {name: _second(form.first(name)) for name in _TIMES if form.first(name)}
    body |= {name: form.first(name).strip() for name in ("reason", "shortage_accepted") if form.first(name).strip()}
    joint = [{"task": one} for one in form.first("joint").split()]
    attempts = [_attempt(form, place, planned) for place in range(ATTEMPTS) if form.first(f"attempts/{place}/instant")]
    return body | {"attempts": attempts} | ({"joint": joint} if joint else {})


def _attempt(form: Form, place: int, planned: list[dict[str, Any]]) -> dict[str, Any]:
    at = f"attempts/{place}"
    instant = _second(form.first(f"{at}/instant"))
    chosen = [source for n, source in enumerate(planned) if f"{at}/use/{n}" in form.typed]
    sources = [_source(form, at, n, one, instant) for n, one in enumerate(planned) if one in chosen]
    rounds = [one["instant"] for one in sources if "instant" in one]
    found = {
        "when": form.first(f"{at}/when") or "first",
        "sources": [{name: value for name, value in one.items() if name != "instant"} for one in sources],
        "deadline": _second(form.first(f"{at}/deadline")),
    }
    return found if rounds else found | {"instant": instant}


def _source(form: Form, at: str, n: int, planned: dict[str, Any], instant: int | str) -> dict[str, Any]:
    """A source as the terms name it: the beacon's round of that hour, or an announcement with its day and range."""
    if planned["kind"] == "drand":
        known = ask("GET", "/v1/beacon-rounds", query={"at": instant}).body["items"]
        due = next((one for one in known if one["chain"] == planned["chain"]), {"round": 0, "instant": instant})
        return {"kind": "drand", "chain": planned["chain"], "round": due["round"], "instant": due["instant"]}
    said = {name: form.first(f"{at}/of/{n}/{name}") for name in ("day", "count", "low", "high")}
    numbers = {name: int(typed) if typed.lstrip("-").isdecimal() else typed for name, typed in said.items()}
    return {
        "kind": planned["kind"],
        "name": planned["name"],
        "day": said["day"],
        "count": numbers["count"],
        "range": [numbers["low"], numbers["high"]],
        "sorted": f"{at}/of/{n}/sorted" in form.typed,
    }


def _second(typed: str) -> int | str:
    """An hour as a form has it, in the zone of who types it, as Unix seconds; what is none stays as typed."""
    try:
        return int(datetime.fromisoformat(typed).replace(tzinfo=zone()).timestamp())
    except ValueError:
        return typed
