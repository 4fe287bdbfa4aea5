"""The head of a request, as the server hands it to the application: address, cookies, tags, keys, tokens, languages."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from werkzeug.test import run_wsgi_app

from service.app import create_app
from service.bootstrap import assemble
from service.platform import Settings
from tests.fuzz import changing, hostile
from tests.fuzz.leaks import leaked
from tests.fuzz.target import Target, promise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Attempt

DATABASE: Final = "FUZZ_DATABASE_URL"
"""Where the town lives against which requests are made."""
TOKEN: Final = "FUZZ_TOKEN"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SENT_AS: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_LONGEST_LINE: Final = 8_190
"""Bytes: what Gunicorn takes."""
_TARGET: Final = re.compile("/[!-~]*")
"""As Gunicorn takes it (RFC 9112, 3.2): whatever else is percent-encoded."""
_FAULT: Final = 500


def environ_of(data: bytes) -> dict[str, Any] | None:
    """What a server makes of a request: the first line, headers, an empty line, a body; None where it would refuse."""
    head, _, body = data.partition(b"\n\n")
    first, *headers = head.split(b"\n")
    method, target, *_ = [*first.decode("latin-1").split(" ", 2), ""]
    path, _, query = target.partition("?")
    if method not in METHODS or _TARGET.fullmatch(target) is None or len(first) > _LONGEST_LINE:
        return None
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
    }
    for line in headers:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not name.replace("-", "").isalnum() or not name.isascii() or not value.isprintable():
            continue
        key = _SENT_AS.get(name.lower(), "HTTP_" + name.upper().replace("-", "_"))
        if key != "CONTENT_LENGTH":
            environ[key] = value.strip()
    return environ


def _heads() -> Attempt:
    app = create_app(assemble(Settings(database_url=os.environ[DATABASE], public_rate_limit=2**31 - 1, metrics_kept=0)))

    def attempt(data: bytes) -> None:
        environ = environ_of(data)
        if environ is None:
            return
        pieces, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        body = b"".join(pieces)
        promise(kept=int(status[:3]) < _FAULT, words=(status, body))
        promise(kept=not leaked(body), words=body)
        promise(kept=all("\n" not in value and "\r" not in value for _, value in headers), words=headers)

    return attempt


def _requests() -> Iterator[bytes]:
    token = os.environ.get(TOKEN, "xj_0").encode()
    yield b"GET /v1/entities?limit=2&cursor=WyJhIl0&q=%E5%8C%97 HTTP\nAuthorization: Bearer " + token
    yield (
        b"GET /v1/entities/own%3A1?as_of=2026-01-01&known_at=2026-01-01T00:00:00Z HTTP\nAuthorization: Bearer " + token
    )
    yield b'GET /portal/ HTTP\nAccept-Language: en-GB;q=0.7, zh\nIf-None-Match: W/"a", "b"\nX-Request-ID: abc'
    yield b"GET /portal/?q=%E7%BD%91%E5%90%A7&cursor=WzFd HTTP\nCookie: lang=en; xinjian-portal=" + b"a" * 43
    yield b"GET /console/ HTTP\nCookie: xinjian-console=" + b"b" * 43 + b"\nAccept: text/html;q=0.5"
    yield (
        b"POST /console/sign-in HTTP\nOrigin: http://localhost\nContent-Type: application/x-www-form-urlencoded\n"
        b"Cookie: xinjian-console=" + b"c" * 43 + b"\n\nlogin=a&password=b&form=c"
    )
    yield (
        b"POST /v1/events HTTP\nIdempotency-Key: k-1\nContent-Type: application/json; charset=utf-8\n"
        b"Authorization: Bearer " + token + b'\n\n{"source":"s"}'
    )
    yield b"GET /v1/ledger/checkpoints?before=7&limit=3 HTTP\nAccept: application/json\nRange: bytes=0-1\nDNT: 1"
    yield b"GET /static/page.css HTTP\nIf-Modified-Since: Sun, 22 Nov 2026 09:00:00 GMT\nAccept-Encoding: gzip, br"
    yield b"GET /portal/feeds/records.atom?authority=bj HTTP\nX-Forwarded-For: 1.2.3.4, ::1\nX-Forwarded-Proto: https"


def _floods() -> Iterator[bytes]:
    for piece in hostile.of_any_text():
        yield b"GET /portal/?q=a HTTP\nCookie: " + piece[:60_000]
    yield b"GET /portal/?q=a HTTP\nCookie: " + b";".join(b"a%d=b" % number for number in range(5_000))
    yield b"GET /v1/entities HTTP\nAccept-Language: " + b",".join(b"zh;q=0.%d" % n for n in range(5_000))
    yield b"GET /v1/entities HTTP\nIf-None-Match: " + b",".join(b'W/"%d"' % number for number in range(5_000))
    yield b"GET /v1/entities?" + b"&".join(b"a=%d" % number for number in range(1_000)) + b" HTTP"
    yield b"POST /console/sign-in HTTP\nOrigin: http://[\nContent-Type: application/x-www-form-urlencoded\n\na=b"
    yield b"POST /v1/events HTTP\nContent-Type: multipart/form-data; boundary=a\n\n" + b"--a\r\n" * 20_000


TARGETS = (Target("request-heads", _heads, _requests, _floods, changing.words, 8_192),)
