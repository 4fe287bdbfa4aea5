"""Receivers of webhooks on this machine: each keeps what came and answers as it is told to."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

LOOPBACK = "127.0.0.0/8"


class Received(NamedTuple):
    """One request: its headers in lower case, and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def number(self) -> int:
        """The row of the outbox."""
        return int(self.headers["webhook-id"])

    @property
    def message(self) -> dict[str, Any]:
        """The body, read."""
        read: dict[str, Any] = json.loads(self.body)
        return read


class Receiver:
    """A receiver; ``answers`` gives the status for a request, or takes as long as it likes."""

    def __init__(self, answers: Callable[[Received], int], context: ssl.SSLContext | None) -> None:
        self.received: list[Received] = []
        self.taken: list[Received] = []
        self._answers = answers
        self._lock = threading.Lock()
        self.server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.url = f"https://localhost:{self.server.server_port}/hook"

    def await_taken(self, count: int, seconds: float = 30) -> list[Received]:
        """Wait until so many messages were taken."""
        until = time.monotonic() + seconds
        while len(self.taken) < count:
            assert time.monotonic() < until, f"{len(self.taken)} of {count} taken, {len(self.received)} received"
            time.sleep(0.02)
        return list(self.taken)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                one = Received({name.lower(): value for name, value in self.headers.items()}, body)
                with receiver._lock:
                    receiver.received.append(one)
                status = receiver._answers(one)
                with receiver._lock:
                    receiver.taken.extend([one] if status < 300 else [])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if 300 <= status < 400:
                    self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that dies in the middle is what some tests are about."""


@contextmanager
def receiver(
    answers: Callable[[Received], int] = lambda _: 204, *, context: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    """A receiver that lives as long as the block; ``context``: what it shows over TLS, None: without TLS."""
    found = Receiver(answers, context)
    thread = threading.Thread(target=found.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.server.shutdown()
        found.server.server_close()
        thread.join()
