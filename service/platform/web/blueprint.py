"""Blueprint, Api and Schema as every room uses them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import flask_smorest
from marshmallow import RAISE, Schema, fields

from service.platform.web.body import ArgumentsParser

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc] # flask-smorest ships no types
    """A room's routes; arguments are parsed strictly and their faults told as problems."""

    ARGUMENTS_PARSER = ArgumentsParser()

    if TYPE_CHECKING:  # flask-smorest's decorators, typed as what they do to a handler

        def _decorator(self, *args: object, **kwargs: object) -> Callable[[Handler], Handler]: ...

        route = get = post = put = patch = delete = _decorator
        response = alt_response = doc = etag = _decorator

    def arguments(self, schema: type[Schema] | Schema, **kwargs: Any) -> Callable[[Handler], Handler]:  # noqa: ANN401 - flask-smorest's own signature
        """Parse arguments by one instance of the schema, made now and not anew for each request."""
        made = schema() if isinstance(schema, type) else schema
        return cast("Callable[[Handler], Handler]", super().arguments(made, **kwargs))


class StrictSchema(Schema):
    """Base of all schemas of requests: unknown names are refused, order is kept."""

    class Meta:
        """Marshmallow's options."""

        unknown = RAISE


class FaultSchema(Schema):
    """One member of `errors`."""

    code = fields.String(required=True)
    pointer = fields.String(required=True, metadata={"description": "JSON pointer (RFC 6901) to the field"})
    detail = fields.String(required=True)
    next = fields.String(required=True, metadata={"description": "What to do next"})


class ProblemSchema(Schema):
    """A problem document (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Stable code; see /problems"})
    next = fields.String(required=True, metadata={"description": "What to do next"})
    instance = fields.String()
    pointer = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))


class Api(flask_smorest.Api):  # type: ignore[misc] # flask-smorest ships no types
    """The OpenAPI document; failures are ours alone, and documented as problem documents."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave every failure to `handle_problems`."""

    def _openapi_json(self) -> Any:  # noqa: ANN401 - flask-smorest's own signature
        return self._app.json.response(self.document())

    def document(self) -> dict[str, Any]:
        """The OpenAPI document, with problems under their media type."""
        document: dict[str, Any] = self.spec.to_dict()
        for response in document.get("components", {}).get("responses", {}).values():
            content = response.get("content", {})
            if "application/json" in content:
                content["application/problem+json"] = content.pop("application/json")
        _write_patterns_whole(document)
        return document


def _write_patterns_whole(part: Any) -> None:  # noqa: ANN401 - any part of a JSON document
    """Write patterns as JSON Schema reads them: found anywhere in a text, so both its ends are named."""
    if isinstance(part, dict):
        pattern = part.get("pattern")
        if isinstance(pattern, str) and pattern.endswith(r"\Z"):
            body = pattern.removeprefix("^").removesuffix(r"\Z")
            part["pattern"] = f"^(?:{body})$"
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            _write_patterns_whole(one)
