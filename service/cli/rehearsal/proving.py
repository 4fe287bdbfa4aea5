"""The proof of the rehearsed draw: its full file handed to both verifiers, as a stranger would hand it to them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

from scoring.kernel.canonical import canonical
from scoring.sampling.bytes import digest
from service.inspections import draws

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.cli.rehearsal.stage import Stage

OLDEST_NODE = 18
PATIENCE = 120
"""Seconds that a verifier may take."""


def transcript_to(stage: Stage, draw: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Write the full file of a draw; returns where it lies and what it says."""
    with stage.running.database.reader() as session:
        made = draws.full_transcript(session, draw)
    path = folder / f"{draw}.json"
    path.write_bytes(canonical(made))
    return path, made


def python(path: Path, commitment: dict[str, Any]) -> bool:
    """Whether the verifier in Python, an interpreter of its own, finds nothing wrong."""
    return _passes([sys.executable, "-m", "scoring", "verify", str(path), "--commitment", digest(commitment)])


def javascript(path: Path, commitment: dict[str, Any]) -> bool | str:
    """Whether the verifier in JavaScript finds nothing wrong; where it cannot run, why not."""
    node = shutil.which("node")
    if node is None:
        return "没有 Node · there is no Node on PATH"
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 found by which
    if int(said.stdout.strip().removeprefix("v").partition(".")[0] or 0) < OLDEST_NODE:
        return f"Node 版本过低 · Node {OLDEST_NODE} or later is needed, this is {said.stdout.strip()}"
    with resources.as_file(resources.files("scoring.verifier") / "verify.js") as script:
        return _passes([node, str(script), str(path), "--commitment", digest(commitment)])


def _passes(command: Sequence[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)  # noqa: S603 our own programs
    return done.returncode == 0
