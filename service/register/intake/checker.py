"""One entry checked, fast: the same as ``EntitySchema`` says, in straight-line code. A test proves them equal."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from scoring.kernel.codes import CodeError, public_key
from service.platform import web
from service.register.intake.flaws import Flaw
from service.register.seeds import risk_factors, statuses

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_LENGTH = 80
NAME_LENGTH = 200
CODE_LENGTH = 64
TEXT_LENGTH = 200
LICENCES = 64
ATTRIBUTES = 64

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
ATTRIBUTE_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
DAY_NAME = "_on"
"""Attributes so named are days: a rulebook may count a cycle from one."""
IDENTITY_NUMBER = re.compile("own:[0-9]{17}[0-9Xx]")


def check_entry(raw: dict[str, object]) -> tuple[dict[str, object], list[Flaw]]:
    """The entry as it will be stored, and everything wrong with it; the first counts only when there is nothing wrong.

    Texts are trimmed, the key is written in full, licences stand in order, and ``unverified_code`` is added.
    """
    flaws: list[Flaw] = []
    entry: dict[str, object] = {}
    for field, value in raw.items():
        known = _FIELDS.get(field)
        if known is None:
            flaws.append(Flaw("/" + _escaped(field), "entity_field_unknown"))
        else:
            check, pointer = known
            entry[field] = check(value, pointer, flaws)
    if "key" not in raw:
        flaws.append(Flaw("/key", "entity_field_missing"))
    if not flaws:
        _whole(entry, flaws)
    return entry, flaws


def _whole(entry: dict[str, object], flaws: list[Flaw]) -> None:
    """What concerns several fields; asked only when each is right by itself."""
    key = _key(entry, "key", flaws)
    if key is not None:
        number, verified = key
        entry["key"] = number
        entry["unverified_code"] = not verified
        if not verified and not entry.get("accept_unverified"):
            flaws.append(Flaw("/key", "code_check_failed"))
        if entry.get("natural_person") and IDENTITY_NUMBER.fullmatch(number):
            flaws.append(Flaw("/key", "entity_identity_number"))
    if entry.get("parent") is not None:
        parent = _key(entry, "parent", flaws)
        if parent is not None:
            entry["parent"] = parent[0]
            if key is not None and parent[0] == key[0]:
                flaws.append(Flaw("/parent", "entity_parent_itself"))
    entry.pop("accept_unverified", None)
    _status(entry, flaws)


def _key(entry: dict[str, object], field: str, flaws: list[Flaw]) -> tuple[str, bool] | None:
    try:
        key = public_key(str(entry[field]))
    except CodeError as error:
        flaws.append(Flaw("/" + field, error.code))
        return None
    return str(key), key.verified


def _status(entry: dict[str, object], flaws: list[Flaw]) -> None:
    status = entry.get("status")
    if status is None:
        flaws.extend(
            Flaw("/" + field, "entity_status_part_alone")
            for field in ("status_on", "status_evidence")
            if entry.get(field) is not None
        )
        return
    entry.setdefault("status_on", None)  # a new status does not keep the day and evidence of the old one
    entry.setdefault("status_evidence", None)
    rule = statuses()[str(status)]
    if rule.evidence and entry.get("status_on") is None:
        flaws.append(Flaw("/status_on", "entity_status_day_missing"))
    if rule.evidence and entry.get("status_evidence") is None:
        flaws.append(Flaw("/status_evidence", "entity_status_evidence_missing"))


def _text(limit: int, *, nullable: bool = False) -> Callable[[object, str, list[Flaw]], object]:
    def check(value: object, pointer: str, flaws: list[Flaw]) -> object:
        if type(value) is not str:
            if value is None and nullable:
                return None
            flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_field_not_text"))
            return None
        text = value.strip()
        if not text:
            flaws.append(Flaw(pointer, "entity_field_empty"))
        elif len(text) > limit:
            flaws.append(Flaw(pointer, "entity_field_too_long", {"limit": limit}))
        elif not text.isprintable() and CONTROL.search(text):
            flaws.append(Flaw(pointer, "entity_field_control_character"))
        return text

    return check


def _day(value: object, pointer: str, flaws: list[Flaw]) -> object:
    if type(value) is not str or not is_day(value):
        flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_field_not_a_day"))
    return value


def _day_or_none(value: object, pointer: str, flaws: list[Flaw]) -> object:
    return None if value is None else _day(value, pointer, flaws)


@lru_cache(maxsize=1 << 16)
def is_day(text: str) -> bool:
    """Whether a text is a day as ``YYYY-MM-DD``, within the years that are kept."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":  # noqa: PLR2004 the form itself
        return False
    try:
        return web.FIRST_YEAR <= date.fromisoformat(text).year <= web.LAST_YEAR
    except ValueError:
        return False


