"""Structured logs: one JSON object a line, with the request id, without secrets."""

import json
import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from functools import cache, lru_cache
from typing import Any, TextIO

import orjson
import structlog

from service.platform.request_id import current_request_id

_SECRET = re.compile("authorization|token|secret|passw|cookie|identity_number|phone|api_key", re.IGNORECASE)
REDACTED = "[redacted]"


def redact(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every value whose name says that it is a secret or a personal field, at any depth."""
    for key, value in event.items():
        event[key] = _clean(key, value)
    return event


@lru_cache(4_096)
def _is_secret(key: str) -> bool:
    return _SECRET.search(key) is not None


def _clean(key: str, value: object) -> object:
    if _is_secret(key):
        return REDACTED
    if isinstance(value, dict):
        return {inner: _clean(str(inner), member) for inner, member in value.items()}
    if isinstance(value, list):
        return [_clean("", member) for member in value]
    return value


def add_request_id(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the request or job that a line belongs to."""
    request_id = current_request_id()
    if request_id is not None:
        event["request_id"] = request_id
    return event


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
        structlog.processors.format_exc_info,
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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
