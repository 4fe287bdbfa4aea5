"""What ``repairs.toml`` says: parts by role, letters of numbers, papers, lists, attributes that are days."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.sections.procedure import Material

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.repair import Party
    from service.platform import Role

_MIB: Final = 1024 * 1024


@cache
def repair_rules() -> Mapping[str, Any]:
    """The tables of ``repairs.toml``."""
    return tomllib.loads((resources.files(__package__) / "repairs.toml").read_text(encoding="utf-8"))


@cache
def papers_of_objections() -> tuple[Material, ...]:
    """The papers that any objection takes, beside those that its edition names."""
    return tuple(
        Material(
            key=one["key"],
            name=one["name"],
            clause="",
            needed=False,
            classes=(),
            media_types=tuple(one["media_types"]),
            most_bytes=one["most_mib"] * _MIB,
            barred_classes=(),
            barred_after=(),
            instead=None,
        )
        for one in repair_rules()["papers"]["objection"]
    )


def parts_of(role: Role) -> tuple[Party, ...]:
    """The parts of a case that a caller of a role may take."""
    return tuple(repair_rules()["parts"].get(role.value, ()))
