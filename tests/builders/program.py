"""Runs ``xinjian`` in a process of its own that need not read its modules first: the same program, sooner there."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.commands import COMMANDS
from tests.builders.forking import read_beforehand, start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE = 280.0  # seconds that a command is given

read_beforehand(*(f"service.cli.{place.module}" for place in COMMANDS.values()), "alembic.command")


def forked(arguments: Sequence[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What ``xinjian ARGUMENTS`` does in this environment: its exit code and what it says.

    Raises:
        TimeoutError: it has not ended after a long while.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = start("service.cli.commands:main", *arguments, environ=environ, out=out, err=err)
        process.join(PATIENCE)
        if process.exitcode is None:
            process.terminate()
            process.join()
            raise TimeoutError(f"xinjian {' '.join(arguments)} has not ended: {err.read_text('utf-8')}")
        said = (out.read_text("utf-8"), err.read_text("utf-8"))
        return subprocess.CompletedProcess(arguments, process.exitcode, *said)
