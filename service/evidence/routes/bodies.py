"""The bodies of the compiled checkers in the document, and the answer that tells a first time from a repeat."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify


def body_document(*schemas: type[Any]) -> dict[str, Any]:
    """The request body in the API's document; the compiled checker reads it, not these schemas."""
    schema: Any = schemas[0] if len(schemas) == 1 else {"oneOf": list(schemas)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def receipt_answer(body: dict[str, Any], *, held: bool) -> Response:
    """201 for what is new, 200 for what was held before."""
    response = jsonify(body)
    response.status_code = 200 if held else 201
    response.headers["Idempotency-Hit"] = "true" if held else "false"
    return response
