"""The request id: given or made at the edge, in every log line and audit row, carried into jobs."""

import itertools
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from service.platform.shapes import looks_secret

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


class _Process:
    """Ids of one process: a random beginning, asked of the kernel once, and a number."""

    numbers = itertools.count(1)
    pid = 0
    beginning = ""

    @classmethod
    def next(cls) -> str:
        if cls.pid != os.getpid():
            cls.pid, cls.beginning = os.getpid(), secrets.token_hex(8)
        return f"{cls.beginning}-{next(cls.numbers):06x}"


def current_request_id() -> str | None:
    """The id of the request or job that runs now, if any."""
    return _current.get()


def accept_request_id(given: str | None) -> str:
    """The caller's own id where it is plain and short and looks like nobody's secret or number, else a new one."""
    plain = given and _ACCEPTED.fullmatch(given) and not looks_secret(given)
    return given if given and plain else _Process.next()


def set_request_id(request_id: str) -> None:
    """From here on, this thread works for this request; the next request of the thread sets its own."""
    _current.set(request_id)


@contextmanager
def request_scope(request_id: str) -> Iterator[None]:
    """Everything inside belongs to this request id."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
