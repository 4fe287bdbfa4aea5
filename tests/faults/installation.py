"""The real thing in a folder of its own: servers, workers, scheduler and web server, started again when they end."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from service.platform.embedded import EmbeddedStack
from tests.builders.installed import begin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.context import ForkServerProcess

NAMES = ("workers", "scheduler", "web")
PAUSE = 0.5  # seconds between two starts of a process that ends at once
PATIENCE = 45.0  # seconds that a process is given to end when it is told to


class Installation:
    """Its processes are started with their modules read: the time of a start is not what the tests are about."""

    def __init__(self, folder: Path, stack: EmbeddedStack, environ: Mapping[str, str]) -> None:
        self.stack = stack
        self.database_url, self.redis_url = environ["DATABASE_URL"], environ["REDIS_URL"]
        self.socket = str(folder / "web")
        self._logs = folder
        self._environ = {**os.environ, **environ, "BIND": f"unix:{self.socket}", "LOG_LEVEL": "WARNING"}
        self._running: dict[str, ForkServerProcess] = {}
        self._started: dict[str, float] = {}

    def tend(self) -> None:
        """Start what does not run, as a service manager does."""
        for name in NAMES:
            ended = name not in self._running or self._running[name].exitcode is not None
            if ended and time.monotonic() - self._started.get(name, 0.0) > PAUSE:
                self._started[name] = time.monotonic()
                self._running[name] = begin(name, environ=self._environ, out=self._logs / f"{name}.log")

    def pid(self, name: str) -> int:
        """The process number of `workers`, `scheduler`, `web`, `postgres` or `redis` now."""
        if name in {"postgres", "redis"}:
            return self.stack.pid(name)  # type: ignore[arg-type] # one of the two
        number = self._running[name].pid
        assert number is not None
        return number

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self._logs / f"{name}.log").read_text("utf-8", errors="replace")

    def stop(self) -> dict[str, int | None]:
        """End the processes, not the servers; returns how each ended."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.join(PATIENCE)
            process.kill()
            process.join()
        ended = {name: process.exitcode for name, process in self._running.items()}
        self._running = {}
        return ended


@contextmanager
def installation() -> Iterator[Installation]:
    """Servers over an empty folder, with nothing else started yet; all is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="xinjian-faults-"))
    folder.chmod(0o711)  # as root, the servers' user must reach its files below
    stack = EmbeddedStack()
    try:
        addresses = stack.start(folder / "data")
        environ = {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}
        installed = Installation(folder, stack, environ)
        try:
            yield installed
        finally:
            installed.stop()
    finally:
        stack.stop()
        shutil.rmtree(folder)


def children(pid: int) -> list[int]:
    """The children of a process, oldest first; none when it is gone."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []
