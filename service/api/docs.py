"""The description of the interface as a page of our own: no script, no third party."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from markupsafe import Markup, escape
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
    said = {"language": web.language(), "schema_name": _name, "marked": _marked, "linked": _linked(document)}
    html = render_template("docs.html", document=document, sections=_sections(document), **said)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    response.vary.add("Accept-Language")
    return response


def _sections(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The rooms in the order of the document, each with its operations by address."""
    operations = _operations(document)
    sections = [
        {**tag, "operations": [one for one in operations if tag["name"] in one.get("tags", ())]}
        for tag in document.get("tags", ())
    ]
    named = {tag["name"] for tag in sections}
    rest = [one for one in operations if not named & set(one.get("tags", ()))]
    return [one for one in [*sections, {"name": "more", "description": "…", "operations": rest}] if one["operations"]]


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation with its address, method and the roles that may call it."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "roles": _roles().get(f"{method.upper()} {path}", []),
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


@cache
def _roles() -> dict[str, list[str]]:
    """The roles by operation; the table names its rule as Flask does, with converters."""
    table = web.access_table().items()
    return {web.path_of(route): sorted(roles) for route, roles in table}


def _marked(said: str | None) -> Markup:
    """A sentence of the document, in which `such words` are code."""
    return Markup(re.sub("(``?)(.+?)\\1", r"<code>\2</code>", str(escape(said or ""))))  # noqa: S704 - escaped before


def _linked(document: dict[str, Any]) -> Callable[[dict[str, Any] | None], Markup]:
    """A function that names a schema, with a link where the page shows it."""
    shown = document.get("components", {}).get("schemas", {})

    def linked(schema: dict[str, Any] | None) -> Markup:
        if choices := _choices(schema):
            return Markup(" | ").join(linked(one) for one in choices)
        name = _name(schema)
        bare = name.strip("[]")
        return Markup('<a href="#schema-{}">{}</a>').format(bare, name) if bare in shown else escape(name)

    return linked


def _choices(schema: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The schemas of which one holds, or all, where a schema consists of others."""
    return next((list(schema[key]) for key in ("oneOf", "anyOf", "allOf") if key in schema), []) if schema else []


def _name(schema: dict[str, Any] | None) -> str:
    """A schema in few words."""
    if not schema:
        return ""
    if choices := _choices(schema):
        return " | ".join(map(_name, choices))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = schema.get("type", "")
    if kind == "array":
        return f"[{_name(schema.get('items'))}]"
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{kinds} ({schema['format']})" if "format" in schema else kinds
