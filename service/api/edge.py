"""The edge of every request: its id, language, actor, key, one line of log, its metrics."""

import time

import structlog
from babel import negotiate_locale
from flask import Flask, Response, g, request

from service.api.limits import limit_sign_ins, refuse_overload
from service.platform import LANGUAGES, accept_request_id, current_request_id, set_request_id, traces, web
from service.platform.metrics import PROBLEMS, method_label, series

log = structlog.get_logger(__name__)

_QUIET = frozenset({"/livez", "/readyz", "/metrics"})


def preferred_language() -> str:
    """The language chosen on a page, else the one that Accept-Language prefers; zh where it prefers none of ours."""
    chosen = request.cookies.get(web.cookie_name(web.LANGUAGE))
    if chosen in LANGUAGES:
        return chosen
    wanted = [tag.replace("-", "_") for tag, quality in request.accept_languages if quality > 0]
    return negotiate_locale(wanted, LANGUAGES) or LANGUAGES[0]


def open_edge(app: Flask) -> None:
    """Register what runs before every handler, and the last thing that runs after it."""
    app.before_request(_open)
    app.before_request(refuse_overload)
    app.before_request(web.refuse_in_address)
    app.before_request(limit_sign_ins(app, web.enforce))
    app.after_request(_close)
    app.teardown_request(_end)


def claim_keys(app: Flask) -> None:
    """Register idempotency; call it after whatever may still refuse a request."""
    app.before_request(web.begin)
    app.after_request(web.finish)


def _open() -> None:
    g.started = time.perf_counter()
    found = traces()
    g.traced = found.begin_request() if found is not None and request.path not in _QUIET else None
    structlog.contextvars.clear_contextvars()
    web.forget_claim()
    set_request_id(accept_request_id(request.headers.get("X-Request-Id")))


def _close(response: Response) -> Response:
    seconds = time.perf_counter() - g.started
    route = request.url_rule.rule if request.url_rule is not None else "unknown"
    method = method_label(request.method)
    counted, timed = series(method, route, response.status_code)
    counted.inc()
    timed.observe(seconds)
    if (code := g.get("problem_code")) is not None:
        PROBLEMS.labels(code).inc()
    if g.traced is not None:
        g.traced.answered(method, route, response.status_code, request_id=current_request_id(), problem=code)
    response.headers["X-Request-Id"] = current_request_id() or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    if route not in _QUIET:
        log.info(
            "request",
            method=method,
            route=route,
            status=response.status_code,
            code=code,
            ms=round(seconds * 1000, 1),
        )
    return response


def _end(_error: BaseException | None) -> None:
    if (traced := g.pop("traced", None)) is not None:
        traced.end()
