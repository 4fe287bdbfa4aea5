"""The description of the interface as a page of our own: no script, no third party."""

import re
from typing import Any, cast

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from service.platform import web

blueprint = Blueprint("docs", __name__, template_folder="templates")

_METHODS = ("get", "post", "put", "patch", "delete")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@blueprint.get("/")
def index() -> BaseResponse:
    """The description of the interface."""
    return redirect(url_for("docs.page"))


@blueprint.get("/docs")
def page() -> Response:
    """The interface, readable."""
    document = cast("web.Api", current_app.extensions["openapi"]).document()
    html = render_template(
        "docs.html", document=document, operations=_operations(document), language=web.language(), schema_name=_name
    )
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    response.vary.add("Accept-Language")
    return response


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation with its address, method and the roles that may call it."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "roles": _roles(method.upper(), path),
            "parameters": [_resolve(document, each) for each in [*item.get("parameters", ()), *_parameters(operation)]],
            **{key: value for key, value in operation.items() if key != "parameters"},
        }
        for path, item in sorted(document.get("paths", {}).items())
        for method, operation in item.items()
        if method in _METHODS
    ]


def _parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return list(operation.get("parameters", ()))


def _resolve(document: dict[str, Any], member: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the document."""
    if "$ref" not in member:
        return member
    found: Any = document
    for step in member["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return cast("dict[str, Any]", found)


def _roles(method: str, path: str) -> list[str]:
    """The roles of an operation; the table names its rule as Flask does, with converters."""
    for route, roles in web.access_table().items():
        if f"{method} {path}" == re.sub("<(?:[^<>:]*:)?([^<>]*)>", r"{\1}", route):
            return sorted(roles)
    return []


def _name(schema: dict[str, Any] | None) -> str:
    """A schema in few words."""
    if not schema:
        return ""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = schema.get("type", "")
    if kind == "array":
        return f"[{_name(schema.get('items'))}]"
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{kinds} ({schema['format']})" if "format" in schema else kinds
