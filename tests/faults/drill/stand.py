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
from tests.faults.drill.clocks import Clocks
from tests.faults.drill.gate import Gate, gate
from tests.faults.installation import NAMES, Installation, Servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess

    from tests.faults.callers import Remembered

KEY = bytes(range(32)).hex()
TEND = 0.05  # seconds between two looks at what has ended


class Clocked(Installation):
    """An installation whose processes read the time by the clock of their environment."""

    def begin(self, name: str) -> ForkServerProcess:
        return start(f"{Clocks.__module__}:run", *PROGRAMS[name], environ=self.environ, out=self.log_file(name))


class Stand(NamedTuple):
    """An installation, the gate before its Redis, and the clocks of its processes."""

    installed: Clocked
    gate: Gate
    clocks: Clocks

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
def raised(folder: Path, servers: Servers, addresses: Addresses) -> Iterator[Stand]:
    """The rest of a stand, over servers that run."""
    with ExitStack() as stack:
        there = Path(addresses.redis_url.removeprefix("unix://").partition("?")[0])
        before_redis, clocks = stack.enter_context(gate(folder / "redis.sock", there)), Clocks(folder)
        environ = {
            **clocks.environ,
            "DATABASE_URL": addresses.database_url,
            "REDIS_URL": f"unix://{before_redis.here}?db=0",
            "ENCRYPTION_KEY": KEY,
            "WEBHOOK_NETWORKS": LOOPBACK,
        }
        installed = Clocked(folder, servers, addresses, environ, names=(*NAMES, "deliverer"))
        stack.callback(installed.stop)
        yield Stand(installed, before_redis, clocks)


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
