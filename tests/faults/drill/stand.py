"""What the drill is held on: a whole installation, a gate before its Redis, its clocks, and somebody who is told."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import redis
from sqlalchemy import make_url

from service.platform.embedded import Addresses, EmbeddedStack
from tests.builders.forking import start
from tests.builders.installed import PROGRAMS
from tests.builders.receiving import LOOPBACK
from tests.faults.drill import drawer
from tests.faults.drill.clocks import Clocks
from tests.faults.drill.drawer import Journal
from tests.faults.drill.gate import Gate, gate
from tests.faults.installation import NAMES, Installation, Servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.context import ForkServerProcess

    from tests.faults.callers import Remembered

KEY = bytes(range(32)).hex()
TEND = 0.05  # seconds between two looks at what has ended


DRAWER = f"{drawer.__name__}:main"


class Clocked(Installation):
    """An installation whose processes read the time by the clock of their environment; the one that draws too."""

    def begin(self, name: str) -> ForkServerProcess:
        """Start one of its processes."""
        program = PROGRAMS.get(name, (DRAWER,))
        return start(f"{Clocks.__module__}:run", *program, environ=self.environ, out=self.log_file(name))


class Stand(NamedTuple):
    """An installation, the gate before its Redis, the clocks of its processes, and the notes of whoever draws."""

    installed: Clocked
    gate: Gate
    clocks: Clocks
    journal: Journal

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of an operator's own, each statement of which is a transaction."""
        plain = make_url(self.installed.database_url).set(drivername="postgresql")
        return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True, connect_timeout=5)

    def redis(self) -> redis.Redis:
        """A connection to Redis itself, past the gate."""
        return redis.Redis.from_url(self.installed.redis_url)


class Scene(NamedTuple):
    """A stand under load: what its callers were told, and the token they call with."""

    stand: Stand
    remembered: Remembered
    token: str


@contextmanager
def stand() -> Iterator[Stand]:
    """Everything over an empty database of its own; all is gone afterwards."""
    with scratch() as folder:
        servers = EmbeddedStack()
        try:
            with raised(folder, servers, servers.start(folder / "data")) as found:
                yield found
        finally:
            servers.stop()


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder that the servers' user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="xinjian-drill-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def raised(
    folder: Path, servers: Servers, addresses: Addresses, over: Mapping[str, str] | None = None
) -> Iterator[Stand]:
    """The rest of a stand, over servers that run; ``over``: what its processes find in their environment instead."""
    with ExitStack() as stack:
        there = Path(addresses.redis_url.removeprefix("unix://").partition("?")[0])
        before_redis, clocks = stack.enter_context(gate(folder / "redis.sock", there)), Clocks(folder)
        environ = {
            **clocks.environ,
            "DATABASE_URL": addresses.database_url,
            "REDIS_URL": f"unix://{before_redis.here}?db=0",
            "ENCRYPTION_KEY": KEY,
            "WEBHOOK_NETWORKS": LOOPBACK,
            drawer.FOLDER: str(folder),
            **(over or {}),
        }
        installed = Clocked(folder, servers, addresses, environ, names=(*NAMES, "deliverer", "drawer"))
        stack.callback(installed.stop)
        yield Stand(installed, before_redis, clocks, Journal(folder))


@contextmanager
def tended(installed: Installation) -> Iterator[None]:
    """Within the block what ends is started again, as a service manager does."""
    over = threading.Event()

    def tend() -> None:
        while not over.wait(TEND):
            installed.tend()

    manager = threading.Thread(target=tend, name="manager")
    manager.start()
    try:
        yield
    finally:
        over.set()
        manager.join()
