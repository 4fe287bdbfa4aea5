"""Hosts as network namespaces on one bridge; pulling a cable loses packets and tells nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness.report import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SERVERS = "10.77.0.1"
"""Where PostgreSQL and Redis listen: the bridge, in a namespace that is this run's own."""
_PREFIX = 24
_BRIDGE = "servers"
_INSIDE = "XINJIAN_BENCH_HOSTS"


def enter_own_network() -> None:
    """Go on in a namespace without any network but our own; it is gone with us, whatever is left in it.

    Raises:
        SystemExit: this needs root, and `ip`, `unshare` and `nsenter`.
    """
    if os.environ.get(_INSIDE) != "1":
        missing = [name for name in ("ip", "unshare", "nsenter") if shutil.which(name) is None]
        if os.geteuid() != 0 or missing:
            raise SystemExit(
                f"make hosts needs root, and these programs of iproute2 and util-linux: {missing or 'all'}"
            )
        command = ["unshare", "--net", "--", sys.executable, "-m", *(sys.orig_argv[sys.orig_argv.index("-m") + 1 :])]
        os.execvpe(command[0], command, {**os.environ, _INSIDE: "1"})  # noqa: S606 - ourselves
    _ip("link", "set", "lo", "up")
    _ip("link", "add", _BRIDGE, "type", "bridge")
    _ip("address", "add", f"{SERVERS}/{_PREFIX}", "dev", _BRIDGE)
    _ip("link", "set", _BRIDGE, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


class Host:
    """A host: its name, its address, the programs that run on it."""

    def __init__(self, name: str, number: int, holder: subprocess.Popen[bytes], logs: Path) -> None:
        self.name, self.address, self._port = name, f"10.77.0.{number}", f"port-{name}"
        self._holder, self._logs = holder, logs
        self._running: list[subprocess.Popen[bytes]] = []

    def connect(self) -> None:
        """Lay the cable from the bridge to the host."""
        _ip("link", "add", self._port, "type", "veth", "peer", "name", "uplink", "netns", str(self._holder.pid))
        _ip("link", "set", self._port, "master", _BRIDGE, "up")
        self._do("ip", "link", "set", "lo", "up")
        self._do("ip", "address", "add", f"{self.address}/{_PREFIX}", "dev", "uplink")
        self._do("ip", "link", "set", "uplink", "up")
        self._do("hostname", f"host-{self.name}")

    def cut(self) -> float:
        """Pull the cable; returns when, in seconds of the epoch."""
        _ip("link", "set", self._port, "down")
        return time.time()

    def heal(self) -> float:
        """Plug it in again; returns when."""
        _ip("link", "set", self._port, "up")
        return time.time()

    def start(self, *arguments: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a program of ours on the host: `-m workers.schedule`."""
        with (self._logs / f"{self.name}.log").open("ab") as log:
            inside = {**os.environ, **environ, "PYTHONPATH": str(ROOT)}
            command = [*self._within(), sys.executable, *arguments]
            process = subprocess.Popen(command, env=inside, stdout=log, stderr=log)
        self._running.append(process)
        return process

    def stop(self) -> list[int]:
        """End what runs on the host; returns how each ended."""
        for process in self._running:
            process.terminate()
        ended = []
        for process in self._running:
            try:
                ended.append(process.wait(40))
            except subprocess.TimeoutExpired:
                process.kill()
                ended.append(process.wait())
        self._running.clear()
        return ended

    def _do(self, *command: str) -> None:
        subprocess.run([*self._within(), *command], check=True)

    def _within(self) -> Sequence[str]:
        return ["nsenter", "--target", str(self._holder.pid), "--net", "--uts", "--"]


@contextmanager
def hosts(names: Sequence[str], logs: Path) -> Iterator[list[Host]]:
    """Hosts of these names on the bridge, gone at the end."""
    with ExitStack() as running:
        made = []
        for number, name in enumerate(names, 2):
            # It ends with us, however we end: it reads what we never write.
            holder = subprocess.Popen(["unshare", "--net", "--uts", "--", "cat"], stdin=subprocess.PIPE)
            running.callback(holder.wait)
            running.callback(holder.kill)
            host = Host(name, number, holder, logs)
            running.callback(host.stop)
            _await_namespace(holder.pid)
            host.connect()
            made.append(host)
        yield made


def _await_namespace(pid: int) -> None:
    """Wait until a process is in a network of its own."""
    ours = Path("/proc/self/ns/net").readlink()
    for _ in range(500):
        if Path(f"/proc/{pid}/ns/net").readlink() != ours:
            return
        time.sleep(0.01)
    raise TimeoutError(f"process {pid} has no network of its own")
