"""The kinds of penalty as shipped (data/penalty_kinds.toml), and what decisions say of them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.publicity import parted
from service.evidence.intake.checker import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping


class PenaltyKind(NamedTuple):
    """A kind of penalty: its code, and its names by language."""

    code: str
    names: Mapping[str, str]


@cache
def penalty_kinds() -> Mapping[str, PenaltyKind]:
    """All kinds by code, in the order of the law."""
    return {row["code"]: PenaltyKind(row["code"], {"zh": row["zh"], "en": row["en"]}) for row in _data()["kind"]}


def penalties_named(attributes: Mapping[str, str], lang: str) -> str:
    """The kinds that a decision imposed, by name; a word that is no kind, as some older records have, as it stands."""
    known = penalty_kinds()
    listed = parted(attributes.get(attribute()))
    return "、".join(known[one].names[lang] if one in known else one for one in listed)


def unknown_penalties(attributes: Mapping[str, str] | None, pointer: str) -> list[Fault]:
    """A fault for each word among the kinds of penalty that is none; ``pointer``: to the attributes."""
    name = attribute()
    if not attributes or name not in attributes:
        return []
    known = penalty_kinds()
    return [
        Fault(f"{pointer}/{name}", "unknown_penalty_kind", {"value": one})
        for one in parted(attributes[name])
        if one not in known
    ]


@cache
def attribute() -> str:
    """The attribute of a decision that lists them."""
    name: str = _data()["attribute"]
    return name


@cache
def _data() -> dict[str, Any]:
    file = resources.files("service.evidence") / "data" / "penalty_kinds.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
