"""One record: entered in two steps, and shown with all that was done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from service.console.attributes import gathered, offered
from service.console.evidence.blueprint import blueprint
from service.console.evidence.preview import Preview, previewed
from service.pages import Form, ask, called, page, see
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

FIELDS = (
    "code",
    "decided_on",
    "severity",
    "source",
    "source_ref",
    "decision_kind",
    "case_ref",
    "value",
    "kinds",
    "performed_on",
    "corrected_on",
    "publicity_ends_on",
)
"""What the form asks for; other faults stand above it."""


@blueprint.get("")
def first() -> Response:
    """What may be done with evidence, and where; records found by their number or reference."""
    form = Form({"reference": request.args.get("reference", "").strip()})
    found: list[dict[str, Any]] = []
    if form.first("reference"):
        with form:
            found = ask("GET", "/v1/events", query={"reference": form.first("reference")}).body["items"]
    return page("console/evidence/home.html", form=form, status=422 if form.refusal else 200, found=found)


@blueprint.get("/entities/<key>/new")
def new(key: str) -> Response:
    """The form of a record of an entity."""
    return _form(ask("GET", f"/v1/entities/{key}").body, Form())


@blueprint.post("/entities/<key>/new")
def enter(key: str) -> Response:
    """Show what the record would do to the tier; save it where that was seen; go back to the form where asked."""
    form, entity = Form.sent(), ask("GET", f"/v1/entities/{key}").body
    step = str(form.typed.pop("step", "preview"))
    body = form.body(entity=entity["key"])
    if said := gathered(body):
        body["attributes"] = said
    if step == "change":
        return _form(entity, form)
    with form:
        if step == "save":
            stored = ask("POST", "/v1/events", json=body, once=form.once).body
            return see("console_evidence.one", event=stored["id"], done="held" if stored["held"] else "recorded")
        preview = previewed(f"/v1/entities/{entity['key']}/tier/preview", body)
        return _form(entity, form, preview=preview)
    return _form(entity, form, status=422)


@blueprint.get("/events/<int:event>")
def one(event: int) -> Response:
    """A record as it is known now, what was done to it, and what may be done."""
    done = {
        "recorded": _("记录已保存，等级正在重新计算。"),
        "held": _("同一来源和文号的这条记录早已保存，没有重复记录。"),
        "acted": _("已保存，等级正在重新计算。"),
        "proposed": _("已提出，须由另一名审批人确认后生效。"),
    }
    record = ask("GET", f"/v1/events/{event}").body
    return page("console/evidence/one.html", record=record, entity=entity_of(record), done=done)


def entity_of(record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an answer of the interface
    """The entity of a record; None where the record was deleted by law."""
    return ask("GET", f"/v1/entities/{record['entity']}").body if "entity" in record else None


def severities() -> list[tuple[str, str]]:
    """Every severity by which an edition weighs some code, as the form takes them."""
    found = {severity for code in ask("GET", "/v1/event-codes").body for severity in code["severities"]}
    return [(severity, called("severities", severity)) for severity in sorted(found)]


def _form(entity: Mapping[str, Any], form: Form, *, preview: Preview | None = None, status: int = 200) -> Response:
    if preview is not None:
        return page("console/evidence/new_preview.html", form=form, entity=entity, preview=preview)
    return page(
        "console/evidence/new.html",
        status=status,
        form=form,
        entity=entity,
        fields=FIELDS,
        severities=severities(),
        offered=offered(),
    )