def _truth(value: object, pointer: str, flaws: list[Flaw]) -> object:
    if type(value) is not bool:
        flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_field_not_true_or_false"))
    return value


def _known_status(value: object, pointer: str, flaws: list[Flaw]) -> object:
    if type(value) is not str or value not in statuses():
        flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_status_unknown"))
    return value


def _licences(value: object, pointer: str, flaws: list[Flaw]) -> object:
    if type(value) is not list:
        flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_field_not_a_list"))
        return value
    if len(value) > LICENCES:
        flaws.append(Flaw(pointer, "entity_field_too_long", {"limit": LICENCES}))
        return value
    before = len(flaws)
    licences = [_licence(item, f"{pointer}/{index}", flaws) for index, item in enumerate(value)]
    return sorted(licences, key=licence_order) if len(flaws) == before else value


def _licence(value: object, pointer: str, flaws: list[Flaw]) -> dict[str, str | None]:
    licence: dict[str, str | None] = {"licence_no": None, "valid_to": None}
    if type(value) is not dict:
        flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_field_not_an_object"))
        return licence
    before = len(flaws)
    for field, part in value.items():
        check = _LICENCE.get(field)
        if check is None:
            flaws.append(Flaw(f"{pointer}/{_escaped(field)}", "entity_field_unknown"))
        else:
            licence[field] = check(part, f"{pointer}/{field}", flaws)  # type: ignore[assignment] # flaws tell
    flaws.extend(
        Flaw(f"{pointer}/{field}", "entity_field_missing") for field in ("kind", "valid_from") if field not in value
    )
    if len(flaws) == before and licence["valid_to"] is not None and licence["valid_to"] <= str(licence["valid_from"]):
        flaws.append(Flaw(f"{pointer}/valid_to", "entity_licence_span"))
    return licence


def licence_order(licence: dict[str, str | None]) -> tuple[str, ...]:
    """Licences stand by kind, day and number, so that one set of licences is written in one way."""
    return tuple(str(licence[field] or "") for field in ("kind", "valid_from", "valid_to", "licence_no"))


def _attributes(value: object, pointer: str, flaws: list[Flaw]) -> object:
    if type(value) is not dict:
        flaws.append(Flaw(pointer, "entity_field_null" if value is None else "entity_field_not_an_object"))
        return value
    if len(value) > ATTRIBUTES:
        flaws.append(Flaw(pointer, "entity_field_too_long", {"limit": ATTRIBUTES}))
        return value
    before = len(flaws)
    factors = risk_factors()
    attributes: dict[str, object] = {}
    for name, part in value.items():
        place = f"{pointer}/{name}"
        if ATTRIBUTE_NAME.fullmatch(name) is None:
            place = f"{pointer}/{_escaped(name)}"
            flaws.append(Flaw(place, "entity_attribute_name"))
        attributes[name] = _SHORT(part, place, flaws)
    if len(flaws) == before:
        flaws.extend(
            Flaw(f"{pointer}/{name}", "entity_risk_value", {"values": ", ".join(factors[name].values)})
            for name, part in attributes.items()
            if name in factors and part not in factors[name].values
        )
        flaws.extend(
            Flaw(f"{pointer}/{name}", "entity_attribute_day")
            for name, part in attributes.items()
            if name.endswith(DAY_NAME) and not is_day(str(part))
        )
    return attributes


def _escaped(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901), cut where it would fill a report."""
    return name[:80].replace("~", "~0").replace("/", "~1")


_SHORT = _text(TEXT_LENGTH)
_NOTE = _text(TEXT_LENGTH, nullable=True)
_CODE = _text(CODE_LENGTH)

_LICENCE: dict[str, Callable[[object, str, list[Flaw]], object]] = {
    "kind": _CODE,
    "licence_no": _NOTE,
    "valid_from": _day,
    "valid_to": _day_or_none,
}

_CHECKS: dict[str, Callable[[object, str, list[Flaw]], object]] = {
    "key": _text(KEY_LENGTH),
    "name": _text(NAME_LENGTH),
    "authority": _CODE,
    "region": _CODE,
    "address": _NOTE,
    "kinds": _licences,
    "attributes": _attributes,
    "established_on": _day_or_none,
    "status": _known_status,
    "status_on": _day_or_none,
    "status_evidence": _NOTE,
    "parent": _text(KEY_LENGTH, nullable=True),
    "natural_person": _truth,
    "accept_unverified": _truth,
}

_FIELDS = {field: (check, "/" + field) for field, check in _CHECKS.items()}
