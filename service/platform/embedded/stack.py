"""The embedded stack: start a PostgreSQL and a Redis over one data folder, and stop them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from . import home, keeper, postgres, redis_server
from .errors import EmbeddedStackError
from .identity import ServerIdentity, server_identity
from .programs import find_programs

_READY_SECONDS = 120.0  # a crash recovery after a heavy load takes its time
_STOP_SECONDS = 45.0
_LARGEST_LOG = 8 * 1024 * 1024
_LOG_TAIL = 2000

ServerName = Literal["postgres", "redis"]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the servers answer, over Unix sockets: SQLAlchemy addresses of both roles, and a redis-py address.

    Attributes:
        database_url: of the role that owns the database, which migrates and backs up.
        application_url: of the role under which the service runs; empty where that is the same.
        redis_url: of Redis.
    """

    database_url: str
    redis_url: str
    application_url: str = ""


class EmbeddedStack:
    """A running PostgreSQL and Redis. ``with EmbeddedStack(folder) as addresses: …`` or ``start`` and ``stop``.

    The servers end with this process, however it ends; one that dies alone is started again on the same address.
    ``durable=False`` is for throw-away data of tests: nothing waits for the disk, a crash of the machine loses it.
    """

    def __init__(self, data_dir: Path | None = None, *, durable: bool = True) -> None:
        self._data_dir = data_dir
        self._durable = durable
        self._keeper: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._sockets: Path | None = None

    def start(self, data_dir: Path) -> Addresses:
        """Start both servers over ``data_dir`` (made if absent) and return once they answer.

        Raises EmbeddedStackError when a program is missing, when another supervisor holds the folder, or when a
        server does not come up.
        """
        if self._keeper is not None:
            raise EmbeddedStackError(
                zh="此内嵌服务已在运行。请先调用 stop()。", en="This embedded stack already runs. Call stop() first."
            )
        identity = server_identity()
        folder = home.settle(data_dir, identity)
        held = home.lock(folder)
        try:
            cluster = self._launch(folder, identity, held)
        finally:
            os.close(held)  # the keeper and the servers hold it from here on
        try:
            sockets = self._sockets_folder()
            self._wait(lambda: postgres.is_ready(cluster), log=folder / "logs" / "postgres.log")
            self._wait(lambda: redis_server.is_ready(sockets), log=folder / "logs" / "redis.log")
            postgres.ensure_database(sockets)
        except BaseException:
            self.stop()
            raise
        return Addresses(
            database_url=postgres.url(sockets),
            application_url=postgres.url(sockets, postgres.APPLICATION),
            redis_url=redis_server.url(sockets),
        )

    def _launch(self, folder: Path, identity: ServerIdentity, held: int) -> Path:
        programs = find_programs(identity=identity, keep_in=folder / "programs")
        cluster = postgres.prepare_cluster(folder, programs, identity, durable=self._durable)
        postgres.drop_stale_pid_file(cluster)
        redis_folder = redis_server.prepare_folder(folder, identity)
        sockets = home.make_socket_folder(folder, identity)
        who = {
            "user": identity.uid if identity.switched else None,
            "group": identity.gid if identity.switched else None,
        }
        instruction = {
            "parent": os.getpid(),
            "sockets": str(sockets),
            "inherited": [held],
            "servers": [
                {
                    "name": "postgres",
                    "command": postgres.server_command(cluster, programs, sockets, durable=self._durable),
                    "folder": str(cluster),
                    "log": str(_log(folder, "postgres")),
                    "stop_signal": signal.SIGINT,  # "fast": clients are sent away, everything is written
                    "orphan_signal": signal.SIGQUIT,  # "immediate": recovery follows at the next start
                    **who,
                },
                {
                    "name": "redis",
                    "command": redis_server.server_command(programs, sockets),
                    "folder": str(redis_folder),
                    "log": str(_log(folder, "redis")),
                    "stop_signal": signal.SIGTERM,
                    "orphan_signal": signal.SIGKILL,
                    **who,
                },
            ],
        }
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__],
            stdin=subprocess.PIPE,
            bufsize=0,
            pass_fds=[held],
            start_new_session=True,  # a Ctrl-C at the terminal is for us: we stop our clients first
        )
        self._owner, self._sockets = os.getpid(), sockets
        self._tell(json.dumps(instruction).encode() + b"\n")
        return cluster

    def stop(self) -> None:
        """Stop both servers cleanly and wait until they are gone; does nothing when none runs or in a forked child."""
        if self._keeper is None or self._owner != os.getpid():
            return
        self._tell(b"stop\n")
        try:
            self._keeper.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        self._keeper = self._sockets = None

    def pid(self, server: ServerName) -> int:
        """The process number of a server now (it changes when the keeper has started it again)."""
        return int((self._sockets_folder() / f"{server}.pid").read_text(encoding="ascii"))

    def _sockets_folder(self) -> Path:
        if self._sockets is None:
            raise EmbeddedStackError(
                zh="内嵌服务没有运行。请先调用 start()。", en="The embedded stack does not run. Call start() first."
            )
        return self._sockets

    def _tell(self, message: bytes) -> None:
        if self._keeper is None or self._keeper.stdin is None:
            return
        try:
            self._keeper.stdin.write(message)  # unbuffered: one short write to a pipe, whole or not at all
        except BrokenPipeError:
            return  # the keeper is gone; the servers went with it

    def _wait(self, ready: Callable[[], bool], *, log: Path) -> None:
        until = time.monotonic() + _READY_SECONDS
        while not ready():
            gone = self._keeper is None or self._keeper.poll() is not None
            if gone or time.monotonic() > until:
                tail = log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:] if log.exists() else ""
                raise EmbeddedStackError(
                    zh=f"内嵌服务没有启动。日志 {log} 的末尾是：\n{tail}",
                    en=f"An embedded server did not come up. Its log {log} ends with:\n{tail}",
                )
            time.sleep(0.01)

    def __enter__(self) -> Addresses:
        if self._data_dir is None:
            raise TypeError("EmbeddedStack needs its data folder to be used in a with statement")
        return self.start(self._data_dir)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def erase(data_dir: Path) -> None:
        """Remove the servers' data of ``data_dir``, wherever it is kept; refuses while they run."""
        home.erase(data_dir)


def _log(folder: Path, server: ServerName) -> Path:
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    log = logs / f"{server}.log"
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".log.old"))
    return log
