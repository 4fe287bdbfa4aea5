"""Attributes of a record in a form: those that have names as choices, the others as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.pages import ask
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FREE: Final = 3
"""Pairs of fields for attributes that have no name."""


class Offered(NamedTuple):
    """An attribute of the form: its code, what it is called, and its values with their names; none: it is typed."""

    code: str
    name: str
    values: Sequence[tuple[str, str]]


def offered(held: Mapping[str, str] | None = None) -> list[Offered]:
    """The attributes that a form offers: those with names, and what else a record holds."""
    held = held or {}
    known = [
        Offered(one["code"], _name(one), _values(one["values"], held.get(one["code"])))
        for one in ask("GET", "/v1/event-attributes").body
    ]
    named = {one.code for one in known}
    return known + [Offered(code, code, ()) for code in sorted(set(held) - named)]


def typed(held: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """What a record holds, as the fields of a form whose names begin with ``prefix``."""
    return {f"{prefix}attributes/{code}": said for code, said in held.items()}


def gathered(part: dict[str, Any]) -> dict[str, str]:
    """Take the attributes out of a part of a body, the free ones too."""
    said, free = part.pop("attributes", None), part.pop("free", None)
    found: dict[str, str] = dict(said) if isinstance(said, dict) else {}
    for one in free if isinstance(free, list) else []:
        if isinstance(one, dict) and one.get("name"):
            found[one["name"]] = one.get("value", "")
    return found


def _values(values: Sequence[Mapping[str, Any]], held: str | None) -> list[tuple[str, str]]:
    """The choices; one that a record holds and that has no name stays one of them."""
    found = [(one["code"], _name(one)) for one in values]
    return [*found, (held, held)] if found and held and held not in dict(found) else found


def _name(one: Mapping[str, Any]) -> str:
    return str(one["names"].get(web.language()) or one["names"]["zh"])
