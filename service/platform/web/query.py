"""The query of a request: on every route a parameter that the interface does not name is refused, never ignored."""

import re
from typing import Any

from flask import Flask, current_app, request

from service.platform.problem import Problem

_BARE = "routes_without_query"
_METHODS = ("get", "post", "put", "patch", "delete")


def path_of(rule: str) -> str:
    """A rule as Flask writes it, `/v1/x/<int:y>`, as a path of the interface's document: `/v1/x/{y}`."""
    return re.sub("<(?:[^<>]*:)?([^<>]*)>", r"{\1}", rule)


def know_queries(app: Flask, document: dict[str, Any]) -> None:
    """Remember from the interface's document which of its operations take no query at all."""
    app.extensions[_BARE] = frozenset(
        (method.upper(), path)
        for path, item in document.get("paths", {}).items()
        for method in _METHODS
        if method in item and not _takes_query([*item.get("parameters", ()), *item[method].get("parameters", ())])
    )


def refuse_unknown_query() -> None:
    """Before each request: no parameter where none is taken. Where some are, their schema refuses the others.

    Raises:
        Problem: `invalid_query`, with every name that was sent.
    """
    if not request.query_string or request.url_rule is None:
        return
    method = "GET" if request.method == "HEAD" else request.method
    if (method, path_of(request.url_rule.rule)) not in current_app.extensions[_BARE]:
        return
    names = sorted(request.args.keys())
    if names:
        pointers = ("/" + name.replace("~", "~0").replace("/", "~1") for name in names)
        errors = tuple(Problem("field_unknown", pointer=pointer) for pointer in pointers)
        raise Problem("invalid_query", errors=errors, count=len(errors))


def _takes_query(parameters: list[dict[str, Any]]) -> bool:
    return any(parameter.get("in") == "query" for parameter in parameters)
