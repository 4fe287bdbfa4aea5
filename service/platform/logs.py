"""Structured logs: one JSON object a line, with the request id, without secrets.

Two walls. The first: nothing of a request is told but its method, route, status and number; an exception is told by
what it is and where, never by its words; a value whose name says that it is a secret is blanked. The second: whatever
looks like a secret or an identity number is blanked wherever it stands.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, MutableMapping
from functools import cache, lru_cache
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog

from service.platform.request_id import current_request_id
from service.platform.shapes import REDACTED, blanked
from service.platform.told_faults import told, told_name
from service.platform.tracing import traces

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_SECRET = re.compile(
    "authorization|token|secret|passw|cookie|identity_number|phone|api_key|encryption_key|otp|one_time", re.IGNORECASE
)
_OURS = frozenset({"timestamp", "level", "logger", "request_id", "trace_id"})
"""Values that we make or have looked at (`accept_request_id`)."""
_SHORT, _LONG = 80, 10**14  # characters of a text that is remembered; a number below is no identity number
_FOREIGN = ("aiohttp", "asyncio", "authlib", "httpcore2", "httpx2", "urllib3", "werkzeug", "rq", "gunicorn")
"""Libraries whose lines of debugging quote addresses, bodies or arguments: they are heard from INFO or WARNING on."""


def redact(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every value whose name says that it is a secret or a personal field, and what looks like one, anywhere."""
    for key, value in event.items():
        if key not in _OURS:
            event[key] = _clean(key, value)
    return event


@lru_cache(4_096)
def _is_secret(key: str) -> bool:
    return _SECRET.search(key) is not None


def _clean(key: str, value: object) -> object:
    if _is_secret(key):
        return REDACTED
    if isinstance(value, dict):
        return {blanked(str(inner)): _clean(str(inner), member) for inner, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", member) for member in value]
    if isinstance(value, str):
        return _plain(value) if len(value) <= _SHORT else blanked(value)
    if value is None or isinstance(value, float) or (isinstance(value, int) and abs(value) < _LONG):
        return value
    text = str(value)
    return value if (shown := blanked(text)) == text else shown


@lru_cache(4_096)
def _plain(text: str) -> str:
    """A short text, blanked: routes, methods and words of ours come again and again."""
    return blanked(text)


def add_request_id(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the request or job that a line belongs to."""
    request_id = current_request_id()
    if request_id is not None:
        event["request_id"] = request_id
    return event


def add_trace_id(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the trace that a line belongs to, where there is one."""
    found = traces()
    if found is not None and (number := found.trace_id()) is not None:
        event["trace_id"] = number
    return event


def tell_exception(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell an exception by what it is and where it was raised."""
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exception() if given else None
    if error is not None:
        event["exception"] = told(error)
    return event


def _plain_record(record: logging.LogRecord) -> bool:
    """Of exceptions in a library's line tell what they are; asyncio's further lines quote them."""
    if isinstance(record.msg, BaseException):
        record.msg = told_name(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(told_name(one) if isinstance(one, BaseException) else one for one in record.args)
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


class _OwnLogger(structlog.WriteLogger):
    """Writes lines that are ready; whether a line is wanted, the levels of the standard library tell."""

    def __init__(self, name: str, stream: TextIO) -> None:
        super().__init__(stream)
        self.name = name
        self.disabled = False
        self.getEffectiveLevel = logging.getLogger(name).getEffectiveLevel


def _written(event: object, default: Callable[[object], object]) -> str:
    """A line of JSON; what orjson refuses (integers beyond 64 bits, lone surrogates), the standard library writes."""
    try:
        return orjson.dumps(event, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(event, default=default)


def configure_logs(level: str) -> None:
    """Send our own lines and those of libraries to standard error, as JSON."""
    stream = sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
        add_trace_id,
        tell_exception,
        redact,
    ]
    rendered = structlog.processors.JSONRenderer(serializer=_written)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, rendered],
        logger_factory=cache(lambda name: _OwnLogger(name, stream)),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered],
        )
    )
    handler.addFilter(_plain_record)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _FOREIGN:
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.INFO))
    for name in ("httpx2", "httpcore2"):  # they tell every address that they ask
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a line that cannot be written would be printed with its arguments
    sys.excepthook = _tell_end
    threading.excepthook = _tell_end_of_thread


def _tell_end(_kind: type[BaseException], error: BaseException, _where: TracebackType | None) -> None:
    """Tell what ended the process; the interpreter would print its words."""
    if isinstance(error, KeyboardInterrupt):
        return
    structlog.get_logger(__name__).critical("process_ended", exc_info=error)


def _tell_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    """Tell what ended a thread."""
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        structlog.get_logger(__name__).error("thread_ended", exc_info=ended.exc_value)
