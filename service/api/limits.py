"""Limits on requests: on their rate, per caller, process and minute, and on how many may wait for a thread.

A guard against accidents, not an account of use: a fixed window in memory, no look-up elsewhere, nothing to lose when
Redis is away, and a few microseconds a request.
"""

import threading
import time
from collections.abc import Callable

from flask import Flask, request

from service.platform import Problem, web

_UNLIMITED = frozenset({"/livez", "/readyz", "/metrics"})
_WINDOW = 60
_RELIEF = 2  # seconds after which those who wait now have been served or refused


class Window:
    """Counts requests of each caller in the current minute."""

    def __init__(self) -> None:
        self._minute = -1
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def hit(self, caller: str, limit: int, seconds: float) -> int | None:
        """Count one request at `seconds` (any steady clock); the seconds to wait when it is one too many."""
        minute = int(seconds) // _WINDOW
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts.get(caller, 0) + 1
            self._counts[caller] = count
        return None if count <= limit else _WINDOW - int(seconds) % _WINDOW


def limit_sign_ins(app: Flask, enforce: Callable[[], None]) -> Callable[[], None]:
    """The same check of who calls, answering each address only so many 401s a minute: `public_rate_limit`.

    A token in force goes on working from an address that sends bad ones too.
    """
    settings, window = web.settings_of(app), Window()

    def check() -> None:
        try:
            enforce()
        except Problem as problem:
            if problem.code != "unauthenticated":
                raise
            wait = window.hit(str(request.remote_addr), settings.public_rate_limit, time.monotonic())
            if wait is None:
                raise
            raise _too_many(settings.public_rate_limit, wait) from problem

    return check


def refuse_overload() -> None:
    """Before anything is looked up for a request: refuse it where so many wait already that it found no room.

    Raises:
        Problem: ``overloaded``.
    """
    if web.sheds_load() and request.path not in _UNLIMITED:
        raise Problem("overloaded", wait=_RELIEF, headers={"Retry-After": str(_RELIEF)})


def limit_requests(app: Flask) -> None:
    """Limit each token by `rate_limit`, and each address without one by `public_rate_limit`; a page counts once."""
    settings, window = web.settings_of(app), Window()

    def check() -> None:
        if web.INSIDE in request.environ:  # asked for by a page that was counted itself
            return
        actor = web.actor()
        anonymous = actor.kind == "anonymous"
        caller = str(request.remote_addr) if anonymous else actor.id
        limit = settings.public_rate_limit if anonymous else settings.rate_limit
        wait = window.hit(caller, limit, time.monotonic())
        if wait is not None and request.path not in _UNLIMITED:
            raise _too_many(limit, wait)

    app.before_request(check)


def _too_many(limit: int, wait: int) -> Problem:
    return Problem("too_many_requests", limit=limit, wait=wait, headers={"Retry-After": str(wait)})
