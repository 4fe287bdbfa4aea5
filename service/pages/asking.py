"""How a page asks and acts: by a request to the interface within the process, as the one who looks at it.

So a page holds no rule: who may do what, what is noted, what is refused and in which words is the interface's alone.
"""

from __future__ import annotations

import time
from contextvars import copy_context
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import orjson
from flask import Response, current_app, request
from werkzeug.test import EnvironBuilder

from service.platform import current_request_id, web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from flask import Flask

    from service.platform import Actor

_OF_FILES = ("Content-Type", "Content-Disposition")
_PRESSED_TWICE = "idempotency_in_progress"
_WAITED = 5.0  # seconds that a second press of a button waits for what comes of the first
_LOOK = 0.2


class RefusedError(Exception):
    """The interface refused; `document` is its problem document (RFC 9457) in the language of the page."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document["code"])
        self.document = document

    @property
    def code(self) -> str:
        """The stable code of the problem."""
        return str(self.document["code"])

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return int(self.document["status"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the interface answered: `body` as parsed from JSON, else the bytes; `following`: the next page's cursor."""

    status: int
    body: Any
    headers: Mapping[str, str]
    following: str | None = None


def ask(
    method: str,
    path: str,
    *,
    query: Mapping[str, object] | None = None,
    json: object = None,
    stream: IO[bytes] | None = None,
    content_type: str = "application/json",
    once: str | None = None,
    raw: bool = False,
    looking: Actor | None = None,
) -> Answer:
    """Ask the interface at `path` (with its query, values that are None left out), or act through it.

    `json` is sent as the body, or `stream` under `content_type`; `once` as the `Idempotency-Key`. What was answered is
    parsed unless `raw`: a file to be verified is passed on byte for byte. `looking`: who acts, where it is not the one
    who looks at the page. What is sent again while it is worked off, as by a button pressed twice, waits for its end.

    Raises:
        RefusedError: any answer of 400 or above.
    """
    until = time.monotonic() + (_WAITED if stream is None and once is not None else 0.0)
    while True:
        environ = _environ(method, path, query, once=once, json=json, stream=stream, content_type=content_type)
        if looking is not None:
            environ[web.INSIDE] = looking
        response = copy_context().run(_dispatched, current_app._get_current_object(), environ)  # type: ignore[attr-defined] # noqa: SLF001 - Flask's documented way to the application itself
        try:
            return _read(response, raw=raw)
        except RefusedError as refused:
            if refused.code != _PRESSED_TWICE or time.monotonic() > until:
                raise
        time.sleep(_LOOK)


def download(path: str, *, query: Mapping[str, object] | None = None) -> Response:
    """A file of the interface handed on piece by piece: memory does not grow with it. `query` as `ask` takes it.

    Raises:
        RefusedError: any answer of 400 or above.
    """
    environ, context = _environ("GET", path, query), copy_context()
    context.run(web.apart)  # it is read when the page is done
    found = context.run(_dispatched, current_app._get_current_object(), environ, whole=False)  # type: ignore[attr-defined] # noqa: SLF001 - as above
    if found.status_code >= HTTPStatus.BAD_REQUEST:
        raise RefusedError(orjson.loads(found.get_data()))
    return Response(
        found.iter_encoded(), headers={name: found.headers[name] for name in _OF_FILES}, direct_passthrough=True
    )


def may(method: str, rule: str) -> bool:
    """Whether the role of who looks may call `rule` (as written in `access.toml`): what may not is not shown."""
    roles = web.access_table()[f"{method} {rule}"]
    return web.actor().role in roles or any(role.value == "public" for role in roles)


def _environ(
    method: str,
    path: str,
    query: Mapping[str, object] | None,
    *,
    once: str | None = None,
    json: object = None,
    stream: IO[bytes] | None = None,
    content_type: str = "application/json",
) -> dict[str, Any]:
    asked = {name: _written(value) for name, value in (query or {}).items() if value is not None}
    body = None if json is None else orjson.dumps(json)
    builder = EnvironBuilder(
        path=path,
        method=method,
        base_url=request.host_url,
        query_string=asked,
        input_stream=stream,
        data=body,
        content_type=content_type if stream is not None or body is not None else None,
        headers=_headers(once).items(),
    )
    environ = builder.get_environ()
    environ[web.INSIDE] = web.actor()
    environ["REMOTE_ADDR"] = request.remote_addr
    return environ


def _headers(once: str | None) -> dict[str, str]:
    said = {"Accept-Language": web.language(), "X-Request-Id": current_request_id() or ""}
    return said | ({} if once is None else {"Idempotency-Key": once})


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dispatched(app: Flask, environ: dict[str, Any], *, whole: bool = True) -> Response:
    """The answer of a request with contexts of its own: nothing of it is left to the page's.

    ``whole``: read to its end; else by whoever sends it, so what makes it must need no context.
    """
    with app.app_context(), app.request_context(environ):
        response = app.full_dispatch_request()
        response.direct_passthrough = False
        if whole:
            response.get_data()  # generators read from the request's own context
        return response


def _read(response: Response, *, raw: bool = False) -> Answer:
    is_json = (response.mimetype or "").endswith("json") and (not raw or response.status_code >= HTTPStatus.BAD_REQUEST)
    body: Any = orjson.loads(response.get_data()) if is_json and response.get_data() else response.get_data()
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        raise RefusedError(body)
    return Answer(response.status_code, body, dict(response.headers), _following(response.headers.get("Link")))


def _following(link: str | None) -> str | None:
    """The cursor of the next page, out of its link (RFC 8288) as `web.link_next` writes it."""
    if link is None or 'rel="next"' not in link:
        return None
    address = link.partition("<")[2].partition(">")[0]
    return parse_qs(urlsplit(address).query).get("cursor", [None])[0]
