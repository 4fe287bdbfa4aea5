"""Many entities from a file: checked alone or read in, and what is wrong told row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.console.sent_files import format_of, once_of, sent_file
from service.pages import Form, PageBlueprint, ask, download, page, see, takes_bulk_file

if TYPE_CHECKING:
    from flask import Response as FileResponse
    from werkzeug import Response

blueprint = PageBlueprint("console_entity_files", __name__, face="console", url_prefix="/console/entities/files")
SHOWN = 50
"""Flaws that the page shows; the file has all of them."""
LISTED = 25


@blueprint.get("")
def files() -> Response:
    """The files of who looks, newest first."""
    found = ask("GET", "/v1/imports/entities", query={"limit": LISTED, "cursor": request.args.get("cursor")})
    return page("console/entities/files.html", items=found.body["items"], following=found.following)


@blueprint.get("/new")
def new_file() -> Response:
    """Where a file is sent."""
    return page("console/entities/file_new.html")


@blueprint.post("/new")
@takes_bulk_file
def send_file() -> Response:
    """Have the file checked or read in."""
    form = Form.sent()
    with form:
        sent = sent_file()
        report = ask(
            "POST",
            "/v1/imports/entities",
            query={
                "format": format_of(sent) or "",
                "mode": form.first("mode") or None,
                "dry_run": form.first("step") == "check",
            },
            stream=sent.stream,
            content_type="application/octet-stream",
            once=once_of(form, sent),
        ).body
        return see("console_entity_files.file", import_id=report["id"])
    return page("console/entities/file_new.html", status=422, form=form)


@blueprint.get("/<import_id>")
def file(import_id: str) -> Response:
    """What became of a file, and the first things that are wrong with it."""
    report = ask("GET", f"/v1/imports/entities/{import_id}").body
    flaws = ask("GET", f"/v1/imports/entities/{import_id}/flaws", query={"limit": SHOWN}).body["items"]
    return page("console/entities/file.html", report=report, flaws=flaws)


@blueprint.get("/<import_id>/errors.csv")
def errors(import_id: str) -> FileResponse:
    """Everything that is wrong with a file."""
    return download(f"/v1/imports/entities/{import_id}/errors.csv")


@blueprint.get("/<import_id>/refused-rows")
def refused_rows(import_id: str) -> FileResponse:
    """The refused rows as they were sent, to be put right and sent again."""
    return download(f"/v1/imports/entities/{import_id}/refused-rows")


@blueprint.get("/<import_id>/errors.xlsx")
def mending_workbook(import_id: str) -> FileResponse:
    """The refused rows as a workbook, wrong cells coloured."""
    return download(f"/v1/imports/entities/{import_id}/errors.xlsx")
