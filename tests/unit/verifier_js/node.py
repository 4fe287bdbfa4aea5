"""Runs the second verifier in Node, as a stranger would."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

VERIFIER = ROOT / "scoring" / "verifier" / "verify.js"
VECTORS = ROOT / "tests" / "vectors" / "draw"
LINES: list[dict[str, Any]] = json.loads((VECTORS / "index.json").read_text("utf-8"))


@cache
def node() -> str:
    """The program Node, 18 or later; the test is skipped where there is none."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node 18 or later is not installed")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.removeprefix("v").split(".")[0]) < 18:
        pytest.skip(f"Node 18 or later is needed, {version.strip()} is installed")
    return program


def verify(file: Path | str, *options: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    """The command with messages in English."""
    done = subprocess.run(
        [node(), str(VERIFIER), str(file), "--lang=en", *options], input=stdin, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def told(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Verdicts by code, from the lines of either verifier."""
    return {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[:-1]}


def reckoned(script: str) -> Any:  # noqa: ANN401 - whatever the script tells
    """What a script finds with the verifier as the module ``v``: it calls ``tell(value)`` once."""
    head = f"const v = require({json.dumps(str(VERIFIER))}); const tell = (x) => console.log(JSON.stringify(x));"
    done = subprocess.run([node(), "-"], input=head + script, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def reckoned_of(asked: object, script: str) -> Any:  # noqa: ANN401 - whatever the script tells
    """As ``reckoned``, of what is ``asked``: it comes on standard input and may be long."""
    head = f"""
        const v = require({json.dumps(str(VERIFIER))});
        const tell = (x) => console.log(JSON.stringify(x));
        const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));"""
    done = subprocess.run(
        [node(), "-e", head + script], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def options_of(line: dict[str, Any], folder: Path) -> list[str]:
    """A vector's options as arguments; source lists become files in ``folder``."""
    given: list[str] = []
    for name, value in line["options"].items():
        if name == "snapshot":
            for i, text in enumerate(value):
                (folder / f"list-{i}.txt").write_text(text, "utf-8")
                given.append(f"--snapshot={folder / f'list-{i}.txt'}")
        elif name == "previous":
            given.append(f"--previous={VECTORS / value}")
        else:
            given += [f"--{name}={one}" for one in (value if isinstance(value, list) else [value])]
    return given
