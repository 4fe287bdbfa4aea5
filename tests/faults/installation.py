"""The real thing in a folder of its own: servers, workers, scheduler and web server, started again when they end."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.platform.embedded import EmbeddedStack

COMMANDS: Mapping[str, Sequence[str]] = {
    "workers": ("-m", "workers.main"),
    "scheduler": ("-m", "workers.schedule"),
    "web": ("-m", "gunicorn", "-c", "python:service.server", "service.wsgi:app"),
}
PAUSE = 0.5  # seconds between two starts of a process that ends at once
PATIENCE = 45.0  # seconds that a process is given to end when it is told to


class Installation:
    """Processes are started by `tend`, so always by the thread that outlives them."""

    def __init__(self, folder: Path, stack: EmbeddedStack, environ: Mapping[str, str]) -> None:
        self.stack = stack
        self.database_url, self.redis_url = environ["DATABASE_URL"], environ["REDIS_URL"]
        self.socket = str(folder / "web")
        self._logs = folder
        self._environ = {**os.environ, **environ, "BIND": f"unix:{self.socket}", "LOG_LEVEL": "WARNING"}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}

    def tend(self) -> None:
        """Start what does not run, as a service manager does."""
        for name, command in COMMANDS.items():
            ended = name not in self._running or self._running[name].poll() is not None
            if ended and time.monotonic() - self._started.get(name, 0.0) > PAUSE:
                self._started[name] = time.monotonic()
                with (self._logs / f"{name}.log").open("ab") as log:
                    self._running[name] = subprocess.Popen(
                        [sys.executable, *command], env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                    )

    def pid(self, name: str) -> int:
        """The process number of `workers`, `scheduler`, `web`, `postgres` or `redis` now."""
        if name in {"postgres", "redis"}:
            return self.stack.pid(name)  # type: ignore[arg-type] # one of the two
        return self._running[name].pid

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self._logs / f"{name}.log").read_text("utf-8", errors="replace")

    def stop(self) -> dict[str, int]:
        """End the processes, not the servers; returns how each ended."""
        for process in self._running.values():
            process.terminate()
        ended = {}
        for name, process in self._running.items():
            try:
                ended[name] = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                ended[name] = process.wait()
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
