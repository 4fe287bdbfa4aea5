"""The bytes of a bundle: strict JSON in its canonical form, of one shape (checks R-JSON and R-SHAPE)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from scoring.exchange.bundle.words import ABSENT, RefusedError
from scoring.exchange.recognise import TYPE
from scoring.kernel.canonical import LIMIT, CanonicalError, canonical
from scoring.kernel.days import DayError, parse_day
from scoring.kernel.nesting import is_deeper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCHEMA: Final = "xinjian/rating_bundle/1"
LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a bundle."""
DEEPEST: Final = 40
"""Levels of a bundle; an explanation has six."""
MOST_EDITIONS: Final = 100
MOST_LINES: Final = 20_000
"""Far beyond any entity's; they bound the work that a hostile file asks for."""
_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_REGION: Final = re.compile(r"[0-9A-Za-z-]{1,20}", re.ASCII)
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z", re.ASCII)
_LONGEST_INTEGER: Final = 17  # 2^53 has 16 digits, and a sign: a longer number is not converted at all


def read_bundle(data: bytes) -> dict[str, Any]:
    """The document of a bundle.

    Raises:
        RefusedError: ``R-JSON`` bytes that are not the canonical form of one JSON value without keys that stand twice
            or numbers but integers; ``R-SHAPE`` a field that is missing, unknown or of another form.
    """
    document = _read_json(data)
    _check_fields("", document, _FIELDS, optional=frozenset({"position"}))
    return document  # type: ignore[return-value] # an object with these fields


def _read_json(data: bytes) -> object:
    if len(data) > LONGEST:
        _refuse("too_long", found=len(data), expected=LONGEST)
    try:
        text = data.decode()
        if is_deeper(text, DEEPEST):
            _refuse("too_deep")
        value: object = json.loads(
            text, object_pairs_hook=_once, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number
        )
        written = canonical(value)
    except UnicodeDecodeError as error:
        _refuse("not_utf8", found=error.start)
    except json.JSONDecodeError as error:
        _refuse("not_json", found=f"{error.msg} ({error.pos})")
    except CanonicalError as error:
        _refuse("not_json", found=error.code)
    if written != data:
        _refuse("not_canonical")
    return value


def _refuse(remark: str, *, found: object = "", expected: object = "") -> NoReturn:
    raise RefusedError("R-JSON", remark, "/", found, expected) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        _refuse("key_twice", found=next(f"{key:.60}" for key in names if names.count(key) > 1))
    return found


def _integer(said: str) -> int:
    if len(said) > _LONGEST_INTEGER or said == "-0" or not -LIMIT < (number := int(said)) < LIMIT:
        _refuse("not_an_integer", found=f"{said:.40}")
    return number


def _no_number(said: str) -> NoReturn:
    _refuse("not_an_integer", found=f"{said:.40}")


def _check_fields(
    where: str, value: object, fields: Mapping[str, Callable[[str, object], None]], *, optional: frozenset[str]
) -> None:
    if not isinstance(value, dict):
        _misshapen(where, value, "{…}")
    for name in sorted(value.keys() ^ fields.keys()):
        if name not in optional:
            found, expected = (ABSENT, "…") if name in fields else (name, ABSENT)
            _misshapen(f"{where}/{name}", found, expected)
    for name, check in fields.items():
        if name in value:
            check(f"{where}/{name}", value[name])


def _misshapen(where: str, found: object, expected: object) -> NoReturn:
    raise RefusedError("R-SHAPE", "differs", where or "/", found, expected)


def _same(expected: str) -> Callable[[str, object], None]:
    def check(where: str, value: object) -> None:
        if value != expected:
            _misshapen(where, value, expected)

    return check


def _matches(pattern: re.Pattern[str], shown: str) -> Callable[[str, object], None]:
    def check(where: str, value: object) -> None:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            _misshapen(where, value, shown)

    return check


def _day(where: str, value: object) -> None:
    try:
        parse_day(value if isinstance(value, str) else "")
    except DayError:
        _misshapen(where, value, "YYYY-MM-DD")


def _instant(where: str, value: object) -> None:
    _matches(_INSTANT, "YYYY-MM-DDThh:mm:ssZ")(where, value)
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        _misshapen(where, value, "YYYY-MM-DDThh:mm:ssZ")


def _position(where: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        _misshapen(where, value, "0, 1, 2 …")


def _any_text(where: str, value: object) -> None:
    if not isinstance(value, str):
        _misshapen(where, value, '"…"')


def _object(where: str, value: object) -> None:
    if not isinstance(value, dict):
        _misshapen(where, value, "{…}")


def _list_of(check: Callable[[str, object], None], most: int) -> Callable[[str, object], None]:
    def check_all(where: str, value: object) -> None:
        if not isinstance(value, list):
            _misshapen(where, value, "[…]")
        if len(value) > most:
            _misshapen(where, len(value), f"≤ {most}")
        for index, item in enumerate(value):
            check(f"{where}/{index}", item)

    return check_all


def _edition(where: str, value: object) -> None:
    _check_fields(where, value, _EDITION, optional=frozenset({"force_to"}))


_EDITION: Final[Mapping[str, Callable[[str, object], None]]] = {
    "id": _matches(_TEXT, '"…"'),
    "digest": _matches(_DIGEST, "SHA-256"),
    "text": _any_text,
    "force_to": _day,
}
_FIELDS: Final[Mapping[str, Callable[[str, object], None]]] = {
    "type": _same(TYPE),
    "schema": _same(SCHEMA),
    "entity": _matches(_TEXT, '"…"'),
    "kind": _matches(_TEXT, '"…"'),
    "region": _matches(_REGION, "110101, …"),
    "as_of": _day,
    "known_at": _instant,
    "position": _position,
    "editions": _list_of(_edition, MOST_EDITIONS),
    "evidence": _list_of(_object, MOST_LINES),
    "explanation": _object,
    "explanation_digest": _matches(_DIGEST, "SHA-256"),
}
