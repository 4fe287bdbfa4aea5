"""Many records from a file: sent, watched while it is worked off, its refused rows fetched, put right, sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import request

from service.console.evidence.blueprint import blueprint
from service.console.sent_files import format_of, once_of, sent_file
from service.pages import Form, ask, download, page, see, takes_bulk_file
from service.platform import XLSX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response as FileResponse
    from werkzeug import Response

TYPES: Final = {"csv": "text/csv", "ndjson": "application/x-ndjson", "xlsx": XLSX}
SHOWN = 50
"""Remarks on rows that the page shows; the files have all of them."""
LISTED = 25
ENDED = ("done", "refused")


@blueprint.get("/files")
def files() -> Response:
    """The files of who looks, newest first, with how far each has come."""
    found = ask("GET", "/v1/bulk-jobs", query={"limit": LISTED, "cursor": request.args.get("cursor")})
    return page("console/evidence/files.html", items=found.body["items"], following=found.following)


@blueprint.get("/files/new")
def new_file() -> Response:
    """Where a file is sent."""
    return page("console/evidence/file_new.html")


@blueprint.post("/files/new")
@takes_bulk_file
def send_file() -> Response:
    """Hand the file in."""
    form = Form.sent()
    with form:
        sent = sent_file()
        job = ask(
            "POST",
            "/v1/events/bulk",
            query={"mode": form.first("mode") or None},
            stream=sent.stream,
            content_type=TYPES.get(format_of(sent) or "", "application/octet-stream"),
            once=once_of(form, sent),
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


@blueprint.get("/files/<int:job>/errors.xlsx")
def mending(job: int) -> FileResponse:
    """The refused rows as a workbook to be put right in."""
    return download(f"/v1/bulk-jobs/{job}/errors.xlsx")


def _remarks(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    if job["state"] not in ENDED or not (job["refused"] or job["warned"]):
        return []
    told: bytes = ask("GET", f"/v1/bulk-jobs/{job['id']}/result", query={"limit": SHOWN}, raw=True).body
    return [orjson.loads(line) for line in told.splitlines()]
