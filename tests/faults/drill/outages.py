"""The long outages, each once, with servers of its own: a full disk, a lost primary, a cut network.

Mounts and networks are made in namespaces of their own, which are gone with the process that is begun there.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from service.platform.embedded import EmbeddedStack
from tests.faults.drill.network import Network
from tests.faults.drill.servers import OwnServers, Standby
from tests.faults.drill.short import Fault
from tests.faults.drill.stand import Stand, raised, scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from service.sample.chance import Chance
    from tests.faults.drill.stand import Scene

DISK = "1500m"


class Outage(NamedTuple):
    """Where it is held, what happens there, and in which namespaces."""

    stand: Callable[[], AbstractContextManager[tuple[Stand, Fault]]]
    namespaces: tuple[str, ...] = ()


@contextmanager
def full_disk(lasts: tuple[int, int] = (200, 200)) -> Iterator[tuple[Stand, Fault]]:
    """PostgreSQL and Redis have a small disk of their own, and something else fills it up."""
    with scratch() as folder, ExitStack() as stack:
        disk = folder / "data"
        disk.mkdir(mode=0o755)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", str(disk)], check=True)
        stack.callback(subprocess.run, ["umount", "-l", str(disk)], check=True)
        servers = EmbeddedStack()
        stack.callback(servers.stop)

        @contextmanager
        def filled(_scene: Scene, _chance: Chance) -> Iterator[None]:
            ballast = disk / "ballast"
            try:
                _fill(ballast)
                yield
            finally:
                ballast.unlink(missing_ok=True)

        with raised(folder, servers, servers.start(disk)) as found:
            yield found, Fault("the disk of PostgreSQL and Redis full", filled, lasts)


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))


@contextmanager
def lost_primary(lasts: tuple[int, int] = (20, 20)) -> Iterator[tuple[Stand, Fault]]:
    """PostgreSQL has a synchronous standby; the primary dies for good, and the standby takes its place."""
    with scratch() as folder, ExitStack() as stack:
        first = EmbeddedStack()
        stack.callback(first.stop)
        addresses = first.start(folder / "data")
        standby = stack.enter_context(Standby.of(first, addresses, folder))

        @contextmanager
        def failed_over(_scene: Scene, _chance: Chance) -> Iterator[None]:
            standby.lose_primary()
            yield
            standby.promote()

        with raised(folder, standby, standby.addresses) as found:
            yield found, Fault("PostgreSQL failed over to its standby", failed_over, lasts)


@contextmanager
def cut_network(lasts: tuple[int, int] = (400, 400)) -> Iterator[tuple[Stand, Fault]]:
    """The servers are on another host, and the network between the hosts lets nothing through for a while."""
    with scratch() as folder, ExitStack() as stack:
        network = stack.enter_context(Network.made())
        servers = stack.enter_context(OwnServers.beyond(network, folder))

        @contextmanager
        def cut(_scene: Scene, _chance: Chance) -> Iterator[None]:
            network.cut()
            try:
                yield
            finally:
                network.mend()

        over = {"DATABASE_URL": servers.far.database_url, "REDIS_URL": servers.far.redis_url}
        with raised(folder, servers, servers.near, over) as found:
            yield found, Fault("the network between the hosts cut", cut, lasts)


OUTAGES = {
    "full-disk": Outage(full_disk, ("--mount",)),
    "lost-primary": Outage(lost_primary),
    "cut-network": Outage(cut_network, ("--mount", "--net")),
}


def possible() -> bool:
    """Whether this process may make namespaces: on Linux, as root."""
    if os.geteuid() != 0:
        return False
    made = subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True, check=False)
    return made.returncode == 0
