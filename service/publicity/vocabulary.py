"""What publicity reads beside the editions, from the tables in ``data``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def table(name: str) -> Mapping[str, Any]:
    """A table, parsed once."""
    return tomllib.loads(resources.files("service.publicity").joinpath(f"data/{name}.toml").read_text("utf-8"))


@cache
def endings() -> Mapping[str, str]:
    """By kind of decision, the kind that ends its publicity."""
    return {row["of"]: row["by"] for row in table("publicity")["ending"]}
