"""What later happens to a record: corrected, annulled, performed, put right. In two steps, as a record is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.console.attributes import gathered, offered, typed
from service.console.evidence.blueprint import blueprint
from service.console.evidence.preview import Preview, previewed
from service.console.evidence.records import entity_of, severities
from service.pages import Form, ask, page, see
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

ACTS = ("correction", "annulment", "performed", "rectified")
CHANGES = ("code", "decided_on", "decision_kind", "severity", "value", "case_ref")
"""What the form of a correction may put in place of what was recorded."""
_WAITS = 202


@blueprint.get("/events/<int:event>/acts/<act>")
def act(event: int, act: str) -> Response:
    """The form of an act; that of a correction with what is recorded."""
    record = _record(event, act)
    if act != "correction":
        return _form(record, act, Form())
    said = {f"changes/{name}": record[name] or "" for name in CHANGES}
    return _form(record, act, Form(said | typed(record["attributes"], "changes/")))


@blueprint.post("/events/<int:event>/acts/<act>")
def take(event: int, act: str) -> Response:
    """Show what the act would do to the tier; save it where that was seen; go back to the form where asked."""
    record, form = _record(event, act), Form.sent()
    step = str(form.typed.pop("step", "preview"))
    if step == "change":
        return _form(record, act, form)
    body = _body(record, act, form)
    with form:
        if step == "save":
            answer = ask("POST", f"/v1/events/{event}/acts", json=body, once=form.once)
            done = "proposed" if answer.status == _WAITS or "proposal" in answer.body else "acted"
            return see("console_evidence.one", event=event, done=done)
        preview = previewed(f"/v1/events/{event}/acts/preview", body)
        return _form(record, act, form, preview=preview)
    return _form(record, act, form, status=422)


def _record(event: int, act: str) -> Mapping[str, Any]:
    """The record that an act of this name is about.

    Raises:
        Problem: ``not_found``.
    """
    record: Mapping[str, Any] = ask("GET", f"/v1/events/{event}").body
    if act not in ACTS or "entity" not in record:
        raise Problem("not_found", path=act[:80])
    return record


def _body(record: Mapping[str, Any], act: str, form: Form) -> dict[str, Any]:
    """The act as typed; of a correction the values that differ, those emptied as null."""
    body = form.body(act=act)
    sent = body.pop("changes", None)
    if act != "correction":
        return body
    said = {name: form.first(f"changes/{name}").strip() for name in CHANGES}
    changes: dict[str, Any] = {name: one or None for name, one in said.items() if one != (record[name] or "")}
    attributes = gathered(sent if isinstance(sent, dict) else {})
    if attributes != record["attributes"]:
        changes["attributes"] = attributes or None
    return body | {"changes": changes}


def _form(
    record: Mapping[str, Any], act: str, form: Form, *, preview: Preview | None = None, status: int = 200
) -> Response:
    said: dict[str, Any] = {"record": record, "entity": entity_of(record), "act": act}
    if preview is not None:
        changes = _body(record, act, form).get("changes", {})
        attributes = (changes["attributes"] or {}) if "attributes" in changes else None
        return page("console/evidence/act_preview.html", form=form, preview=preview, attributes=attributes, **said)
    fields = ("source", "source_ref", "acted_on", "reason", *(f"changes/{name}" for name in CHANGES))
    said |= {"fields": fields, "severities": severities(), "offered": offered(record["attributes"])}
    return page("console/evidence/act.html", status=status, form=form, **said)
