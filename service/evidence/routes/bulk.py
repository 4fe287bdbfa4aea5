"""Files over HTTP: handed in, watched, and the result fetched."""

from __future__ import annotations

from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import orjson
from flask import Response, jsonify, request

from service.accounts import covers
from service.evidence.bulk import Job, Submission, read_job, refused_rows, submit_bulk
from service.evidence.bulk.jobs import jobs_of
from service.evidence.bulk.limits import PIECE
from service.evidence.bulk.mending import mending_workbook
from service.evidence.bulk.records import FORMATS
from service.evidence.documents import job_document
from service.evidence.intake.checker import Fault
from service.evidence.intake.refusing import told
from service.evidence.queries import bulk_remarks
from service.evidence.routes.backlog import refuse_unread_files
from service.evidence.routes.blueprint import blueprint
from service.evidence.schemas.answers import BulkArguments, BulkJobAnswer, BulkJobPage, BulkResultArguments
from service.platform import XLSX, Problem, sheet_pieces, web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FILE = {"type": "string", "format": "binary"}
_AS_SENT = {"csv": "text/csv", "ndjson": "application/x-ndjson"}
_COLUMNS = ("row", "pointer", "code", "refused", "detail", "next")
_AT_ONCE = 1_000
_CONTENT = {"content": {name: {"schema": _FILE} for name in FORMATS}, "required": True}


@blueprint.post("/events/bulk")
@blueprint.doc(requestBody=_CONTENT)
@blueprint.arguments(BulkArguments, location="query")
@blueprint.response(202, BulkJobAnswer)
@web.streams_body
def post_file(arguments: dict[str, Any]) -> Response:
    """Hand in a file of events, occasions and acts: NDJSON or CSV, packed with gzip or not, or a workbook (XLSX)."""
    form = FORMATS.get(request.mimetype)
    if form is None:
        raise Problem("file_format_unknown")
    refuse_unread_files()
    web.allow_bulk_body()
    submission = Submission(form, arguments["mode"], arguments.get("map"))
    try:
        with web.long_unit_of_work(web.actor()) as uow:
            received = submit_bulk(uow=uow, pieces=_pieces(), submission=submission)
            web.claim_stream(received.sha256)
    except web.AlreadyAnsweredError as answered:
        return answered.response
    response = jsonify(_document(received.job_id))
    response.status_code = 202
    response.headers["Location"] = f"/v1/bulk-jobs/{received.job_id}"
    return response


def _pieces() -> Iterator[bytes]:
    while piece := request.stream.read(PIECE):
        yield piece


@blueprint.get("/bulk-jobs")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, BulkJobPage)
def get_jobs(arguments: dict[str, Any]) -> Response:
    """The files that the caller handed in, by whichever token or account, newest first."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        read = jobs_of(session, web.actor(), before=page.after_number or None, limit=page.limit + 1)
    jobs, following = web.cut(read, page, lambda job: (job.id,))
    said = {"items": [job_document(job, web.language()) for job in jobs]}
    return web.link_next(jsonify(said), following)


@blueprint.get("/bulk-jobs/<int:job_id>")
@blueprint.response(200, BulkJobAnswer)
def get_job(job_id: int) -> Response:
    """How far a file has come."""
    return jsonify(_document(job_id))


@blueprint.get("/bulk-jobs/<int:job_id>/result")
@blueprint.arguments(BulkResultArguments, location="query")
@blueprint.doc(responses={"200": {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}})
def get_result(arguments: dict[str, Any], job_id: int) -> Response:
    """What is said of the file's rows, one JSON object a line: row, pointer, code, refused, detail, next."""
    _finished(job_id)
    database, language = web.database(), web.language()

    def lines() -> Iterator[bytes]:
        with database.reader() as session:
            for remark in islice(bulk_remarks(session, job_id), arguments.get("limit")):
                member = told(Fault(remark.pointer, remark.code, remark.params)).member(language)
                place = {"offset": int(remark.params["offset"])} if "offset" in remark.params else {}
                yield orjson.dumps({"row": remark.row, "refused": remark.refused, **place, **member}) + b"\n"

    headers = {"Content-Disposition": f'attachment; filename="bulk-{job_id}.ndjson"', "Content-Language": language}
    return Response(lines(), mimetype="application/x-ndjson", headers=headers)


@blueprint.get("/bulk-jobs/<int:job_id>/refused-rows")
@blueprint.doc(responses={"200": {"content": {name: {"schema": _FILE} for name in _AS_SENT.values()}}})
def get_refused_rows(job_id: int) -> Response:
    """The rows that were refused, as they were sent: to be put right and handed in again."""
    job = _finished(job_id)
    headers = {"Content-Disposition": f'attachment; filename="bulk-{job_id}-refused.{job.format}"'}
    return Response(refused_rows(web.database(), job), mimetype=_AS_SENT[job.format], headers=headers)


@blueprint.get("/bulk-jobs/<int:job_id>/errors.csv")
@blueprint.response(200, content_type="text/csv")
def get_errors(job_id: int) -> Response:
    """What is said of the file's rows, for spreadsheet programs, in the caller's language."""
    _finished(job_id)
    database, language = web.database(), web.language()

    def rows() -> Iterator[list[Sequence[object]]]:
        with database.reader() as session:
            remarks = bulk_remarks(session, job_id)
            while some := [_cells(remark, language) for remark in islice(remarks, _AT_ONCE)]:
                yield some

    headers = {"Content-Disposition": f'attachment; filename="bulk-{job_id}-errors.csv"', "Content-Language": language}
    return Response(sheet_pieces(_COLUMNS, rows()), mimetype="text/csv", headers=headers)


@blueprint.get("/bulk-jobs/<int:job_id>/errors.xlsx")
@blueprint.response(200, content_type=XLSX)
def get_mending_workbook(job_id: int) -> Response:
    """The refused rows of a table as a workbook: wrong cells coloured, what is wrong on its second sheet."""
    job = _finished(job_id)
    language = web.language()
    book = mending_workbook(web.database(), job, _COLUMNS, lambda remark: [*map(str, _cells(remark, language))])
    headers = {"Content-Disposition": f'attachment; filename="bulk-{job_id}-errors.xlsx"', "Content-Language": language}
    return Response(_blocks(book), mimetype=XLSX, headers=headers)


def _blocks(book: IO[bytes]) -> Iterator[bytes]:
    with book:
        while block := book.read(PIECE):
            yield block


def _cells(remark: Any, language: str) -> Sequence[object]:  # noqa: ANN401 - a row of bulk_row_error
    said = told(Fault(remark.pointer, remark.code, remark.params)).member(language)
    return (remark.row, remark.pointer, remark.code, str(remark.refused).lower(), said["detail"], said["next"])


def _finished(job_id: int) -> Job:
    """A job of the caller's own scope that has ended.

    Raises:
        Problem: ``bulk_not_finished``.
    """
    job = _job(job_id)
    if job.state not in {"done", "refused"}:
        raise Problem("bulk_not_finished")
    return job


def _document(job_id: int) -> dict[str, Any]:
    return job_document(_job(job_id), web.language())


def _job(job_id: int) -> Job:
    """A job of the caller's own scope."""
    with web.reader() as session:
        job = read_job(session, job_id)
    actor = web.actor()
    own = f"{job.actor.kind}:{job.actor.id}" in actor.hands
    if not own and not covers(actor, job.actor.authority, job.actor.regions):
        raise Problem("out_of_scope")
    return job
