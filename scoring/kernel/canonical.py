"""Canonical JSON (RFC 8785) over what answers are made of: objects, arrays, strings, booleans, null, safe integers.

Other numbers are refused: points travel as strings, so that no reader's floating point can change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

_Put: TypeAlias = "Callable[[str], None]"

LIMIT = 2**53
"""Integers beyond this, either way, are not the same number for every reader of JSON."""


class CanonicalError(ValueError):
    """A value without a canonical form. ``code`` is stable: see the ``raise`` lines of this module."""

    def __init__(self, code: str, value: object) -> None:
        super().__init__(f"{code}: {value!r:.80}")
        self.code = code


def canonical(value: object) -> bytes:
    """The canonical UTF-8 bytes of a value: keys in the order of their UTF-16 units, no spaces.

    Raises:
        CanonicalError: ``canonical_number_not_integer``, ``canonical_integer_too_large``, ``canonical_key_not_string``,
            ``canonical_lone_surrogate``, ``canonical_type_unknown``.
    """
    pieces: list[str] = []
    _write(value, pieces.append)
    text = "".join(pieces)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("canonical_lone_surrogate", text[error.start : error.end]) from error


def digest(value: object) -> str:
    """SHA-256, hex, over the canonical bytes."""
    return sha256(canonical(value)).hexdigest()


def key_order(key: str) -> bytes:
    """Sorts keys as RFC 8785 does: by UTF-16 code units, so a character beyond U+FFFF comes before U+FB33."""
    return key.encode("utf-16-be", "surrogatepass")


def quote(text: str) -> str:
    """A string as canonical JSON writes it, quotes included."""
    return encode_basestring(text)


def _write(value: object, put: _Put) -> None:
    if isinstance(value, str):
        put(encode_basestring(value))
    elif value is None:
        put("null")
    elif isinstance(value, bool):
        put("true" if value else "false")
    elif isinstance(value, int):
        if not -LIMIT < value < LIMIT:
            raise CanonicalError("canonical_integer_too_large", value)
        put(str(int(value)))
    elif isinstance(value, Mapping):
        _write_object(value, put)
    elif isinstance(value, list | tuple):
        _write_array(value, put)
    elif isinstance(value, float):
        raise CanonicalError("canonical_number_not_integer", value)
    else:
        raise CanonicalError("canonical_type_unknown", value)


def _write_object(value: Mapping[object, object], put: _Put) -> None:
    keys: list[str] = []
    for key in value:
        if not isinstance(key, str):
            raise CanonicalError("canonical_key_not_string", key)
        keys.append(key)
    put("{")
    for number, key in enumerate(sorted(keys, key=key_order)):
        put("," if number else "")
        put(encode_basestring(key))
        put(":")
        _write(value[key], put)
    put("}")


def _write_array(value: list[object] | tuple[object, ...], put: _Put) -> None:
    put("[")
    for number, item in enumerate(value):
        put("," if number else "")
        _write(item, put)
    put("]")
