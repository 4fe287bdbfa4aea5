"""Runs the stranger's tool as a stranger does: another process, the standard library alone, an empty environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[2]
_START = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("scoring", run_name="__main__", alter_sys=True)
"""


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run_tool(*arguments: str, lines: Iterable[Mapping[str, Any] | bytes] = (), lang: str = "en_GB.UTF-8") -> Done:
    """``python -m scoring`` in isolated mode and without site packages; lines that are mappings are written as JSON."""
    sent = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _START, str(ROOT), *arguments],
        input=sent,
        capture_output=True,
        check=False,
        env={"LANG": lang, "PYTHONUTF8": "0"},
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
