"""What bounds a dry run, from ``limits.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Band(NamedTuple):
    """How the values of an attribute that is a number are put into bands; ``names`` has one more than ``bounds``."""

    attribute: str
    bounds: tuple[int, ...]
    names: tuple[str, ...]


class Limits(NamedTuple):
    """See ``limits.toml``."""

    most_groups: int
    distance: int
    most_bars: int
    most_ratings: int
    most_tasks: int
    most_framed: int
    months: int
    bands: tuple[Band, ...]


@cache
def limits() -> Limits:
    """All of them."""
    said = tomllib.loads(files("service.studio.dry_run").joinpath("limits.toml").read_text(encoding="utf-8"))
    bands = tuple(Band(one["attribute"], tuple(one["from"]), tuple(one["names"])) for one in said.pop("band"))
    return Limits(**said, bands=bands)
