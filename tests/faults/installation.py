"""The real thing in a folder of its own: servers, workers, scheduler and web server, started again when they end."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from service.platform.embedded import EmbeddedStack
from tests.builders.installed import begin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.context import ForkServerProcess

    from service.platform.embedded import Addresses
    from service.platform.embedded.stack import ServerName

NAMES = ("workers", "scheduler", "web")
PAUSE = 0.5  # seconds between two starts of a process that ends at once
PATIENCE = 45.0  # seconds that a process is given to end when it is told to


class Servers(Protocol):
    """Whoever runs PostgreSQL and Redis, and starts them again."""

    def pid(self, server: ServerName) -> int:
        """The process number of a server now."""
        ...


class Installation:
    """Its processes are started with their modules read: the time of a start is not what the tests are about.

    ``addresses``: of the servers themselves; ``environ`` may lead the processes there by another way.
    """

    def __init__(
        self,
        folder: Path,
        servers: Servers,
        addresses: Addresses,
        environ: Mapping[str, str],
        *,
        names: Sequence[str] = NAMES,
    ) -> None:
        self.servers, self.names = servers, names
        self.database_url, self.redis_url = addresses.database_url, addresses.redis_url
        self.socket = str(folder / "web")
        self._logs = folder
        self.environ = {**os.environ, **environ, "BIND": f"unix:{self.socket}", "LOG_LEVEL": "WARNING"}
        self._running: dict[str, ForkServerProcess] = {}
        self._started: dict[str, float] = {}

    def tend(self) -> None:
        """Start what does not run, as a service manager does."""
        for name in self.names:
            ended = name not in self._running or self._running[name].exitcode is not None
            if ended and time.monotonic() - self._started.get(name, 0.0) > PAUSE:
                self._started[name] = time.monotonic()
                self._running[name] = self.begin(name)

    def begin(self, name: str) -> ForkServerProcess:
        """Start one of its processes."""
        return begin(name, environ=self.environ, out=self.log_file(name))

    def pid(self, name: str) -> int:
        """The process number of `workers`, `scheduler`, `web`, `postgres` or `redis` now."""
        if name in {"postgres", "redis"}:
            return self.servers.pid(name)  # type: ignore[arg-type] # one of the two
        number = self._running[name].pid
        assert number is not None
        return number

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return self.log_file(name).read_text("utf-8", errors="replace")

    def log_file(self, name: str) -> Path:
        """The file into which a process says it."""
        return self._logs / f"{name}.log"

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
        installed = Installation(folder, stack, addresses, environ)
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
