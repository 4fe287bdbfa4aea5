"""A real standalone Spark on the loopback: a master and two workers, each with a session of processes of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import pyspark

WORKERS: Final = 2
SPARK_CLASS: Final = Path(pyspark.__file__).parent / "bin" / "spark-class"
DEPLOY: Final = "org.apache.spark.deploy"
SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.executor.memory": "800m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
}
"""What a session on the cluster is to be told."""


class Cluster:
    """Started whole; a worker that was killed is replaced by `mend`. ``java``: options of the daemons."""

    def __init__(self, folder: Path, java: str = "") -> None:
        self._folder, self._logs, self._number = folder, [], 0
        self._daemons = {"SPARK_DAEMON_JAVA_OPTS": java, "SPARK_DAEMON_MEMORY": "256m"}
        self.port = _free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self._leader = self._start("master", "master.Master", "-p", str(self.port), "--webui-port", "0")
        _await_port(self.port, self._leader)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.mend()

    def mend(self) -> None:
        """As many workers as there should be, each with one core."""
        self.workers = [each for each in self.workers if each.poll() is None]
        while len(self.workers) < WORKERS:
            self._number += 1
            work = self._folder / f"work-{self._number}"
            how = ("-c", "1", "-m", "1g", "--webui-port", "0", "-d", str(work), self.master)
            self.workers.append(self._start(f"worker-{self._number}", "worker.Worker", *how))

    def kill_a_worker(self) -> None:
        """As a machine dies: the worker, its executor and the executor's Python at once."""
        worker = self.workers[0]
        _kill({worker.pid})
        worker.wait()

    def peaks(self) -> dict[str, int]:
        """By name, the most MiB that one process of the workers has held: ``java``, ``python…``."""
        found: dict[str, int] = {}
        for each in _processes({each.pid for each in self.workers}):
            with suppress(OSError, KeyError):
                status = Path(f"/proc/{each}/status").read_text("utf-8")
                said = dict(line.split(":", 1) for line in status.splitlines())
                name, held = said["Name"].strip(), int(said["VmHWM"].split()[0]) // 1024
                found[name] = max(found.get(name, 0), held)
        return found

    def stop(self) -> None:
        """End all processes."""
        ours = [each for each in (*self.workers, self._leader) if each.poll() is None]
        _kill({each.pid for each in ours})
        for each in ours:
            each.wait()
        for log in self._logs:
            log.close()

    def _start(self, name: str, daemon: str, *arguments: str) -> subprocess.Popen[bytes]:
        log: IO[bytes] = (self._folder / f"{name}.log").open("wb")
        self._logs.append(log)
        return subprocess.Popen(
            [str(SPARK_CLASS), f"{DEPLOY}.{daemon}", "-h", "127.0.0.1", *arguments],
            stdout=log,
            stderr=log,
            env={**os.environ, **environment(), **self._daemons},
            cwd=self._folder,
            start_new_session=True,
        )


def environment() -> dict[str, str]:
    """What driver, workers and their Python find. Of ours nothing is on their path but what the driver ships."""
    return {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}


def _kill(leaders: set[int]) -> None:
    for each in _processes(leaders):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _processes(leaders: set[int]) -> list[int]:
    """All processes of some sessions: Spark gives its Python a process group of its own."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            session = int(stat.read_text("utf-8").rpartition(")")[2].split()[3])
            if session in leaders:
                found.append(int(stat.parent.name))
    return found


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _await_port(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the master ended"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"no master on port {port} after {seconds} s")
