"""JSON in and out: orjson both ways, strict about what PostgreSQL could not store."""

from typing import Any, Final, NoReturn
from urllib.parse import unquote_plus

import orjson
from flask import Flask, Request, request
from flask.json.provider import JSONProvider
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from scoring.kernel.nesting import is_deeper
from service.platform.identity_numbers import (
    IDENTITY_LENGTH,
    holds_identity_number,
    identity_numbers_at,
    may_hold_identity_number,
)
from service.platform.problem import Problem
from service.platform.repeated_names import repeated_name
from service.platform.web.context import settings
from service.platform.web.validation import raise_invalid

MOST_DEEP: Final = 100
"""Lists and objects within each other that a caller may send; nothing that is asked for has a tenth of it. What is
taken in is written again within other objects, and orjson writes 254 levels of the 1024 that it reads."""
_ESCAPED_NUL = b"\\u0000"


class JsonProvider(JSONProvider):
    """Flask's JSON by orjson: faster, UTF-8 as it is, no NaN, no lone surrogates."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:  # noqa: ANN401 - Flask's own signature
        """Write compact JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:  # noqa: ANN401 - Flask's own signature
        """Read JSON."""
        return orjson.loads(s)


def sent_body() -> bytes:
    """The body of the request, whole.

    Raises:
        RequestEntityTooLarge: it is longer than is taken; one sent in chunks would else just end there.
    """
    raw = request.get_data()
    limit = request.max_content_length
    if request.content_length is None and limit is not None and len(raw) >= limit:
        raise RequestEntityTooLarge
    return raw


def read_json(raw: bytes) -> Any:  # noqa: ANN401 - whatever the caller sent
    """Parse a body.

    Raises:
        Problem: `body_encoding`, `malformed_json`, `body_too_deep`, `nul_byte`, `repeated_name`: an object that names a
            member twice, or `identity_number`.
    """
    try:
        parsed = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _unreadable(raw, error) from None
    if raw.count(b"[") + raw.count(b"{") > MOST_DEEP and is_deeper(raw.decode(), MOST_DEEP):
        raise Problem("body_too_deep", most=MOST_DEEP)
    if _ESCAPED_NUL in raw and _has_nul(parsed):
        raise Problem("nul_byte")
    if may_hold_identity_number(raw):
        refuse_identity_numbers(parsed)
    repeated = repeated_name(raw, parsed)
    if repeated is not None:
        raise Problem("repeated_name", pointer=repeated.pointer, name=repeated.name)
    return parsed


def json_body() -> dict[str, Any]:
    """The request's body, an object, for a handler whose body no schema reads.

    Raises:
        Problem: `unsupported_media_type`, `malformed_json`, `not_an_object`.
    """
    if not request.is_json:
        raise Problem("unsupported_media_type")
    body = read_json(sent_body())
    if not isinstance(body, dict):
        raise Problem("not_an_object")
    return body


def _unreadable(raw: bytes, error: orjson.JSONDecodeError) -> Problem:
    """Where a body ceases to be text, else where it ceases to be JSON."""
    try:
        raw.decode()
    except UnicodeDecodeError as wrong:
        return Problem("body_encoding", offset=wrong.start)
    return Problem("malformed_json", line=error.lineno, column=error.colno)


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(member) for key, member in value.items())
    return isinstance(value, list) and any(_has_nul(member) for member in value)


class ArgumentsParser(FlaskParser):
    """Reads the parts of a request; an unknown name anywhere is an error, never ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": "raise"}

    def __init__(self) -> None:
        super().__init__()
        self._silent: set[Schema] = set()

    def parse(self, argmap: Any, req: Request | None = None, *, location: str | None = None, **said: Any) -> Any:  # noqa: ANN401 - webargs' own signature
        """The arguments; a schema that once made nothing of an empty query is not asked again."""
        if location != "query" or request.query_string:
            return super().parse(argmap, req, location=location, **said)
        if argmap in self._silent:
            return {}
        found = super().parse(argmap, req, location=location, **said)
        if found == {}:
            self._silent.add(argmap)
        return found

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002, ANN401 - webargs' own signature
        """The JSON body."""
        if not req.is_json:
            raise Problem("unsupported_media_type")
        return read_json(sent_body())

    def handle_error(self, error: ValidationError, *_args: object, **_kwargs: object) -> NoReturn:
        """Tell every fault at once, as a problem."""
        raise_invalid(error)


def refuse_identity_numbers(parsed: object) -> None:
    """Refuse what holds an identity number, which is kept nowhere, wherever it stands.

    Raises:
        Problem: `identity_number`, with a problem for each place.
    """
    places = dict.fromkeys(identity_numbers_at(parsed))
    if places:
        raise Problem("identity_number", errors=tuple(Problem("identity_number", pointer=place) for place in places))


def refuse_in_address() -> None:
    """Before each request: neither NUL nor an identity number in the address, nor in what names the request.

    Addresses stand in logs of proxies and in histories of browsers, and what is asked for in the query log.

    Raises:
        Problem: `nul_byte`, `identity_number`.
    """
    asked = request.query_string.decode("latin-1")
    if "\0" in request.path or "%00" in asked:
        raise Problem("nul_byte")
    named = (request.path, unquote_plus(asked) if asked else "", request.headers.get("Idempotency-Key", ""))
    if any(holds_identity_number(text) for text in named if len(text) >= IDENTITY_LENGTH):
        raise Problem("identity_number")


def allow_bulk_body() -> None:
    """In a handler that streams its body to a file: raise the limit to that of bulk files."""
    request.max_content_length = settings().max_bulk_bytes


def use_json(app: Flask) -> None:
    """Give the application this module's JSON."""
    app.json = JsonProvider(app)
