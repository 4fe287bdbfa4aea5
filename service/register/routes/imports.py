"""Files of entities over HTTP: read in, reported, their flaws fetched as a file."""

from __future__ import annotations

from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from flask import Response, jsonify, request, stream_with_context

from service.platform import XLSX, web
from service.register import queries, usecases
from service.register.routes.blueprint import blueprint
from service.register.shapes import (
    EntityImportFlaws,
    EntityImportPage,
    EntityImportReportSchema,
    FlawsArguments,
    ImportArguments,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LINES = "application/x-ndjson"
_BLOCK = 1 << 16
_BINARY = {"type": "string", "format": "binary"}
FILE = {
    "required": True,
    "description": "The file itself: CSV (UTF-8, GB18030), NDJSON or XLSX; the texts also packed with gzip",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


@blueprint.post("/imports/entities")
@blueprint.arguments(ImportArguments, location="query")
@blueprint.response(200, EntityImportReportSchema)
@blueprint.doc(requestBody=FILE)
@web.streams_body
def import_file(arguments: dict[str, Any]) -> Response:
    """Read a file of entities into the register; what is wrong is told row by row."""
    return imported(usecases.import_entities, arguments)


@blueprint.get("/imports/entities")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, EntityImportPage)
def own_imports(arguments: dict[str, Any]) -> Response:
    """The files that the caller had read into the register, catalogues too, newest first."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        read = queries.own_imports(session, web.actor(), before=page.after_number or None, limit=page.limit + 1)
    kept, following = web.cut(read, page, lambda one: (one[0],))
    return web.link_next(jsonify({"items": [report for _, report in kept]}), following)


@blueprint.get("/imports/entities/<import_id>")
@blueprint.response(200, EntityImportReportSchema)
def import_report(import_id: str) -> Response:
    """What became of a file."""
    return report_of(import_id)


@blueprint.get("/imports/entities/<import_id>/flaws")
@blueprint.arguments(FlawsArguments, location="query")
@blueprint.response(200, EntityImportFlaws)
def import_flaws(arguments: dict[str, Any], import_id: str) -> Response:
    """The first things that are wrong with a file, in order of its rows; all of them are in ``errors.csv``."""
    language = web.language()
    with web.reader() as session:
        number, _ = queries.import_report(session, web.actor(), import_id)
        found = islice(queries.import_flaws(session, number), arguments["limit"])
        return jsonify({"items": [{"row": row, **flaw.member(language)} for row, flaw in found]})


@blueprint.get("/imports/entities/<import_id>/errors.csv")
@blueprint.response(200, content_type="text/csv")
def import_errors(import_id: str) -> Response:
    """Everything wrong with a file, row by row, in Chinese and English."""
    return errors_of(import_id)


@blueprint.get("/imports/entities/<import_id>/refused-rows")
@blueprint.doc(responses={"200": {"content": {name: {"schema": _BINARY} for name in ("text/csv", _LINES)}}})
def refused_rows(import_id: str) -> Response:
    """The rows that were refused, as they were sent: to be put right and sent again. Citizens' numbers are left out."""
    with web.reader() as session:
        number, report = queries.import_report(session, web.actor(), import_id)
        queries.refuse_where_none(session, number)
    lines = report["format"] == "ndjson"
    pieces = stream_with_context(_refused(number, report["format"]))
    response = Response(pieces, mimetype=_LINES if lines else "text/csv")
    name = f"{import_id}-refused.{'ndjson' if lines else 'csv'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/imports/entities/<import_id>/errors.xlsx")
@blueprint.response(200, content_type=XLSX)
def mending_workbook(import_id: str) -> Response:
    """The refused rows of a table as a workbook: wrong cells coloured, what is wrong on its second sheet."""
    with web.reader() as session:
        number, report = queries.import_report(session, web.actor(), import_id)
        book = queries.mending_workbook(session, number, report, web.language())
    response = Response(_blocks(book), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{import_id}-errors.xlsx"'
    return response


def _blocks(book: IO[bytes]) -> Iterator[bytes]:
    with book:
        while block := book.read(_BLOCK):
            yield block


def _refused(number: int, file_format: str) -> Iterator[str]:
    with web.reader() as session:
        yield from queries.refused_rows(session, number, file_format)


def imported(read_in: Callable[..., usecases.ImportReport], arguments: dict[str, Any]) -> Response:
    """Let a use case read the file that is sent, and answer with what became of it."""
    web.allow_bulk_body()
    try:
        report = read_in(
            web.long_unit_of_work,
            actor=web.actor(),
            stream=request.stream,
            file_format=arguments["format"],
            mode=arguments["mode"],
            dry_run=arguments["dry_run"],
            on_read=lambda digest: web.claim_stream(bytes.fromhex(digest)),
        )
    except web.AlreadyAnsweredError as answered:
        return answered.response
    return jsonify(report.document())


def report_of(import_id: str) -> Response:
    """The report of any file that was read into the register."""
    with web.reader() as session:
        return jsonify(queries.import_report(session, web.actor(), import_id)[1])


def errors_of(import_id: str) -> Response:
    """The flaws of any file that was read into the register, as CSV."""
    with web.reader() as session:
        number, _ = queries.import_report(session, web.actor(), import_id)
    response = Response(stream_with_context(_lines(number)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{import_id}-errors.csv"'
    return response


def _lines(number: int) -> Iterator[str]:
    """The file in pieces."""
    with web.reader() as session:
        yield from queries.flaws_as_csv(session, number)
