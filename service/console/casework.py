"""Cases of repair and objections have one shape: a worklist, a file, steps with a form each, papers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from flask import request, send_file

from service.console.attributes import gathered, offered, typed
from service.pages import Answer, Form, ask, may, page, see
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response
    from werkzeug import Response as BaseResponse

SHOWN = 50
"""Cases on a page of the worklist."""
FOUND = 25
"""Entities on a page of results."""
RECORDS = 200
"""Records of an entity among which one is chosen."""
_CORRECT = "correct"
_YES_AND_NO = {"true": True, "false": False}


class Step(NamedTuple):
    """A form of the case file: the events of the procedure that it takes, and what is chosen by yes or no."""

    events: tuple[str, ...]
    flags: tuple[str, ...] = ()


class Procedure(NamedTuple):
    """Repair or objection. ``address``: of its interface under `/v1` and of its pages under `/console`.

    ``steps``: by the name that they have in both. ``done``: the sentences after an act, by name of the step.
    """

    address: str
    steps: Mapping[str, Step]
    done: Callable[[], Mapping[str, str]]

    @property
    def endpoint(self) -> str:
        """The endpoint of a case file."""
        return f"console_{self.address}.one"


def worklist(procedure: Procedure) -> Response:
    """Cases, what is due first first; those that go on, or all."""
    asked = {name: said for name in ("state", "entity", "q", "cursor") if (said := request.args.get(name, "").strip())}
    everything = request.args.get("all") == "1" or "state" in asked
    query = {**asked, "order": "due", "open_only": not everything, "limit": SHOWN}
    form, found = Form(asked), Answer(200, {"items": []}, {})
    with form:
        found = ask("GET", f"/v1/{procedure.address}", query=query)
    return page(
        f"console/{procedure.address}/list.html",
        form=form,
        status=422 if form.refusal else 200,
        items=found.body["items"],
        following=found.following,
        asked=asked,
        everything=everything,
    )


def case_file(procedure: Procedure, number: str, *, form: Form | None = None, status: int = 200) -> Response:
    """A case with everything that belongs to it, as of now."""
    case = read_case(procedure, number)
    return page(
        f"console/{procedure.address}/one.html",
        case=case,
        form=form,
        status=status,
        free=free_steps(procedure, case),
        done=procedure.done(),
        **around(case),
    )


def read_case(procedure: Procedure, number: str) -> dict[str, Any]:
    """The case as the interface tells it."""
    case: dict[str, Any] = ask("GET", f"/v1/{procedure.address}/{quote(number, safe='')}").body
    return case


def around(case: Mapping[str, Any]) -> dict[str, Any]:
    """Whose case it is, its record as it stands now, and what became of the record's publicity and of the tier."""
    key = quote(case["entity"], safe=":")
    told = {"record": None, "publicity": None, "tier": None}
    told["entity"] = ask("GET", f"/v1/entities/{key}").body
    told["record"] = ask("GET", f"/v1/events/{case['record']}").body
    told["tier"] = ask("GET", f"/v1/entities/{key}/tier").body
    if may("GET", "/v1/entities/<key>/publicity"):
        items = ask("GET", f"/v1/entities/{key}/publicity").body["items"]
        told["publicity"] = next((one for one in items if one["event"] == case["record"]), None)
    return told


def free_steps(procedure: Procedure, case: Mapping[str, Any]) -> dict[str, list[str]]:
    """The forms that who looks may fill in now, each with the events that nothing speaks against."""
    open_now = {one["event"] for one in case["openings"] if one["against"] is None}
    events = {name: [one for one in step.events if one in open_now] for name, step in procedure.steps.items()}
    return {name: found for name, found in events.items() if found}


def step_page(procedure: Procedure, number: str, name: str, *, form: Form | None = None, status: int = 200) -> Response:
    """The form of one step, with the clauses beside what is chosen."""
    step = step_of(procedure, name)
    case = read_case(procedure, number)
    told = around(case)
    if form is None and _CORRECT in step.events:
        form = Form(typed(_attributes_of(told["record"]), "acts/0/changes/"))
    return page(
        f"console/{procedure.address}/step.html",
        case=case,
        name=name,
        form=form,
        status=status,
        free=free_steps(procedure, case).get(name, []),
        openings=[one for one in case["openings"] if one["event"] in step.events],
        weights=_severities() if _CORRECT in step.events else [],
        offered=offered(_attributes_of(told["record"])) if _CORRECT in step.events else [],
        **told,
    )


def _severities() -> list[str]:
    """The severities by which some code of an event is weighed."""
    return sorted({said for one in ask("GET", "/v1/event-codes").body for said in one["severities"]})


