"""Many records from a file: sent, watched while it is worked off, its refused rows fetched, put right, sent again."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import request

from service.console.evidence.blueprint import blueprint
from service.pages import Form, ask, download, page, see, takes_bulk_file
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response as FileResponse
    from werkzeug import Response
    from werkzeug.datastructures import FileStorage

TYPES: Final = {
    ".csv": "text/csv",
    ".json": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
}
"""What a file is sent as, by its name without `.gz`."""
SHOWN = 50
"""Remarks on rows that the page shows; the files have all of them."""
ENDED = ("done", "refused")


@blueprint.get("/files/new")
def new_file() -> Response:
    """Where a file is sent."""
    return page("console/evidence/file_new.html")


@blueprint.post("/files/new")
@takes_bulk_file
def send_file() -> Response:
    """Hand the file in."""
    form, sent = Form.sent(), request.files.get("file")
    with form:
        if sent is None or not sent.filename:
            raise Problem("file_empty", pointer="/file")
        job = ask(
            "POST",
            "/v1/events/bulk",
            query={"mode": form.first("mode") or None},
            stream=sent.stream,
            content_type=_type_of(sent.filename),
            once=_once(form, sent),
        ).body
        return see("console_evidence.file", job=job["id"])
    return page("console/evidence/file_new.html", status=422, form=form)


@blueprint.get("/files/<int:job>")
def file(job: int) -> Response:
    """How far a file has come, and what was said of its rows; the part that moves alone, where that is asked for."""
    found = ask("GET", f"/v1/bulk-jobs/{job}").body
    template = "console/evidence/file_state.html" if "HX-Request" in request.headers else "console/evidence/file.html"
    return page(template, job=found, remarks=_remarks(found), shown=SHOWN, ended=found["state"] in ENDED)


@blueprint.get("/files/<int:job>/refused-rows")
def refused_rows(job: int) -> FileResponse:
    """The refused rows as they were sent."""
    return download(f"/v1/bulk-jobs/{job}/refused-rows")


@blueprint.get("/files/<int:job>/errors.csv")
def errors(job: int) -> FileResponse:
    """What was said of the rows."""
    return download(f"/v1/bulk-jobs/{job}/errors.csv")


def _remarks(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    if job["state"] not in ENDED or not (job["refused"] or job["warned"]):
        return []
    told: bytes = ask("GET", f"/v1/bulk-jobs/{job['id']}/result", query={"limit": SHOWN}, raw=True).body
    return [orjson.loads(line) for line in told.splitlines()]


def _type_of(name: str) -> str:
    """What the file is by its name; the interface refuses what is none of them."""
    return TYPES.get(PurePath(name.lower().removesuffix(".gz")).suffix, "application/octet-stream")


def _once(form: Form, sent: FileStorage) -> str:
    """A key of this sending of this very file."""
    digest = file_digest(sent.stream, "sha256").digest()  # type: ignore[arg-type] # a file, whether in memory or on disk
    sent.stream.seek(0)
    return sha256(form.once.encode() + digest).hexdigest()
