"""The service's own processes: started, told to stop while others call, and what memory each of them holds."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from service.cli.processes import DELIVERER, SCHEDULER, WORKERS, web_server

if TYPE_CHECKING:
    from collections.abc import Mapping

GRACE = 30.0
"""Seconds in which a process must end that was told to: `stop_grace_period` of compose.yaml."""
_COMMANDS = {"web": web_server(), "workers": WORKERS, "scheduler": SCHEDULER, "deliverer": DELIVERER}
_LOOK = 5.0


class Stopped(NamedTuple):
    """How a process ended that was told to: by which code, after how many seconds."""

    name: str
    code: int
    seconds: float


class Programs:
    """Web server, workers, scheduler and deliverer over one database."""

    def __init__(self, environ: Mapping[str, str], port: int, logs: Path) -> None:
        self._environ = {**os.environ, **environ, "BIND": f"127.0.0.1:{port}", "LOG_LEVEL": "WARNING"}
        self.port, self._logs = port, logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopped: list[Stopped] = []

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self, *names: str) -> None:
        """Start these, all where none are named; returns once the web server is ready, if it was among them."""
        for name in names or tuple(_COMMANDS):
            with (self._logs / f"{name}.log").open("ab") as log:
                command = [sys.executable, *_COMMANDS[name]]
                self._running[name] = subprocess.Popen(command, env=self._environ, stdout=log, stderr=log)
        if not names or "web" in names:
            self._await_ready()

    def stop(self, *names: str) -> None:
        """Tell these to stop, all where none are named, one after the other; notes how each ended."""
        for name in names or tuple(self._running):
            process, began = self._running.pop(name), time.monotonic()
            process.terminate()
            try:
                code = process.wait(2 * GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            self.stopped.append(Stopped(name, code, time.monotonic() - began))

    def pids(self) -> Mapping[str, int]:
        """The process numbers by name."""
        return {name: process.pid for name, process in list(self._running.items())}

    def refuse_ended(self) -> None:
        """Raise where one has ended by itself."""
        ended = [name for name, process in list(self._running.items()) if process.poll() is not None]
        assert not ended, f"{ended} ended: see {self._logs}"

    def _await_ready(self) -> None:
        until = time.monotonic() + 300
        while time.monotonic() < until:
            try:
                line = HTTPConnection("127.0.0.1", self.port, timeout=5)
                line.request("GET", "/readyz")
                if line.getresponse().status == 200:
                    return
            except OSError:
                pass
            finally:
                line.close()
            time.sleep(0.1)
        raise TimeoutError("the web server does not become ready")


class Memory(threading.Thread):
    """Looks every few seconds how much memory each program holds, all its processes together, in KiB."""

    def __init__(self, programs: Programs, others: Mapping[str, int]) -> None:
        super().__init__(daemon=True)
        self._programs, self._others, self._ended = programs, others, threading.Event()
        self.seen: dict[str, list[tuple[float, int]]] = {}

    def run(self) -> None:
        """Look until stopped."""
        began = time.monotonic()
        while not self._ended.wait(_LOOK):
            for name, pid in {**self._programs.pids(), **self._others}.items():
                self.seen.setdefault(name, []).append((time.monotonic() - began, resident(pid)))

    def stop(self) -> None:
        """End the looking."""
        self._ended.set()
        self.join()

    def table(self) -> str:
        """By program: memory at the first look, at most, at the last, and its slope over the last quarter."""
        lines = ["| program | MiB first | most | last | KiB a minute, last quarter |", "|---|---:|---:|---:|---:|"]
        for name, seen in self.seen.items():
            sizes = [size for _, size in seen]
            figures = " | ".join(f"{size / 1024:,.0f}" for size in (sizes[0], max(sizes), sizes[-1]))
            lines.append(f"| {name} | {figures} | {slope(seen[3 * len(seen) // 4 :]) * 60:+,.0f} |")
        return "\n".join(lines)


def slope(seen: list[tuple[float, int]]) -> float:
    """By how much a figure grows in a second: the line of least squares."""
    if len(seen) < 2:
        return 0.0
    middle, mean = (sum(column) / len(seen) for column in zip(*seen, strict=True))
    spread = sum((at - middle) ** 2 for at, _ in seen)
    return sum((at - middle) * (size - mean) for at, size in seen) / spread


def resident(pid: int) -> int:
    """The memory that a process and its children share out among themselves (PSS), in KiB; gone ones hold none."""
    total, left = 0, [pid]
    while left:
        one = left.pop()
        try:
            rolled = Path(f"/proc/{one}/smaps_rollup").read_text("ascii")
            left += map(int, Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split())
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rolled.splitlines() if line.startswith("Pss:"))
    return total
