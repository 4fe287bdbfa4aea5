"""`python -m bench.upgrade`: the rolling upgrade, said in a sentence."""

import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.harness.reliability import save_section
from bench.upgrade import upgrade


def free_ports() -> tuple[int, int, int]:
    """Three ports on which nobody listens."""
    with ExitStack() as probes:
        found = []
        for _ in range(3):
            probe = probes.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            found.append(int(probe.getsockname()[1]))
    return found[0], found[1], found[2]


def main() -> None:
    """Upgrade, and tell.

    Raises:
        SystemExit: a request failed, or a record is lost.
    """
    with tempfile.TemporaryDirectory(prefix="xinjian-upgrade-") as folder:
        upgraded = upgrade(Path(folder), free_ports())
    print(upgraded.said())
    save_section("upgrade", upgraded.said())
    if upgraded.failed or upgraded.lost:
        sys.exit("\n".join(upgraded.failed[:20]))


if __name__ == "__main__":
    main()
