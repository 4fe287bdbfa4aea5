"""The least body that a route's own description accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = {"date": "2026-06-10", "date-time": "2026-06-10T10:00:00+08:00", "uri": "https://93.184.216.34/hook"}
NAMED = {
    "custodian": "AU-01",
    "evidence": "0" * 64,
    "inspector": "DC-01",
    "inspectors": ["DC-01"],
    "issuer": "https://sso.example",
    "item": "CINEMA-1",
    "items": ["CINEMA-1"],
    "commitment": "0" * 64,
    "messages": [1],
    "sha256": "0" * 64,
    "value": "0" * 64,
    "witness": "NO-01",
}
"""Fields whose form is more than their schema tells, by name."""
MORE = {"/v1/webhook-partners/<code>/redeliveries": {"messages": [1]}}
"""What a route asks for beyond what its schema requires."""


def body_of(document: Mapping[str, Any], rule: str, method: str) -> Any:  # noqa: ANN401 any JSON
    """What may be sent to a route, out of the OpenAPI document; None where nothing is sent as JSON."""
    path = rule.replace("<int:", "<").replace("<path:", "<").replace("<", "{").replace(">", "}")
    sent = document["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    schema = sent.get("application/json", {}).get("schema")
    return None if schema is None else least(document, schema) | MORE.get(rule, {})


def least(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:  # noqa: ANN401, PLR0911 any JSON, by form
    """The least value of a schema: what is required and nothing beside."""
    if "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return least(document, found)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return least(document, schema[several][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "example" in schema:
        return schema["example"]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: NAMED.get(name) or least(document, fields[name]) for name in schema.get("required", ())}
    if kind == "array":
        return [least(document, schema["items"])] * schema.get("minItems", 1)
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(kind)
