"""One line of JSON read into one fact: an event, an occasion, a word about the entity, or a question."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.exchange.faults import Fault, FaultError
from scoring.kernel.days import DayError, parse_day
from scoring.kernel.nesting import is_deeper
from scoring.kernel.points import PointsError, parse_points
from scoring.rating.history import NOTHING, Event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LONGEST: Final = 1_000_000
"""Bytes of a line."""
_DEEPEST: Final = 50
"""Levels of a line; no fact has more than four."""
_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_EVENT_TEXTS: Final = ("severity", "case_ref")
_EVENT_DAYS: Final = ("corrected_on", "performed_on", "repaired_on", "annulled_on", "publicity_ends_on")
FIELDS: Final = frozenset(
    {
        "entity",
        "kind",
        "kinds",
        "code",
        "id",
        "source",
        "decided_on",
        "value",
        "final",
        "as_of",
        "known_since",
        "licences",
    }
    | {"occasion", "occasion_type", "held_on", "closed", *_EVENT_TEXTS, *_EVENT_DAYS}
)


class Held(NamedTuple):
    """What a line says of an occasion; None where it does not say. ``decided_on``: of the event that names it."""

    ref: str
    type: str | None
    held_on: date | None
    closed: bool | None
    decided_on: date | None


class Fact(NamedTuple):
    """One line. ``kinds`` empty: all kinds of the entity. ``as_of``: the line is a question."""

    line: int
    entity: str
    kinds: tuple[str, ...]
    event: Event | None
    occasion: Held | None
    attributes: Mapping[str, str]
    known_since: date | None
    licences: tuple[tuple[date, date | None], ...] | None
    as_of: date | None


class _Number(str):
    """A JSON number with a fraction, kept as its text."""

    __slots__ = ()


def read_line(number: int, raw: bytes, attributes: frozenset[str]) -> Fact | Fault:
    """The fact of a line, or what is wrong with it. ``attributes``: those that the editions name."""
    fields: dict[str, object] = {}
    try:
        fields = _load(raw)
        return _fact(number, fields, attributes)
    except FaultError as fault:
        entity = fields.get("entity")
        return Fault(number, fault.code, fault.field, fault.value, entity if isinstance(entity, str) else None)


def _load(raw: bytes) -> dict[str, object]:
    if len(raw) > LONGEST:
        raise FaultError("line_too_long", value=str(LONGEST))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise FaultError("line_not_utf8") from error
    if is_deeper(text, _DEEPEST):
        raise FaultError("json_malformed", value=f"deeper than {_DEEPEST} levels")
    try:
        found = _DECODER.decode(text)
    except FaultError:
        raise
    except ValueError as error:
        raise FaultError("json_malformed", value=str(error)[:80]) from error
    if not isinstance(found, dict):
        raise FaultError("json_not_an_object")
    return found


def _constant(name: str) -> object:
    raise FaultError("json_malformed", value=name)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        raise FaultError("key_repeated", next(f"{key:.40}" for key in names if names.count(key) > 1))
    return found


_DECODER: Final = json.JSONDecoder(parse_float=_Number, parse_constant=_constant, object_pairs_hook=_once)


def _fact(number: int, fields: dict[str, object], attributes: frozenset[str]) -> Fact:
    for key in fields:
        if key not in FIELDS and key not in attributes:
            raise FaultError("field_unknown", f"{key:.80}")
    given = {key: value for key, value in fields.items() if value is not None}
    said = {key: _attribute(key, value) for key, value in given.items() if key in attributes and key not in FIELDS}
    as_of = _day(given, "as_of")
    event = _event(number, given, said) if "code" in given else None
    occasion = _occasion(given)
    known_since, licences = _day(given, "known_since"), _licences(given)
    if as_of is not None and (event is not None or occasion is not None):
        raise FaultError("fields_do_not_go_together")
    if not (as_of or event or occasion or said or known_since or licences is not None or "kind" in given):
        raise FaultError("nothing_said")
    return Fact(number, _required(given, "entity"), _kinds(given), event, occasion, said, known_since, licences, as_of)


def _event(number: int, given: dict[str, object], said: dict[str, str]) -> Event:
    decided_on = _day(given, "decided_on")
    if decided_on is None:
        raise FaultError("field_missing", "decided_on")
    severity, case_ref = (_text(given, key) for key in _EVENT_TEXTS)
    corrected_on, performed_on, repaired_on, annulled_on, publicity_ends_on = (_day(given, key) for key in _EVENT_DAYS)
    final = _boolean(given, "final")
    return Event(
        source=_text(given, "source") or "file",
        ref=_text(given, "id") or f"line {number}",
        code=_required(given, "code"),
        decided_on=decided_on,
        severity=severity,
        final=final is not False,
        value=_value(given),
        occasion=_text(given, "occasion"),
        case_ref=case_ref,
        corrected_on=corrected_on,
        performed_on=performed_on,
        repaired_on=repaired_on,
        annulled_on=annulled_on,
        publicity_ends_on=publicity_ends_on,
        attributes=said or NOTHING,
    )


def _occasion(given: dict[str, object]) -> Held | None:
    ref = _text(given, "occasion")
    if ref is None:
        for key in ("occasion_type", "held_on", "closed"):
            if key in given:
                raise FaultError("field_missing", "occasion")
        return None
    held_on, decided_on = _day(given, "held_on"), _day(given, "decided_on")
    if held_on is None and decided_on is None:
        raise FaultError("field_missing", "held_on")
    return Held(ref, _text(given, "occasion_type"), held_on, _boolean(given, "closed"), decided_on)


def _text(given: dict[str, object], key: str) -> str | None:
    value = given.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or isinstance(value, _Number) or _TEXT.fullmatch(value) is None:
        raise FaultError("text_malformed", key, value)
    return value


def _required(given: dict[str, object], key: str) -> str:
    value = _text(given, key)
    if value is None:
        raise FaultError("field_missing", key)
    return value


def _day(given: dict[str, object], key: str) -> date | None:
    value = given.get(key)
    if value is None:
        return None
    try:
        return parse_day(value if isinstance(value, str) else "")
    except DayError as error:
        raise FaultError("day_malformed", key, value) from error


def _boolean(given: dict[str, object], key: str) -> bool | None:
    value = given.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise FaultError("boolean_malformed", key, value)


def _value(given: dict[str, object]) -> int | None:
    value = given.get("value")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FaultError("value_malformed", "value", value)
    try:
        return parse_points(str(value))
    except PointsError as error:
        raise FaultError("value_malformed", "value", value) from error


def _attribute(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | _Number):
        return str(value)
    return _text({key: value}, key) or ""


def _kinds(given: dict[str, object]) -> tuple[str, ...]:
    listed = given.get("kinds", [])
    if not isinstance(listed, list):
        raise FaultError("kinds_malformed", "kinds", listed)
    named = [_text({"kinds": one}, "kinds") for one in listed]
    return tuple(dict.fromkeys(one for one in (_text(given, "kind"), *named) if one is not None))


def _licences(given: dict[str, object]) -> tuple[tuple[date, date | None], ...] | None:
    listed = given.get("licences")
    if listed is None:
        return None
    spans: list[tuple[date, date | None]] = []
    for span in listed if isinstance(listed, list) else [None]:
        if not isinstance(span, list) or len(span) != 2:  # noqa: PLR2004 - from and to
            raise FaultError("licences_malformed", "licences", listed)
        start, end = (_day({"licences": day}, "licences") for day in span)
        if start is None:
            raise FaultError("licences_malformed", "licences", listed)
        spans.append((start, end))
    return tuple(spans)
