"""Limits, verdicts, names and formulas of statistics, read from ``statistics.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def rules() -> Mapping[str, Any]:
    """The whole table, as ``statistics.toml`` writes it."""
    return tomllib.loads((resources.files(__package__) / "statistics.toml").read_text(encoding="utf-8"))


@cache
def words(part: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a list of the table (``verdict``, ``dimension``) by code."""
    return {row["code"]: row for row in rules()[part]}
