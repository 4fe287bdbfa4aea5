"""``python -m tests.rehearsal``: make the copy, live the life in it, print each act, and write what was seen down."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness.reliability import save_section
from tests.rehearsal.life import SOURCES, Done, Life
from tests.rehearsal.machine import NoMachineError, in_copy, refuse_unfit
from tests.rehearsal.runbook import RunbookError
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST, NEWEST = "first", "newest"
BEGUN, WHOLE = "begun", "whole"
"""Two lives: the first day of today's release, and the whole life of one that began with the first release."""


def main(words: Sequence[str]) -> int:
    """0 where both lives went well; 2 where this machine cannot be copied."""
    if words:
        return _inside(Path(words[0]), words[1])
    done: list[Done] = []
    try:
        refuse_unfit()
        for life in (BEGUN, WHOLE):
            ended, told = _on_a_copy(life)
            if ended:
                return ended
            done += told
    except NoMachineError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    save_section("rehearsal", _table(done))
    return 0


def _on_a_copy(life: str) -> tuple[int, list[Done]]:
    """How a life on a machine of its own ended, and what was done in it."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        place, shared = Path(folder) / "copy", Path(folder) / "shared"
        place.mkdir()
        shared.mkdir()
        _unpack(_first(), shared / FIRST)
        _unpack("HEAD", shared / NEWEST)
        command = [sys.executable, "-m", "tests.rehearsal", str(shared), life]
        ended = in_copy(command, here=ROOT, place=place, shared=shared)
        told = shared / "told.json"
        return ended, [Done(*one) for one in json.loads(told.read_text("utf-8"))] if told.exists() else []


def _inside(folder: Path, life: str) -> int:
    """What is run on the copy."""
    done: list[Done] = []

    def say(one: Done) -> None:
        done.append(one)
        sys.stdout.write(f"✓ {one.act:<38}{one.seconds:7.1f} s  {one.seen}\n")
        sys.stdout.flush()

    for name in (FIRST, NEWEST):
        subprocess.run(["cp", "-a", folder / name, SOURCES / f"xinjian-{name}"], check=True)
    try:
        if life == BEGUN:
            Life(NEWEST, say).begin_and_end()
        else:
            Life(FIRST, say).live(NEWEST)
    except RunbookError as error:
        sys.stderr.write(f"× {error}\n")
        return 1
    (folder / "told.json").write_text(json.dumps(done), "utf-8")
    return 0


def _first() -> str:
    """The first release, by its tag, or the commit that it names."""
    said = tomllib.loads((Path(__file__).parent / "releases.toml").read_text("utf-8"))["first"]
    for name in (said["tag"], said["commit"]):
        found = subprocess.run(
            ["git", "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"],
            cwd=ROOT,
            check=False,
            capture_output=True,
        )
        if found.returncode == 0:
            return str(name)
    raise NoMachineError(f"此副本没有首个版本 {said['tag']} · this clone lacks the first release: git fetch --tags")


def _unpack(commit: str, where: Path) -> None:
    """The tree of a commit."""
    where.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", where], check=True, input=packed)


def _table(done: Sequence[Done]) -> str:
    rows = [f"| {one.act} | {one.seconds:.0f} s | {one.seen} |" for one in done]
    return "\n".join(["| act | took | seen |", "|---|---:|---|", *rows])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
