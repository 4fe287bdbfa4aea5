"""Limits of visitors, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def visitor_rules() -> Mapping[str, Mapping[str, int]]:
    """Terms and numbers of tries, from `visitors.toml`, which names their units."""
    return tomllib.loads(files("service.accounts").joinpath("visitors.toml").read_text(encoding="utf-8"))
