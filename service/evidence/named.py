"""What severities and attributes of events are called (data/severities.toml, data/attributes.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Named(NamedTuple):
    """A code with its names by language."""

    code: str
    names: Mapping[str, str]


class NamedAttribute(NamedTuple):
    """An attribute that shipped editions read, with the values that they know; others may be written."""

    code: str
    names: Mapping[str, str]
    values: Sequence[Named]


@cache
def severities() -> tuple[Named, ...]:
    """The severities that have names."""
    return tuple(_named(row) for row in _read("severities")["severity"])


@cache
def attributes() -> tuple[NamedAttribute, ...]:
    """The attributes that have names."""
    return tuple(
        NamedAttribute(row["code"], _named(row).names, tuple(map(_named, row["values"])))
        for row in _read("attributes")["attribute"]
    )


def _named(row: Mapping[str, Any]) -> Named:
    return Named(row["code"], {"zh": row["zh"], "en": row["en"]})


def _read(name: str) -> dict[str, Any]:
    file = resources.files("service.evidence") / "data" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
