"""What ``repairs.toml`` says: parts by role, letters of numbers, lists, attributes that are days."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.repair import Party
    from service.platform import Role


@cache
def repair_rules() -> Mapping[str, Any]:
    """The tables of ``repairs.toml``."""
    return tomllib.loads((resources.files(__package__) / "repairs.toml").read_text(encoding="utf-8"))


def parts_of(role: Role) -> tuple[Party, ...]:
    """The parts of a case that a caller of a role may take."""
    return tuple(repair_rules()["parts"].get(role.value, ()))
