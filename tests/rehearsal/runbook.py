"""The commands of a runbook, as its page has them, and a shell that runs them one after the other."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BLOCK = re.compile(r"^( *)```console\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""As who logs in as root has it."""
TOLD: Final = 3_000
"""Characters of an output that are shown where a command failed."""


class RunbookError(Exception):
    """A command of the page did not do what the page says."""


class Ran(NamedTuple):
    """What commands wrote, and the seconds that they took."""

    output: str
    seconds: float


def section(page: str, heading: str, sources: Path = ROOT) -> str:
    """A section of a page of ``docs/`` in a tree of sources, up to the next heading of its rank.

    Raises:
        RunbookError: the page has no such heading.
    """
    text = (sources / "docs" / page).read_text("utf-8")
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise RunbookError(f"docs/{page} has no heading “{heading}”")
    return found[1]


def commands(text: str) -> list[str]:
    """What is typed as root (``# …``), in its order."""
    lines = [line.strip() for block in BLOCK.finditer(text) for line in block[2].splitlines()]
    return [line.removeprefix("# ") for line in lines if line.startswith("# ")]


def run(typed: Sequence[str], replaced: Mapping[str, str] | None = None, path: str = "") -> Ran:
    """Type commands into one shell, as a person does: what one sets the next one has; the first that fails ends it.

    ``replaced``: what stands in the page as an example, and what it is here; each must occur. ``path``: searched first.

    Raises:
        RunbookError: with the end of what was written.
    """
    script = "\n".join(typed)
    for said, meant in (replaced or {}).items():
        if said not in script:
            raise RunbookError(f"the page no longer says {said!r}")
        script = script.replace(said, meant)
    head = f"set -eu\nexport PATH={shlex.quote(':'.join(filter(None, (path, PATH))))}\n"
    began = time.monotonic()
    done = subprocess.run(
        ["bash", "-x", "-c", head + script], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise RunbookError(f"exit {done.returncode}:\n{done.stdout[-TOLD:]}")
    return Ran(done.stdout, time.monotonic() - began)
