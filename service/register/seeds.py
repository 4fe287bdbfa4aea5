"""The shipped master data of the register, read from TOML: kinds, domains, regions, authorities, statuses, factors.

Seeds fill an empty database and complete an older one; what an operator changed later is not overwritten. Statuses,
risk factors and column headings are read from here whenever they are needed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its names by language."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind(Named):
    """A kind of entity. ``origin``: ``official`` (named by a rule, see ``basis``) or ``derived``."""

    domain: str
    origin: str
    basis: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Region(Named):
    """A division and the days [valid_from, valid_to) on which its code was valid."""

    valid_from: date
    valid_to: date | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class Authority(Named):
    """An authority, the region it answers for and its time zone (IANA)."""

    region: str
    timezone: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Status(Named):
    """A state of an entity's life.

    ``to``: states that may follow. ``persons``: people who must agree before it is entered. ``longest_months``: the
    longest stay, after which ``then`` is presumed. ``evidence``: a reference is required.
    """

    to: frozenset[str]
    evidence: bool
    persons: int
    longest_months: int | None
    then: str | None


@dataclass(frozen=True, slots=True)
class RiskFactor(Named):
    """An attribute whose value must be one of ``values``."""

    values: tuple[str, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "data" / name).read_text(encoding="utf-8"))


def _names(row: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": row["zh"], "en": row["en"]}


@cache
def domains() -> tuple[Named, ...]:
    """Supervision domains: an overall tier is formed within one of them."""
    return tuple(Named(row["code"], _names(row)) for row in _read("kinds.toml")["domain"])


@cache
def kinds() -> tuple[Kind, ...]:
    """The 44 kinds of the culture and tourism markets, then those of other shipped editions."""
    rows = _read("kinds.toml")["kind"] + _read("kinds_elsewhere.toml")["kind"]
    return tuple(Kind(r["code"], _names(r), r["domain"], r["origin"], r.get("basis")) for r in rows)


@cache
def regions() -> tuple[Region, ...]:
    """Regions with their validity, parents before children."""
    rows = _read("regions.toml")["region"]
    return tuple(Region(r["code"], _names(r), r["valid_from"], r.get("valid_to"), r.get("parent")) for r in rows)


@cache
def authorities() -> tuple[Authority, ...]:
    """Authorities, parents before children."""
    rows = _read("authorities.toml")["authority"]
    return tuple(Authority(r["code"], _names(r), r["region"], r["timezone"], r.get("parent")) for r in rows)


@cache
def statuses() -> Mapping[str, Status]:
    """The states of an entity's life, by code."""
    return {
        r["code"]: Status(
            r["code"],
            _names(r),
            frozenset(r["to"]),
            r["evidence"],
            r.get("persons", 1),
            r.get("longest_months"),
            r.get("then"),
        )
        for r in _read("statuses.toml")["status"]
    }


@cache
def risk_factors() -> Mapping[str, RiskFactor]:
    """The inherent-risk factors, by the attribute that carries them."""
    return {
        r["code"]: RiskFactor(r["code"], _names(r), tuple(r["values"])) for r in _read("risk_factors.toml")["factor"]
    }


@cache
def inspection_vocabulary(part: str) -> tuple[str, ...]:
    """The words of one part: ``level``, ``method``, ``inspector_status``."""
    return tuple(row["code"] for row in _read("inspection_vocabulary.toml")[part])


@cache
def visiting_statuses() -> frozenset[str]:
    """Statuses of inspectors who are put into rosters."""
    rows = _read("inspection_vocabulary.toml")["inspector_status"]
    return frozenset(row["code"] for row in rows if row["may_visit"])


@cache
def roster_cap() -> int:
    """Visits a year of an inspector whose entry names no cap."""
    cap: int = _read("inspection_vocabulary.toml")["roster"]["cap"]
    return cap


@cache
def inspection_items() -> tuple[dict[str, Any], ...]:
    """The illustrative inspection items that ship, as bodies."""
    return tuple(_read("inspection_items.toml")["item"])


@cache
def inspection_columns(catalogue: str) -> Mapping[str, str]:
    """Heading of a column → field, for tables of ``items``, ``owed_items`` or ``inspectors``."""
    aliases = _read("inspection_columns.toml")[catalogue]
    return {alias: name for name, others in aliases.items() for alias in [name, *others]}


@cache
def column_aliases() -> Mapping[str, str]:
    """Heading of a column → field."""
    return {alias: name for name, aliases in _read("columns.toml")["aliases"].items() for alias in [name, *aliases]}
