"""Taking a step of a draw: a page for each, that says what it does, who may do it, and from when until when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import request

from service.console.draws.blueprint import Standing, blueprint, standing
from service.console.draws.steps import STEPS, Step, marks
from service.pages import Form, ask, page, see
from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug import Response

_NUMBERS = re.compile(r"-?[0-9]{1,13}")


@blueprint.get("/<number>/steps/<step>")
def step(number: str, step: str) -> Response:
    """What a step does, and its form."""
    _step(step)
    return _page(number, step, Form({name: request.args[name] for name in request.args}))


@blueprint.post("/<number>/steps/<step>")
def take(number: str, step: str) -> Response:
    """Take it."""
    taken, form = _step(step), Form.sent()
    with form:
        path = taken.path.replace("<task>", form.first("task") or "-")
        ask("POST", f"/v1/draws/{number}/{path}", json=_body(number, step, taken, form), once=form.once)
        return see("console_draws.one", number=number, done="taken")
    return _page(number, step, form, status=422)


@blueprint.get("/<number>/files/new")
def new_file(number: str) -> Response:
    """Where a file of evidence is sent."""
    return page("console/draws/file.html", known=standing(number))


@blueprint.post("/<number>/files/new")
def keep_file(number: str) -> Response:
    """Keep a file of evidence with the draw, and tell its digest."""
    form, sent = Form.sent(), request.files.get("file")
    with form:
        if sent is None or not sent.filename:
            raise Problem("stored_file_empty", pointer="/file")
        kept = ask("POST", f"/v1/draws/{number}/files", stream=sent.stream, content_type="application/octet-stream")
        return page("console/draws/file.html", known=standing(number), kept=kept.body)
    return page("console/draws/file.html", status=422, known=standing(number), form=form)


@blueprint.get("/<number>/events/<int:proposal>")
def proposed(number: str, proposal: int) -> Response:
    """What was proposed to happen after the draw, and the form to decide on it."""
    return _proposal_page(number, proposal, Form())


@blueprint.post("/<number>/events/<int:proposal>")
def decide(number: str, proposal: int) -> Response:
    """Approve or refuse it."""
    form = Form.sent()
    with form:
        body = {"approved": form.first("approved") == "yes"} if form.first("approved") else {}
        ask("POST", f"/v1/draws/{number}/events/{proposal}/decision", json=body, once=form.once)
        return see("console_draws.one", number=number, done="decided")
    return _proposal_page(number, proposal, form, status=422)


def _page(number: str, name: str, form: Form, *, status: int = 200) -> Response:
    known = standing(number)
    return page(
        "console/draws/step.html",
        status=status,
        form=form,
        known=known,
        step=name,
        fields=STEPS[name].fields,
        marks=marks(known),
    )


def _proposal_page(number: str, proposal: int, form: Form, *, status: int = 200) -> Response:
    found = ask("GET", f"/v1/draws/{number}/proposals").body["items"]
    for one in found:
        if one["proposal"] == proposal:
            return page("console/draws/proposal.html", status=status, form=form, number=number, proposal=one)
    raise Problem("not_found", path=str(proposal))


def _body(number: str, name: str, taken: Step, form: Form) -> dict[str, Any] | None:
    """What was typed, as the interface takes it."""
    if not taken.sends:
        return None
    if name == "entropy":
        return {"values": _values(standing(number), form)}
    return form.body(numbers=("seat",))


def _values(known: Standing, form: Form) -> list[dict[str, Any]]:
    """The values of the sources of the attempt that counts, in their order."""
    found: list[dict[str, Any]] = []
    for place, source in enumerate(known.attempt["sources"]):
        typed = form.first(f"values/{place}").strip()
        if source["kind"] == "drand":
            found.append({name: source[name] for name in ("kind", "chain", "round")} | {"signature": typed.lower()})
        else:
            numbers = [int(one) for one in _NUMBERS.findall(typed)]
            found.append({"kind": source["kind"], "name": source["name"], "values": numbers})
    return found


def _step(name: str) -> Step:
    """The step of this name.

    Raises:
        Problem: ``not_found``.
    """
    if name not in STEPS:
        raise Problem("not_found", path=name[:80])
    return STEPS[name]
