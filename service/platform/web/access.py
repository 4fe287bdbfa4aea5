"""Who may call what: one table, enforced before every handler, complete or the application does not start."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import structlog
from flask import Flask, current_app, g, request

from service.platform.actor import ANONYMOUS, Actor, Role
from service.platform.problem import Problem
from service.platform.web.context import assembly

_IMPLIED = frozenset({"HEAD", "OPTIONS"})
INSIDE = "xinjian.actor"
"""Where the WSGI environment of a request that a page makes within the process holds who looks at the page. Headers of
a request from outside stand there under other names."""


class UndeclaredRouteError(Exception):
    """A route is missing from `access.toml`; the message lists every one."""


@cache
def access_table() -> Mapping[str, frozenset[Role]]:
    """`METHOD /rule` → roles, from `access.toml`."""
    source = files("service.platform").joinpath("access.toml").read_text(encoding="utf-8")
    return {
        route: frozenset(Role(role) for role in roles)
        for section in tomllib.loads(source).values()
        for route, roles in section.items()
    }


def routes(app: Flask) -> frozenset[str]:
    """Every route of the application as `METHOD /rule`."""
    return frozenset(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or frozenset()) - _IMPLIED
    )


def refuse_undeclared(app: Flask) -> None:
    """Stop the start of an application that has a route nobody declared.

    Raises:
        UndeclaredRouteError: with every such route.
    """
    missing = sorted(routes(app) - set(access_table()))
    if missing:
        raise UndeclaredRouteError("declare in service/platform/access.toml who may call: " + ", ".join(missing))


def enforce() -> None:
    """Before each request: find the actor, and refuse a role that the table does not name.

    Raises:
        Problem: `unauthenticated` for a bad or missing token, `forbidden` for a role without the right.
    """
    g.actor = _caller()
    structlog.contextvars.bind_contextvars(actor=f"{g.actor.kind}:{g.actor.id}")
    if request.url_rule is None or request.method == "OPTIONS":
        return
    method = "GET" if request.method == "HEAD" else request.method
    roles = access_table().get(f"{method} {request.url_rule.rule}", frozenset())
    if Role.PUBLIC in roles or g.actor.role in roles:
        return
    if g.actor is ANONYMOUS:
        raise Problem("unauthenticated")
    raise Problem("forbidden", role=g.actor.role.value)


def _caller() -> object:
    if INSIDE in request.environ:
        return request.environ[INSIDE]
    header = request.headers.get("Authorization")
    if header is None:
        return _looking()
    scheme, _, token = header.partition(" ")
    found = assembly().authenticate(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Problem("unauthenticated")
    return found


def _looking() -> Actor:
    """Who looks at a page; the interface itself believes a token alone, so that no other site can use a browser."""
    face = current_app.blueprints.get(request.blueprint or "")
    looking: Callable[[], Actor | None] | None = getattr(face, "looking", None)
    return (looking() if looking is not None else None) or ANONYMOUS