def take_step(procedure: Procedure, number: str, name: str) -> BaseResponse:
    """Take a step as it was typed."""
    form = Form.sent()
    step = step_of(procedure, name)
    with form:
        body = form.body()
        body |= {flag: _YES_AND_NO[body[flag]] for flag in step.flags if body.get(flag) in _YES_AND_NO}
        if _CORRECT in step.events:
            _correct(body, read_case(procedure, number)["record"])
        ask("POST", f"/v1/{procedure.address}/{quote(number, safe='')}/{name}", json=body, once=form.once)
        return see(procedure.endpoint, number=number, done=name)
    return step_page(procedure, number, name, form=form, status=422)


def _correct(body: dict[str, Any], record: int) -> None:
    """Of the attributes that a form shows, leave those in the correction that differ from the record's."""
    said = body.get("acts")
    acts = [act for act in said if isinstance(act, dict)] if isinstance(said, list) else []
    for act in acts:
        changes = act.pop("changes", None)
        changes = changes if isinstance(changes, dict) else {}
        attributes = gathered(changes)
        if act.get("act") == "correction" and attributes != _attributes_of(ask("GET", f"/v1/events/{record}").body):
            changes["attributes"] = attributes or None
        if changes:
            act["changes"] = changes
    if said is not None:
        body["acts"] = [act for act in acts if act]


def _attributes_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Those of a record; none where it was deleted by law."""
    held: dict[str, str] = record.get("attributes", {})
    return held


def step_of(procedure: Procedure, name: str) -> Step:
    """A step by its name.

    Raises:
        Problem: `not_found`.
    """
    if name not in procedure.steps:
        raise Problem("not_found", path=name[:80])
    return procedure.steps[name]


def send_paper(procedure: Procedure, number: str) -> BaseResponse:
    """Keep the file that was chosen as a paper of the case."""
    form, sent = Form.sent(), request.files.get("file")
    form.typed["file"] = "" if sent is None else sent.filename or ""
    with form:
        if sent is None or not sent.filename:
            raise Problem("stored_file_empty", pointer="/file")
        address = f"/v1/{procedure.address}/{quote(number, safe='')}/materials/{quote(form.first('key'), safe='')}"
        ask(
            "POST",
            address,
            query={"name": sent.filename},
            stream=sent.stream,
            content_type="application/octet-stream",
            once=form.once,
        )
        return see(procedure.endpoint, number=number, done="materials")
    return case_file(procedure, number, form=form, status=422)


def paper(procedure: Procedure, number: str, digest: str) -> Response:
    """A paper of the case, under the name with which it was sent."""
    case = read_case(procedure, number)
    names = {one["sha256"]: one["name"] for one in case["materials"]}
    body = ask("GET", f"/v1/{procedure.address}/{quote(number, safe='')}/materials/{quote(digest, safe='')}").body
    return send_file(
        BytesIO(body),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=names.get(digest, digest),  # in any language: headers alone take Latin letters (RFC 6266)
    )


def filing_page(procedure: Procedure, *, form: Form | None = None, status: int = 200) -> Response:
    """Where a case is opened: find the entity, choose its record, say why."""
    asked = {name: (form.first(name) if form else request.args.get(name, "")).strip() for name in ("entity", "record")}
    search = Form({"q": request.args.get("q", "").strip()})
    found: list[dict[str, Any]] = []
    if search.first("q"):
        with search:
            found = ask("GET", "/v1/entities", query={"q": search.first("q"), "limit": FOUND}).body["items"]
    entity: dict[str, Any] | None = None
    chances: dict[int, Any] = {}
    records: list[dict[str, Any]] = []
    if asked["entity"]:
        key = quote(asked["entity"], safe=":")
        entity = ask("GET", f"/v1/entities/{key}").body
        records = ask("GET", f"/v1/entities/{key}/events", query={"limit": RECORDS}).body["items"]
        chances = {one["record"]: one for one in ask("GET", f"/v1/entities/{key}/repairable").body["items"]}
    return page(
        f"console/{procedure.address}/new.html",
        form=form,
        status=status,
        asked=asked,
        search=search,
        found=found,
        entity=entity,
        records={one["id"]: one for one in records},
        chances=chances,
    )


def open_case(procedure: Procedure) -> BaseResponse:
    """Open a case as it was typed, and go on to its file."""
    form = Form.sent()
    with form:
        made = ask("POST", f"/v1/{procedure.address}", json=form.body(numbers=("record",)), once=form.once)
        return see(procedure.endpoint, number=made.body["number"], done="opened")
    return filing_page(procedure, form=form, status=422)
