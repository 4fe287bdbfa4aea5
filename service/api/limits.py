"""Limits on the rate of requests, per caller and process: a guard against accidents, not an account of use."""

from flask import Flask, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from service.platform import web

_UNLIMITED = frozenset({"/livez", "/readyz", "/metrics"})


def limit_requests(app: Flask) -> None:
    """Limit each token by `rate_limit`, and each address without one by `public_rate_limit`."""
    settings = web.settings_of(app)

    def key() -> str:
        actor = web.actor()
        return get_remote_address() if actor.kind == "anonymous" else f"{actor.kind}:{actor.id}"

    def limit() -> str:
        return settings.public_rate_limit if web.actor().kind == "anonymous" else settings.rate_limit

    limiter = Limiter(key, app=app, default_limits=[limit], storage_uri="memory://", headers_enabled=True)
    limiter.request_filter(lambda: "actor" not in g or request.path in _UNLIMITED)
