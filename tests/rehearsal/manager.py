"""A service manager for a machine without one: it starts, stops and restarts units when ``systemctl`` is called.

It holds the sockets of socket units itself, as systemd does, so that a web server is replaced without a refused call.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.rehearsal.runbook import PATH
from tests.rehearsal.units import Unit, environment_of, read_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

UNITS: Final = Path("/etc/systemd/system")
LOGS: Final = Path("/var/log/units")
ADDRESS: Final = "/run/rehearsed-manager"
CLIENT: Final = f"""#!/usr/bin/env python3
import json, socket, sys
with socket.socket(socket.AF_UNIX) as to:
    to.connect({ADDRESS!r})
    to.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
    said = json.loads(to.makefile().readline())
print(said["told"], end="", file=sys.stderr)
sys.exit(said["code"])
"""
# The processes of a unit begin as its user; systemd tells who is meant by a number that is known only then.
BEGIN: Final = '{taken}export LISTEN_PID=$$; exec setpriv --reuid="$0" --regid="$1" --init-groups -- "${{@:2}}"'
SYSTEM: Final = {
    "postgresql": ("pg_ctlcluster {version} main start", "pg_ctlcluster {version} main stop --mode fast"),
    "redis-server": (
        "redis-server --daemonize yes --bind 127.0.0.1 --dir /var/lib/redis --appendonly yes",
        "redis-cli shutdown",
    ),
}
"""How Debian's own services are started and stopped where there is no systemd."""


class Manager:
    """Units that run; ``version``: of PostgreSQL, as Debian names its clusters."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._sockets: dict[str, list[socket.socket]] = {}
        LOGS.mkdir(parents=True, exist_ok=True)
        script = Path("/usr/local/sbin/systemctl")
        script.write_text(CLIENT, "utf-8")
        script.chmod(0o755)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(ADDRESS)
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            calling, _ = self._listening.accept()
            with calling:
                words = json.loads(calling.makefile().readline())
                try:
                    told, code = self._heed(words), 0
                except (OSError, KeyError, ValueError) as error:
                    told, code = f"{' '.join(words)}: {error!r}\n", 1
                calling.sendall(json.dumps({"told": told, "code": code}).encode() + b"\n")

    def _heed(self, words: Sequence[str]) -> str:
        verb, *named = [word for word in words if word != "--now"]
        acts: dict[str, Callable[[str], None]] = {
            "enable": self.start,
            "start": self.start,
            "stop": self.stop,
            "restart": self._restart,
        }
        if verb == "daemon-reload":
            return ""
        for name in named:
            acts[verb](name)
        return ""

    def start(self, name: str) -> None:
        """Start a unit that does not run; return at once, as a service manager does."""
        if name in SYSTEM:
            self._system(SYSTEM[name][0])
        elif name.endswith(".socket"):
            self._hold(read_unit(UNITS / name))
        elif name not in self._running:
            self._running[name] = self._begun(read_unit(UNITS / f"{name}.service"))

    def stop(self, name: str) -> None:
        """End a unit by SIGTERM; what does not end within its time is killed.

        Raises:
            TimeoutError: it had to be killed.
        """
        if name in SYSTEM:
            self._system(SYSTEM[name][1])
            return
        if name not in self._running:
            return
        process = self._running.pop(name)
        patience = float(read_unit(UNITS / f"{name}.service").one("Service", "TimeoutStopSec", "90"))
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise TimeoutError(f"{name} did not end within {patience:.0f} s") from None

    def _system(self, command: str) -> None:
        """Start or stop a service of Debian's own.

        Raises:
            OSError: with what it said.
        """
        words = command.format(version=self._version).split()
        done = subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise OSError(f"{command}: {done.stdout}")

    def _restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def _hold(self, unit: Unit) -> None:
        for said in unit.words("Socket", "ListenStream"):
            host, _, port = said.rpartition(":")
            held = socket.create_server((host, int(port)), backlog=int(unit.one("Socket", "Backlog", "128")))
            self._sockets.setdefault(unit.name.removesuffix(".socket"), []).append(held)

    def _begun(self, unit: Unit) -> subprocess.Popen[bytes]:
        user = unit.one("Service", "User")
        group = unit.one("Service", "Group", user)
        for name in unit.words("Service", "RuntimeDirectory"):
            subprocess.run(["install", "-d", "-o", user, "-g", group, "-m", "0700", f"/run/{name}"], check=True)
        held = self._sockets.get(unit.name.removesuffix(".service"), [])
        environ = {"PATH": PATH, "LANG": "C.UTF-8", **environment_of(unit, Path("/"))}
        if held:
            environ["LISTEN_FDS"] = str(len(held))
        taken = "".join(f"exec {number}<&{one.fileno()}; " for number, one in enumerate(held, start=3))
        with (LOGS / unit.name).open("ab") as log:
            return subprocess.Popen(
                ["bash", "-c", BEGIN.format(taken=taken), user, group, *unit.words("Service", "ExecStart")],
                cwd=unit.one("Service", "WorkingDirectory", "/"),
                env=environ,
                stdout=log,
                stderr=log,
                pass_fds=[one.fileno() for one in held],
                start_new_session=True,
            )

    def running(self) -> dict[str, bool]:
        """Whether each unit that was started still runs."""
        return {name: process.poll() is None for name, process in self._running.items()}

    def last_words(self, length: int = 2_000) -> str:
        """The end of each unit's log."""
        return "\n".join(f"{log.name}:\n{log.read_text('utf-8', 'replace')[-length:]}" for log in LOGS.iterdir())


def until(what: str, holds: Callable[[], bool], *, seconds: float = 90.0) -> float:
    """Wait until something holds; returns the seconds it took.

    Raises:
        TimeoutError: it did not, in time.
    """
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - began
