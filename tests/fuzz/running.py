"""The runs of the targets, each in a process of its own, and the table of what they did."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.fuzz.targets import MODULES
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_GRACE: Final = 300
"""Seconds beyond those asked for, in which a process starts, tries what is made to harm and ends."""


class Line(NamedTuple):
    """What came of one target. ``files``: an input for each finding."""

    name: str
    cases: int
    seconds: int
    findings: int
    files: tuple[Path, ...] = ()

    def row(self) -> str:
        """A row of the table."""
        return f"| {self.name} | {self.cases:,} | {self.seconds} | {self.findings} |"


def table(lines: Sequence[Line]) -> str:
    """All rows under their heading, and what they come to."""
    total = Line("all", *(sum(values) for values in zip(*(line[1:4] for line in lines), strict=True)))
    return "\n".join(
        ["| target | cases | seconds | findings |", "|---|---|---|---|", *(line.row() for line in (*lines, total))]
    )


def catalogue() -> dict[str, str]:
    """The module of each target."""
    return {one.name: module for module in MODULES for one in import_module(f"tests.fuzz.targets.{module}").TARGETS}


def parser(folder: Path, module: str, name: str, seconds: int, seed: int) -> Line:
    """Fuzz one parser."""
    place = _emptied(folder / name)
    given = [module, name, str(seconds), str(place), str(seed)]
    return _run(place, ["tests.fuzz.engine", *given], seconds + _GRACE)


def interface(folder: Path, town: Path, cases: int, seed: int) -> Line:
    """Fuzz every route."""
    place = _emptied(folder / "interface")
    return _run(place, ["tests.fuzz.interface", str(place), str(town), str(cases), str(seed)], 3_600 + cases)


def patterns(folder: Path) -> Line:
    """Put pumped texts to every pattern."""
    place = _emptied(folder / "patterns")
    return _run(place, ["tests.fuzz.patterns", str(place)], 10 * _GRACE)


def _emptied(place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def _run(place: Path, module: list[str], within: int) -> Line:
    began = time.monotonic()
    log = place / "log.txt"
    with log.open("wb") as out:
        try:
            command = [sys.executable, "-m", *module]
            status = subprocess.run(command, cwd=ROOT, stdout=out, stderr=out, timeout=within, check=False).returncode
        except subprocess.TimeoutExpired:
            status = -1
    files = tuple(sorted(file for file in place.glob("finding-*") if file.suffix != ".txt"))
    told = place / "result.json"
    result = json.loads(told.read_text("utf-8")) if told.exists() else {"cases": 0, "findings": 0}
    findings = max(len(files), result["findings"])
    if status or not told.exists():  # a process that ended otherwise than it should is one, too
        findings, files = findings + 1, (*files, log)
    return Line(place.name, result["cases"], round(time.monotonic() - began), findings, files)
