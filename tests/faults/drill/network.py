"""Two hosts on one machine, and a switch between them that can be pulled: namespaces, a bridge and a pair of cables."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE, THERE = "10.77.0.1", "10.77.0.2"
BRIDGE, NEAR_END, FAR_END = "drillbr", "drillnear", "drillfar"


def _do(*command: str) -> None:
    subprocess.run(command, check=True)


class Network:
    """This namespace, with the address ``HERE``, and another one, with ``THERE``, which a process holds open."""

    def __init__(self, holder: int) -> None:
        self._holder = holder
        _do("ip", "link", "set", "lo", "up")
        _do("ip", "link", "add", BRIDGE, "type", "bridge")
        _do("ip", "addr", "add", f"{HERE}/24", "dev", BRIDGE)
        _do("ip", "link", "set", BRIDGE, "up")
        _do("ip", "link", "add", NEAR_END, "type", "veth", "peer", "name", FAR_END)
        _do("ip", "link", "set", FAR_END, "netns", str(holder))
        _do("ip", "link", "set", NEAR_END, "up")
        self.mend()
        _do(*self.beyond(), "ip", "addr", "add", f"{THERE}/24", "dev", FAR_END)
        _do(*self.beyond(), "ip", "link", "set", FAR_END, "up")
        _do(*self.beyond(), "ip", "link", "set", "lo", "up")

    @classmethod
    @contextmanager
    def made(cls) -> Iterator[Network]:
        """A network as long as the block; the caller's own namespace must be empty."""
        with subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdin is not None
            assert holder.stdout is not None
            holder.stdin.write(b"\n")
            holder.stdin.flush()
            holder.stdout.read(1)  # it is in its namespace
            try:
                yield cls(holder.pid)
            finally:
                holder.kill()

    def beyond(self) -> Sequence[str]:
        """What stands before a command so that it runs on the other host."""
        return ("nsenter", f"--net=/proc/{self._holder}/ns/net")

    def cut(self) -> None:
        """Pull the cable out of the switch: nothing comes through, and nobody is told."""
        _do("ip", "link", "set", NEAR_END, "nomaster")

    def mend(self) -> None:
        """Plug it in."""
        _do("ip", "link", "set", NEAR_END, "master", BRIDGE)
