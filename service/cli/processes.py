"""The service's own processes as children: workers, scheduler, deliverer, web server. They end when we end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PATIENCE = 30.0
"""Seconds that a child is given to finish what it does before it is killed."""

WORKERS = ("-m", "workers.main")
SCHEDULER = ("-m", "workers.schedule")
DELIVERER = ("-m", "workers.deliver")
_PR_SET_PDEATHSIG = 1


def web_server() -> Sequence[str]:
    """The arguments that start the web server."""
    return ("-m", "gunicorn", "-c", "python:service.server", "service.wsgi:app")


def emptied(data: Path, name: str) -> Path:
    """A folder below the data that holds nothing from an earlier run: figures of processes that are gone."""
    folder = data.resolve() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _end_with_parent() -> None:
    """In the child: be told when the parent dies, however it dies (Linux; elsewhere nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """Running children by name."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environ: Mapping[str, str], logs: Path) -> None:
        root = str(Path(__file__).resolve().parents[2])
        self._commands = commands
        self._environ = {**environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, environ.get("PYTHONPATH"))))}
        self._logs = logs
        self._running = {name: self._start(name) for name in commands}

    def restart_ended(self) -> None:
        """Start again what ended by itself, and say so."""
        for name, child in self._running.items():
            if child.poll() is not None:
                click.echo(f"{name} 已退出({child.returncode})，重新启动 · ended, started again", err=True)
                self._running[name] = self._start(name)

    def refuse_ended(self) -> None:
        """Raise where a child has ended by itself: nothing would come of waiting.

        Raises:
            ClickException: it names the log to look at.
        """
        for name, child in self._running.items():
            if child.poll() is not None:
                log = self._logs / f"{name}.log"
                raise click.ClickException(f"{name} 已退出，请看 {log} · {name} has ended: see {log}")

    def stop(self) -> None:
        """End all of them: asked first, killed after a while."""
        for child in self._running.values():
            if child.poll() is None:
                child.terminate()
        for child in self._running.values():
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        with (self._logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, *self._commands[name]],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no other thread of ours holds a lock here
            )


@contextmanager
def children(commands: Mapping[str, Sequence[str]], environ: Mapping[str, str], logs: Path) -> Iterator[Children]:
    """Run the commands (arguments to this Python) until the block ends; each writes a log named after it."""
    logs.mkdir(parents=True, exist_ok=True)
    running = Children(commands, environ, logs)
    try:
        yield running
    finally:
        running.stop()
