"""PostgreSQL and Redis of the embedded stack, reachable over TCP by the hosts of one bridge; and what they cost."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bench.hosts.network import SERVERS
from service.platform.embedded import postgres, redis_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.city import Stored

_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def over_tcp() -> Iterator[None]:
    """While inside, embedded servers that are started listen to the bridge besides."""
    quiet, settings, command = redis_server.server_command, postgres.SETTINGS, redis_server.server_command
    postgres.SETTINGS = {**settings, "listen_addresses": SERVERS}
    redis_server.server_command = lambda programs, sockets: [
        *command(programs, sockets),
        *("--bind", SERVERS, "--port", "6379", "--protected-mode", "no"),
    ]
    try:
        yield
    finally:
        postgres.SETTINGS, redis_server.server_command = settings, quiet


def addresses(city: Stored) -> dict[str, str]:
    """The environment of processes on the hosts; from now on they are let in."""
    with city.connect() as connection:
        folder = connection.execute("SHOW data_directory").fetchone()[0]
        with (Path(folder) / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {SERVERS}/24 trust\n")
        connection.execute("SELECT pg_reload_conf()")
    return {
        **{name: value for name, value in city.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}},
        "DATABASE_URL": f"postgresql+psycopg://{postgres.ROLE}@{SERVERS}/{postgres.DATABASE}",
        "REDIS_URL": f"redis://{SERVERS}:6379/0",
        "LOG_LEVEL": "INFO",
    }


def postmaster(city: Stored) -> int:
    """The process number of the server that all sessions belong to."""
    with city.connect() as connection:
        folder = connection.execute("SHOW data_directory").fetchone()[0]
    return int((Path(folder) / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])


def processor_seconds(*roots: int) -> float:
    """What these processes and all below them have used of the processors, those that have ended among them."""
    left, total = list(roots), 0
    while left:
        pid = left.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
            left += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))  # user, system, and the same of children that were waited for
    return total / _TICKS


def redis_socket(city: Stored) -> str:
    """The address of Redis for this process."""
    return unquote(city.environ["REDIS_URL"])
