"""The checklist: every entry answered deliberately, some of them or all, with photographs."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from flask import request, send_file

from service.console.visits.blueprint import blueprint, path_of, visit_of
from service.console.visits.one import visit_page
from service.pages import Form, RefusedError, ask, see, takes_file
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Response as FileResponse
    from werkzeug import Response

BYTES: Final = "application/octet-stream"
_ID: Final = 32


class Place(NamedTuple):
    """An entry of the checklist; ``name``: what its fields begin with."""

    item: str
    entry: str

    @property
    def name(self) -> str:
        """The name of the entry's fields, a JSON pointer without its first slash."""
        return f"findings/{self.item}/{self.entry}"


@blueprint.post("/<number>/findings")
@takes_file
def answer(number: str) -> Response:
    """Keep what was answered: the photographs one by one, then all findings together or none."""
    form, visit = Form.sent(), visit_of(number)
    places = [Place(line["item"], line["entry"]) for line in visit["checklist"]]
    with form:
        kept = {place: _photographs(number, place, form) for place in places}
        answered = [place for place in places if form.first(f"{place.name}/result") or kept[place]]
        if not answered:
            raise Problem("finding_nothing_answered")
        findings = [_finding(form, place, kept[place]) for place in answered]
        _send(number, findings, answered, form.once)
        return see("console_visits.one", number=number, done="findings")
    return visit_page(number, of="findings", form=form, status=422)


@blueprint.get("/<number>/files/<digest>")
def file(number: str, digest: str) -> FileResponse:
    """A photograph or paper of the visit, as it was sent."""
    body = ask("GET", f"{path_of(number)}/files/{quote(digest, safe='')}").body
    return send_file(BytesIO(body), mimetype=BYTES, as_attachment=True, download_name=digest)


def _photographs(number: str, place: Place, form: Form) -> list[str]:
    """Keep what was chosen at an entry; digests of those kept just now, and before where the form came back."""
    field = f"{place.name}/files"
    kept = [one for one in form.typed.get(f"{field}[]", []) if one]
    for sent in request.files.getlist(field):
        if sent.filename:
            try:
                told = ask("POST", f"{path_of(number)}/files", stream=sent.stream, content_type=BYTES).body
            except RefusedError as refused:
                refused.document["pointer"] = f"/{field}"
                raise
            kept.append(told["sha256"])
    form.typed[f"{field}[]"] = list(dict.fromkeys(kept))
    return list(form.typed[f"{field}[]"])


def _finding(form: Form, place: Place, files: list[str]) -> dict[str, Any]:
    """One finding as typed; a severity counts where something is wrong, as the page shows it there alone."""
    typed = {name: form.first(f"{place.name}/{name}").strip() for name in ("result", "severity", "note")}
    failed = typed["result"] == "fail"
    return {
        "client_id": sha256(f"{form.once}{place.name}".encode()).hexdigest()[:_ID],
        "item": place.item,
        "entry": place.entry,
        "result": typed["result"],
        "severity": typed["severity"] or None if failed else None,
        "note": typed["note"] or None,
        "files": files,
        "noted_at": form.first("noted_at"),
        "settles": form.first(f"{place.name}/settles") == "on",
    }


def _send(number: str, findings: list[dict[str, Any]], places: list[Place], once: str) -> None:
    """Send all; where they are refused, each fault is told at the entry that it is of."""
    try:
        ask("POST", f"{path_of(number)}/sync", json={"findings": findings}, once=once)
    except RefusedError as refused:
        for one in _faults(refused.document):
            _, head, at, *rest = (*str(one.get("pointer", "")).split("/"), "", "")
            if head == "findings" and at.isdigit():
                one["pointer"] = f"/{places[int(at)].name}/{rest[0]}"
        raise


def _faults(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document.get("errors") or [document]
