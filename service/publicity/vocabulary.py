"""What publicity reads beside the editions, from the tables in ``data``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def table(name: str) -> Mapping[str, Any]:
    """A table, parsed once."""
    return tomllib.loads(resources.files("service.publicity").joinpath(f"data/{name}.toml").read_text("utf-8"))


class AlarmTerms(NamedTuple):
    """How far back alarms reach, and after how many days a record is looked at anew in any case."""

    longest_overdue_days: int
    look_again_days: int


@cache
def alarm_terms() -> AlarmTerms:
    """The terms of alarms."""
    return AlarmTerms(**table("publicity")["alarms"])


class ComparisonTerms(NamedTuple):
    """After how many days at the latest a recipient says what it holds."""

    every_days: int


@cache
def comparison_terms() -> ComparisonTerms:
    """The terms of comparisons."""
    return ComparisonTerms(**table("publicity")["comparisons"])


@cache
def endings() -> Mapping[str, str]:
    """By kind of decision, the kind that ends its publicity."""
    return {row["of"]: row["by"] for row in table("publicity")["ending"]}
