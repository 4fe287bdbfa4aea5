"""Proposals of editions: offered as a text or as a copy with other numbers, tried, decided by another person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.console.numbers import by_clause, changes_in, shown_beside
from service.pages import Form, PageBlueprint, ask, may, page, see, takes_file
from service.pages.words import gettext as _
from service.platform import Problem, web

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response as Page
    from werkzeug import Response

blueprint = PageBlueprint("console_proposals", __name__, face="console", url_prefix="/console/rulebooks/proposals")
FILES = ("text", "cases")
ACTS = ("approval", "refusal", "withdrawal")


@blueprint.get("")
def listed() -> Page:
    """Proposals, the latest first, and what became of each."""
    found = ask("GET", "/v1/edition-proposals", query={"cursor": request.args.get("cursor")})
    return page("console/rulebooks/proposals.html", items=found.body["items"], following=found.following)


@blueprint.get("/new")
def blank() -> Page:
    """Where a text is offered as an edition."""
    return page("console/rulebooks/propose_text.html")


@blueprint.post("/new")
@takes_file
def offer_text() -> Response:
    """Offer a text; files go before what was pasted."""
    form = Form.sent()
    with form:
        offer = _offered(form, ("text", "cases", "reason"))
        made = ask("POST", "/v1/edition-proposals", json=offer, once=form.once).body
        return see("console_proposals.one", proposal=made["proposal"], done="proposed")
    return page("console/rulebooks/propose_text.html", status=422, form=form)


@blueprint.get("/copy/<edition_id>")
def copy(edition_id: str) -> Page:
    """Where an edition is copied with other numbers."""
    return page("console/rulebooks/propose_copy.html", **_copied_from(edition_id))


@blueprint.post("/copy/<edition_id>")
@takes_file
def offer_copy(edition_id: str) -> Response:
    """Offer a copy of an edition; a number left as it is, is left out."""
    form, shown = Form.sent(), _copied_from(edition_id)
    changes = changes_in(form, shown["numbers"])
    with form:
        said = _offered(form, ("edition_id", "force_from", "cases", "reason"))
        offer = {"copy_of": edition_id, "changes": changes, **said}
        made = ask("POST", "/v1/edition-proposals", json=offer, once=form.once).body
        return see("console_proposals.one", proposal=made["proposal"], done="proposed")
    shown_beside(form, changes)
    return page("console/rulebooks/propose_copy.html", status=422, form=form, **shown)


@blueprint.get("/<int:proposal>")
def one(proposal: int) -> Page:
    """One proposal: what it changes, its dry runs, its cases, and the decision."""
    return _shown(proposal)


@blueprint.post("/<int:proposal>/<act>")
def step(proposal: int, act: str) -> Response:
    """Approve, refuse or withdraw a proposal."""
    form = Form.sent()
    if act not in ACTS:
        raise Problem("not_found", path=request.path)
    with form:
        ask("POST", f"/v1/edition-proposals/{proposal}/{act}", json=form.body(), once=form.once)
        return see("console_proposals.one", proposal=proposal, done=act)
    return _shown(proposal, form, act)


@blueprint.post("/<int:proposal>/dry-run")
def rehearse(proposal: int) -> Response:
    """Try the proposal on everybody, and attach what is found."""
    form = Form.sent()
    with form:
        made = ask("POST", "/v1/dry-runs", json={"proposal": proposal}, once=form.once).body
        return see("console_trials.run", run=made["run"])
    return _shown(proposal, form, "dry-run")


def _shown(proposal: int, form: Form | None = None, tried: str = "") -> Page:
    said = ask("GET", f"/v1/edition-proposals/{proposal}").body
    runs = ask("GET", "/v1/dry-runs", query={"proposal": proposal}).body["items"] if may("GET", "/v1/dry-runs") else []
    rerates = ask("GET", "/v1/rerates").body if may("GET", "/v1/rerates") else []
    return page(
        "console/rulebooks/proposal.html",
        status=200 if form is None else 422,
        form=form,
        tried=tried,
        proposal=said,
        own=said["person"] in web.actor().hands,
        steps=[each["step"] for each in said["steps"]],
        runs=runs,
        rerates=[each for each in rerates if each["proposal"] == proposal],
        done={
            "proposed": _("提案已提交，全部案例均已按答案通过。须由另一人决定。"),
            "approval": _("已批准。"),
            "refusal": _("未予批准。"),
            "withdrawal": _("已撤回。"),
        },
    )


def _copied_from(edition_id: str) -> dict[str, Any]:
    numbers = ask("GET", f"/v1/editions/{edition_id}/numbers").body["items"]
    contents = ask("GET", f"/v1/editions/{edition_id}/contents").body
    return {"numbers": numbers, "groups": by_clause(numbers, contents["clauses"]), "contents": contents}


def _offered(form: Form, names: Sequence[str]) -> dict[str, str]:
    """What was typed, or, where a file was chosen, what it holds, to the byte.

    Raises:
        Problem: `not_text_utf8`.
    """
    for name in FILES:
        chosen = request.files.get(f"{name}_file")
        if chosen is not None and chosen.filename:
            try:
                form.typed[name] = chosen.read().decode()
            except UnicodeDecodeError as error:
                raise Problem("not_text_utf8", pointer=f"/{name}") from error
        else:
            form.typed[name] = form.first(name).replace("\r\n", "\n")  # as browsers send what was pasted
    return {name: typed for name in names if (typed := form.first(name)).strip()}
