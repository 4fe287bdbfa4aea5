"""What later happens to a record: corrected, annulled, performed, put right. In two steps, as a record is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    typed = {f"changes/{name}": record[name] or "" for name in CHANGES} if act == "correction" else {}
    return _form(record, act, Form(typed))


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
    body.pop("changes", None)
    if act != "correction":
        return body
    typed = {name: form.first(f"changes/{name}").strip() for name in CHANGES}
    changes = {name: said or None for name, said in typed.items() if said != (record[name] or "")}
    return body | {"changes": changes}


def _form(
    record: Mapping[str, Any], act: str, form: Form, *, preview: Preview | None = None, status: int = 200
) -> Response:
    said: dict[str, Any] = {"record": record, "entity": entity_of(record), "act": act}
    if preview is not None:
        return page("console/evidence/act_preview.html", form=form, preview=preview, **said)
    fields = ("source", "source_ref", "acted_on", "reason", *(f"changes/{name}" for name in CHANGES))
    said |= {"fields": fields, "severities": severities()}
    return page("console/evidence/act.html", status=status, form=form, **said)
