"""Objections: what is due, the case file, and each step with the clauses beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.console import casework
from service.console.casework import Procedure, Step
from service.pages import PageBlueprint, takes_file
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = PageBlueprint("console_objections", __name__, face="console", url_prefix="/console/objections")


def _done() -> Mapping[str, str]:
    return {
        "opened": _("异议已登记，该记录已标注“异议中”。"),
        "materials": _("材料已收存。"),
        "forwarding": _("已转来源核查。"),
        "examination": _("核查结果已记录，请由他人决定。"),
        "answer": _("来源的答复已记录。"),
        "decision": _("决定已作出，效力见下。"),
        "extension": _("期限已延长。"),
    }


OBJECTIONS = Procedure(
    "objections",
    {
        "forwarding": Step(("forward",)),
        "examination": Step(("examine",), flags=("right",)),
        "answer": Step(("answer",), flags=("right",)),
        "decision": Step(("uphold", "correct")),
        "extension": Step(("extend",)),
    },
    _done,
)


@blueprint.get("")
def listed() -> Response:
    """Objections, what is due first first."""
    return casework.worklist(OBJECTIONS)


@blueprint.get("/new")
def new() -> Response:
    """Where a handler records an objection."""
    return casework.filing_page(OBJECTIONS)


@blueprint.post("/new")
def object_to() -> Response:
    """Record an objection."""
    return casework.open_case(OBJECTIONS)


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """The file of an objection."""
    return casework.case_file(OBJECTIONS, number)


@blueprint.get("/<number>/steps/<name>")
def step(number: str, name: str) -> Response:
    """The form of one step."""
    return casework.step_page(OBJECTIONS, number, name)


@blueprint.post("/<number>/steps/<name>")
def take(number: str, name: str) -> Response:
    """Take one step."""
    return casework.take_step(OBJECTIONS, number, name)


@blueprint.post("/<number>/materials")
@takes_file
def send(number: str) -> Response:
    """Keep a paper of the case."""
    return casework.send_paper(OBJECTIONS, number)


@blueprint.get("/<number>/materials/<digest>")
def paper(number: str, digest: str) -> Response:
    """A paper of the case."""
    return casework.paper(OBJECTIONS, number, digest)
