"""Processes that begin with what they need read already: children of one process that has imported it.

A program of ours spends most of its first second of processor time reading modules.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

PROCESSES = multiprocessing.get_context("forkserver")
_READ: list[str] = []


def read_beforehand(*modules: str) -> None:
    """Have modules imported by the process from which all others come; to be said before the first of those starts."""
    _READ.extend(modules)
    PROCESSES.set_forkserver_preload(_READ)


def start(
    program: str, *arguments: str, environ: Mapping[str, str], out: Path | None = None, err: Path | None = None
) -> ForkServerProcess:
    """Start a program, the function ``module:name``, with these arguments in this environment.

    ``out``, ``err``: the files behind which it writes what it says; ``err`` None: both into ``out``; ``out`` None: it
    says it where this process does.
    """
    files = () if out is None else (str(out), str(err or out))
    process = PROCESSES.Process(target=_run, args=(program, arguments, dict(environ), files))
    process.start()
    return process


def ended(process: ForkServerProcess, seconds: float) -> int:
    """Wait for a process; returns its exit code, or less than 0 where a signal ended it.

    Raises:
        TimeoutError: it goes on.
    """
    process.join(seconds)
    if process.exitcode is None:
        raise TimeoutError(f"process {process.pid} has not ended after {seconds} s")
    return process.exitcode


def _run(program: str, arguments: Sequence[str], environ: Mapping[str, str], files: Sequence[str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    if files:
        _say_into(*files)
    module, _, name = program.partition(":")
    sys.argv = [module, *arguments]
    sys.exit(getattr(import_module(module), name)())


def _say_into(*files: str) -> None:
    for number, name in enumerate(files, 1):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", buffering, encoding="utf-8", closefd=False) for number, buffering in ((1, -1), (2, 1))
    )
