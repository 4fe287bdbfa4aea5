"""Runs ``xinjian`` in a process of its own that need not read its modules first: the same program, sooner there."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.commands import COMMANDS
from tests.builders.forking import PROCESSES, read_beforehand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = "service.cli"
PATIENCE = 280.0  # seconds that a command is given

read_beforehand(*(f"{PROGRAM}.{place.module}" for place in COMMANDS.values()), "alembic.command")


def forked(arguments: Sequence[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What ``python -m service.cli ARGUMENTS`` does in this environment: its exit code and what it says.

    Raises:
        TimeoutError: it has not ended after a long while.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = PROCESSES.Process(target=_run, args=(list(arguments), dict(environ), str(out), str(err)))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.terminate()
            process.join()
            raise TimeoutError(f"{PROGRAM} {' '.join(arguments)} has not ended: {err.read_text('utf-8')}")
        said = (out.read_text("utf-8"), err.read_text("utf-8"))
        return subprocess.CompletedProcess(arguments, process.exitcode, *said)


def _run(arguments: Sequence[str], environ: Mapping[str, str], out: str, err: str) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, name in ((1, out), (2, err)):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    sys.argv = [PROGRAM, *arguments]
    runpy.run_module(PROGRAM, run_name="__main__", alter_sys=True)
