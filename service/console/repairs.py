"""Credit repair: what is due, the case file, and each step with the clauses beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.console import casework
from service.console.casework import Procedure, Step
from service.pages import PageBlueprint, takes_file
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = PageBlueprint("console_repairs", __name__, face="console", url_prefix="/console/repairs")


def _done() -> Mapping[str, str]:
    return {
        "opened": _("申请已登记。请上传申请材料，再受理。"),
        "materials": _("材料已收存。"),
        "supplement-request": _("已一次性告知补正；补正期间，受理期限停止计算。"),
        "supplement": _("已确认补正齐全，受理期限继续计算。"),
        "acceptance": _("已受理，决定期限开始计算。"),
        "acceptance-refusal": _("已决定不予受理。"),
        "verification": _("核查结果已记录，请由他人决定。"),
        "decision": _("决定已作出，效力见下。"),
        "extension": _("期限已延长。"),
        "closure": _("案件已办结。"),
        "revocation-proposal": _("已提请撤销，请由他人决定。"),
        "revocation": _("修复已撤销，分值和措施恢复计算。"),
        "revocation-dropping": _("已决定不撤销，修复继续有效。"),
    }


REPAIRS = Procedure(
    "repairs",
    {
        "acceptance": Step(("accept",)),
        "supplement": Step(("supply",)),
        "supplement-request": Step(("ask_supplement",)),
        "acceptance-refusal": Step(("refuse_acceptance",)),
        "verification": Step(("verify",), flags=("fit",)),
        "decision": Step(("grant", "refuse", "lift", "end_lifting")),
        "closure": Step(("close",)),
        "revocation-dropping": Step(("drop_revocation",)),
        "revocation": Step(("revoke",)),
        "revocation-proposal": Step(("propose_revocation",)),
        "extension": Step(("extend",)),
    },
    _done,
)


@blueprint.get("")
def listed() -> Response:
    """Cases of repair, what is due first first."""
    return casework.worklist(REPAIRS)


@blueprint.get("/new")
def new() -> Response:
    """Where a handler records an application."""
    return casework.filing_page(REPAIRS)


@blueprint.post("/new")
def apply() -> Response:
    """Record an application."""
    return casework.open_case(REPAIRS)


@blueprint.get("/<number>")
def one(number: str) -> Response:
    """The file of a case."""
    return casework.case_file(REPAIRS, number)


@blueprint.get("/<number>/steps/<name>")
def step(number: str, name: str) -> Response:
    """The form of one step."""
    return casework.step_page(REPAIRS, number, name)


@blueprint.post("/<number>/steps/<name>")
def take(number: str, name: str) -> Response:
    """Take one step."""
    return casework.take_step(REPAIRS, number, name)


@blueprint.post("/<number>/materials")
@takes_file
def send(number: str) -> Response:
    """Keep a paper of the case."""
    return casework.send_paper(REPAIRS, number)


@blueprint.get("/<number>/materials/<digest>")
def paper(number: str, digest: str) -> Response:
    """A paper of the case."""
    return casework.paper(REPAIRS, number, digest)
