"""An entity follows its own cases: where they stand, what is asked of it, its papers, and taking a case back."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import request, send_file

from service.pages import Form, ask, page, see, takes_file
from service.pages.words import gettext as _
from service.platform import Problem
from service.portal.my.blueprint import blueprint, cases_of, own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

STEPS = {"withdrawal": "withdraw", "supplement": "supply", "second-review": "ask_review"}
"""What an entity may do in a case, by the name that it has in addresses: the event of the procedure."""
OF = {"repairs": ("supplement", "withdrawal"), "objections": ("second-review", "withdrawal")}


@blueprint.get("/cases/<procedure>/<number>")
def case(procedure: str, number: str) -> Response:
    """The file of a case."""
    return _page(procedure, number)


@blueprint.post("/cases/<procedure>/<number>/steps/<name>")
def take(procedure: str, number: str, name: str) -> Response:
    """Say that the papers are complete, take a case back, or ask for a second review.

    Raises:
        Problem: `not_found`.
    """
    if name not in OF.get(procedure, ()):
        raise Problem("not_found", path=request.path)
    form = Form.sent()
    with form:
        ask("POST", f"{_address(procedure, number)}/{name}", json=form.body(), once=form.once)
        return see("portal_my.case", procedure=procedure, number=number, done=name)
    return _page(procedure, number, form=form, taking=name, status=422)


@blueprint.post("/cases/<procedure>/<number>/materials")
@takes_file
def send(procedure: str, number: str) -> Response:
    """Send a paper of the case."""
    form, sent = Form.sent(), request.files.get("file")
    form.typed["file"] = "" if sent is None else sent.filename or ""
    with form:
        if sent is None or not sent.filename:
            raise Problem("stored_file_empty", pointer="/file")
        address = f"{_address(procedure, number)}/materials/{quote(form.first('key'), safe='')}"
        said = {"name": sent.filename}
        kind = "application/octet-stream"
        ask("POST", address, query=said, stream=sent.stream, content_type=kind, once=form.once)
        return see("portal_my.case", procedure=procedure, number=number, done="materials")
    return _page(procedure, number, form=form, taking="materials", status=422)


@blueprint.get("/cases/<procedure>/<number>/materials/<digest>")
def paper(procedure: str, number: str, digest: str) -> Response:
    """A paper of the case, under the name with which it was sent."""
    told = ask("GET", _address(procedure, number)).body
    names = {one["sha256"]: one["name"] for one in told["materials"]}
    body = ask("GET", f"{_address(procedure, number)}/materials/{quote(digest, safe='')}").body
    name = names.get(digest, digest)
    return send_file(BytesIO(body), mimetype="application/octet-stream", as_attachment=True, download_name=name)


def _page(
    procedure: str, number: str, *, form: Form | None = None, taking: str | None = None, status: int = 200
) -> Response:
    own()
    told = ask("GET", _address(procedure, number)).body
    return page(
        "portal/my/case.html",
        status=status,
        form=form,
        taking=taking,
        case=told,
        procedure=procedure,
        steps=_open(procedure, told),
        done=_done(),
    )


def _open(procedure: str, told: Mapping[str, Any]) -> list[str]:
    """The steps that nothing speaks against."""
    free = {one["event"] for one in told["openings"] if one["against"] is None}
    return [name for name in OF[procedure] if STEPS[name] in free]


def _address(procedure: str, number: str) -> str:
    return f"{cases_of(procedure)}/{quote(number, safe='')}"


def _done() -> Mapping[str, str]:
    return {
        "opened": _("已提交。下面可以上传材料，并随时查看办理进度。"),
        "materials": _("材料已收到。"),
        "supplement": _("已告知监管部门材料补齐，受理期限继续计算。"),
        "withdrawal": _("已撤回。"),
        "second-review": _("复查申请已提交。"),
    }
