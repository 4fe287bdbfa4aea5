"""The catalogues as shipped: decision kinds and event codes, read from TOML.

Seeds fill an empty database and complete an older one; codes added later by a rulebook editor stand beside them.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable


class DecisionKind(NamedTuple):
    """A kind of decision (data/decision_kinds.toml says what the fields mean)."""

    code: str
    names: Mapping[str, str]
    final: bool
    offence: bool
    penalty: bool
    before_establishment: Literal["refuse", "warn"]
    after_deregistration: Literal["refuse", "warn"]


class EventCode(NamedTuple):
    """A code that events may carry. ``kinds``: the decision kinds it goes with, the usual one first.

    ``severities``: by which an edition that was put in force weighs it; empty where none does.
    """

    code: str
    names: Mapping[str, str]
    kinds: tuple[str, ...]
    severities: tuple[str, ...] = ()


class Catalogue(NamedTuple):
    """What bodies may name, by code. Rows are only ever added, so a row once read stays true."""

    kinds: Mapping[str, DecisionKind]
    codes: Mapping[str, EventCode]
    entity_kinds: frozenset[str]

    @property
    def severities(self) -> tuple[str, ...]:
        """By which any code is weighed."""
        return tuple(sorted({severity for code in self.codes.values() for severity in code.severities}))


def _data() -> Traversable:
    return resources.files(__package__) / "data"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_data() / name).read_text(encoding="utf-8"))


def _names(row: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": row["zh"], "en": row["en"]}


@cache
def decision_kinds() -> tuple[DecisionKind, ...]:
    """The shipped kinds of decision."""
    return tuple(
        DecisionKind(
            row["code"],
            _names(row),
            row["final"],
            row.get("offence", False),
            row.get("penalty", False),
            row["before_establishment"],
            row["after_deregistration"],
        )
        for row in _read("decision_kinds.toml")["kind"]
    )


@cache
def ended_by() -> tuple[str, ...]:
    """States of an entity after which nothing more is decided about it."""
    return tuple(_read("decision_kinds.toml")["ended_by"])


def _code_files() -> Iterator[str]:
    return iter(sorted(f.name for f in _data().iterdir() if f.name.startswith("event_codes")))


@cache
def event_codes() -> tuple[EventCode, ...]:
    """The shipped codes: the general ones and those of every shipped edition."""
    return tuple(
        EventCode(row["code"], _names(row), (row["kind"], *row.get("kinds", ())))
        for name in _code_files()
        for row in _read(name)["code"]
    )
