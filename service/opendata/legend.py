"""What the files and their columns are, from `legend.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Column(NamedTuple):
    """A column; ``unit`` is empty where there is none."""

    name: str
    type: str
    unit: str
    zh: str
    en: str


class File(NamedTuple):
    """A file of the archive with its columns, in order."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]


class Legend(NamedTuple):
    """All files, and the number of their shape."""

    schema: int
    files: tuple[File, ...]


@cache
def legend() -> Legend:
    """The legend."""
    said = tomllib.loads(files("service.opendata").joinpath("legend.toml").read_text(encoding="utf-8"))
    found = [
        File(one["name"], one["zh"], one["en"], tuple(Column(*row) for row in one["columns"])) for one in said["file"]
    ]
    return Legend(said["schema"], tuple(found))
