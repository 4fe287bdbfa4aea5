"""Every failure leaves as a problem document in the caller's language; no exception text ever leaves."""

from typing import Any

import psycopg
import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
)

from service.platform.problem import Problem
from service.platform.request_id import current_request_id
from service.platform.web.context import language

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    503: "unavailable",
}


def problem_response(problem: Problem) -> Response:
    """The problem as a response: a page where a page was asked for, else a document."""
    face = current_app.blueprints.get(request.blueprint or "")
    if (shown := getattr(face, "shown", None)) is not None:
        page: Response = shown(problem)
        page.headers.extend(problem.headers)
        return page
    tongue = language()
    body = problem.document(tongue) | {"instance": f"urn:request:{current_request_id()}"}
    response = Response(current_app.json.dumps(body), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.extend(problem.headers)
    response.headers["Content-Language"] = tongue
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    if problem.status == 401:  # noqa: PLR2004 - the status that RFC 9110 ties to this header
        response.headers["WWW-Authenticate"] = 'Bearer realm="xinjian"'
    g.problem_code = problem.code
    return response


def handle_http(error: HTTPException) -> BaseResponse:
    """Flask's and Werkzeug's own refusals, and redirects as they are."""
    if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004 - redirects
        return error.get_response(request.environ)
    params: dict[str, Any] = {"method": request.method, "request_id": current_request_id()}
    if isinstance(error, RequestEntityTooLarge):
        params["limit"] = request.max_content_length
    code = _BY_STATUS.get(error.code, "bad_request" if error.code < 500 else "internal_error")  # noqa: PLR2004
    response = problem_response(Problem(code, **params))
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        response.headers["Content-Range"] = f"{error.units} */{error.length}"
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def handle_database(error: Exception) -> Response:
    """The database is away or refuses a value: nothing was written, and the caller may know."""
    if isinstance(error, DataError | psycopg.DataError):
        log.info("value_refused_by_database", exc_info=error)
        return problem_response(Problem("unstorable_value"))
    log.warning("database_unavailable", exc_info=error)
    return problem_response(Problem("unavailable", headers={"Retry-After": "2"}))


def handle_unforeseen(error: Exception) -> Response:
    """A fault of ours: logged in full, told as a number only."""
    log.error("unforeseen", exc_info=error)
    return problem_response(Problem("internal_error", request_id=current_request_id()))


def handle_problems(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, handle_http)
    for kind in (
        OperationalError,
        InterfaceError,
        DataError,
        PoolTimeoutError,
        psycopg.OperationalError,
        psycopg.DataError,
    ):
        app.register_error_handler(kind, handle_database)
    app.register_error_handler(Exception, handle_unforeseen)
