"""The keeper: a small process between us and the servers, so that they never outlive us.

Run as ``python -I -S keeper.py``; standard library only. It reads one line of JSON on its standard input, starts the
servers, starts again one that dies, and stops them all when it is told to, when its input ends or when its parent is
gone. Should the keeper itself be killed, the kernel tells the servers (on Linux).
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_TICK_SECONDS = 0.5
_STOP_SECONDS = 30.0
_LONGEST_PAUSE = 5.0
_STEADY_SECONDS = 10.0


@dataclass(kw_only=True)
class Server:
    """One server: how it is started, how it is asked to stop, and its present process."""

    name: str
    command: list[str]
    folder: str
    log: str
    stop_signal: int
    orphan_signal: int
    user: int | None
    group: int | None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.1
    retry_at: float = field(default=0.0)

    def start(self, *, pid_folder: Path, inherited: list[int]) -> None:
        """Start the server and write its number where ``EmbeddedStack.pid`` looks for it."""
        keeper = os.getpid()
        libc = ctypes.CDLL(None) if sys.platform == "linux" else None

        def die_with_keeper() -> None:
            if libc is not None:
                libc.prctl(_PR_SET_PDEATHSIG, self.orphan_signal)
                if os.getppid() != keeper:  # the keeper died before the line above
                    os._exit(1)

        with Path(self.log).open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=inherited,
                # The keeper has one thread and the function calls one system call: the safe use of a risky tool.
                preexec_fn=die_with_keeper,  # noqa: PLW1509
                user=self.user,
                group=self.group,
                extra_groups=[] if self.user is not None else None,
            )
        self.started_at = time.monotonic()
        note = pid_folder / f"{self.name}.pid"
        note.with_suffix(".new").write_text(str(self.process.pid), encoding="ascii")
        note.with_suffix(".new").replace(note)

    def tend(self, *, pid_folder: Path, inherited: list[int]) -> None:
        """Start the server again when it has died, with growing pauses when it dies at once."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            steady = now - self.started_at > _STEADY_SECONDS
            self.pause = 0.1 if steady else min(self.pause * 2, _LONGEST_PAUSE)
            self.retry_at = now + self.pause
            self.process = None
        if self.process is None and now >= self.retry_at:
            self.start(pid_folder=pid_folder, inherited=inherited)

    def signal(self, number: int) -> None:
        """Signal the server if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def gone_by(self, deadline: float) -> bool:
        """Wait for the server's end until the monotonic ``deadline``."""
        if self.process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        return self.process.poll() is not None


def watch(servers: list[Server], *, pid_folder: Path, inherited: list[int], parent: int) -> None:
    """Tend the servers until we are told to stop: by a byte or the end of the input, a signal, the parent's end."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the select below
    while not stopping and os.getppid() == parent:
        for server in servers:
            server.tend(pid_folder=pid_folder, inherited=inherited)
        readable, _, _ = select.select([0, told], [], [], _TICK_SECONDS)
        if told in readable:
            os.read(told, 512)
        if 0 in readable:
            return


def stop(servers: list[Server]) -> None:
    """Ask every server to end cleanly, and end those that do not."""
    deadline = time.monotonic() + _STOP_SECONDS
    for server in servers:
        server.signal(server.stop_signal)
    for server in servers:
        if not server.gone_by(deadline):
            server.signal(server.orphan_signal)
            if not server.gone_by(time.monotonic() + 2.0):
                server.signal(signal.SIGKILL)
                server.gone_by(time.monotonic() + 2.0)


def main() -> None:
    """Read the instruction, keep the servers, clear the sockets' folder."""
    instruction: dict[str, Any] = json.loads(_first_line())
    pid_folder = Path(instruction["sockets"])
    servers = [Server(**entry) for entry in instruction["servers"]]
    try:
        watch(servers, pid_folder=pid_folder, inherited=instruction["inherited"], parent=instruction["parent"])
    finally:
        stop(servers)
        shutil.rmtree(pid_folder, ignore_errors=True)


def _first_line() -> bytes:
    # Byte by byte: a buffered reader would swallow the word that ends us.
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            sys.exit(0)
        line += piece
    return bytes(line)


if __name__ == "__main__":
    main()
