"""From marshmallow's messages to problems: a stable code, a JSON pointer and both languages for each."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from marshmallow import ValidationError

from service.platform.problem import Problem

_LOCATIONS = ("json", "query", "path", "headers", "form", "files", "cookies")


class FieldFault(ValidationError):  # noqa: N818 - it tells a fault of the caller, as Problem does
    """A fault of one field that has a code of its own in the catalogue; raise it in a schema's validators."""

    def __init__(self, code: str, **params: Any) -> None:  # noqa: ANN401 - shown as text
        super().__init__(code)
        self.messages = [Problem(code, **params)]  # carried through marshmallow untouched


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    source = files("service.platform").joinpath("validation.toml").read_text(encoding="utf-8")
    return tuple((re.compile(pattern, re.DOTALL), code) for code, pattern in tomllib.loads(source)["patterns"].items())


def raise_invalid(error: ValidationError) -> NoReturn:
    """Tell every fault of a request at once.

    Raises:
        Problem: `invalid_body`, or `invalid_query` when only the query is at fault.
    """
    messages = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow leaves it untyped
    location = next((name for name in _LOCATIONS if set(messages) == {name}), None)
    errors = tuple(faults(messages[location] if location else messages))
    code = "invalid_query" if location == "query" else "invalid_body"
    raise Problem(code, errors=errors, count=len(errors))


def faults(messages: Any, pointer: str = "") -> Iterator[Problem]:  # noqa: ANN401 - marshmallow's nested messages
    """Every fault in marshmallow's nested messages, with its JSON pointer (RFC 6901)."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            step = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from faults(inner, pointer + step)
    elif isinstance(messages, list):
        for inner in messages:
            yield from faults(inner, pointer)
    elif isinstance(messages, Problem):
        yield Problem(messages.code, pointer=pointer, **messages.params)
    else:
        yield _from_text(str(messages), pointer)


def _from_text(message: str, pointer: str) -> Problem:
    for pattern, code in _patterns():
        found = pattern.fullmatch(message)
        if found:
            params: dict[str, Any] = found.groupdict()
            return Problem(code, pointer=pointer, **params)
    return Problem("invalid_field", pointer=pointer, reason=message)
