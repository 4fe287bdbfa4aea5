"""Unit files as systemd writes them: what of them is needed to start and stop their processes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Unit(NamedTuple):
    """A unit by its sections: every value of a key, in its order."""

    name: str
    values: dict[tuple[str, str], list[str]]

    def one(self, section: str, key: str, otherwise: str = "") -> str:
        """The last value of a key."""
        return self.values.get((section, key), [otherwise])[-1]

    def words(self, section: str, key: str) -> list[str]:
        """Every word of every value of a key."""
        return [word for value in self.values.get((section, key), []) for word in shlex.split(value)]


def read_unit(file: Path) -> Unit:
    """Read one.

    Raises:
        ValueError: a line that is no section, comment or assignment.
    """
    values: dict[tuple[str, str], list[str]] = {}
    section = ""
    for line in file.read_text("utf-8").splitlines():
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        key, is_set, value = line.partition("=")
        if not is_set:
            raise ValueError(f"{file}: {line}")
        values.setdefault((section, key), []).append(value)
    return Unit(file.name, values)


def environment_of(unit: Unit, root: Path) -> dict[str, str]:
    """What the unit's own lines and files set; a file under another root."""
    said = dict(word.split("=", 1) for word in unit.words("Service", "Environment"))
    for name in unit.words("Service", "EnvironmentFile"):
        lines = (root / name.lstrip("/")).read_text("utf-8").splitlines()
        set_there = (line.partition("=") for line in lines if line and not line.startswith("#"))
        said |= {key: "".join(shlex.split(value)) for key, _, value in set_there}
    return said
