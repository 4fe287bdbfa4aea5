"""`make hosts`: web, workers and schedulers on several hosts over one database; writes its section of the page."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from bench.harness.reliability import save_section
from bench.hosts import drains, leading, losing
from bench.hosts.network import enter_own_network, hosts
from bench.hosts.servers import addresses, over_tcp

ENTITIES = 4_000
COUNTS = (1, 2, 4)


def main() -> None:
    """Measure, print, write.

    Raises:
        SystemExit: something did not hold.
    """
    enter_own_network()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what runs on the hosts ends with us
    from bench.city import stored_city  # noqa: PLC0415 - it starts nothing before we stand in our own network

    with tempfile.TemporaryDirectory(prefix="xinjian-hosts-") as folder, over_tcp(), stored_city(ENTITIES) as city:
        environ = addresses(city)
        with hosts("abc", Path(folder)) as (a, b, c):
            measured = list(drains.drains(city, environ, (a, b), COUNTS))
            lost = losing.worker_host(city, environ, (a, b), c)
            turns = leading.turns(city, environ, (b, c))
    said = "\n\n".join(
        [
            f"Throughput of the drain on a city of {ENTITIES:,} entities, an event each, processes on hosts A and B:",
            drains.table(measured, os.cpu_count() or 1),
            "Leadership of schedulers on hosts B and C:",
            leading.table(turns),
            "Host A is cut off while it rates:",
            losing.said(lost),
        ]
    )
    print(said)
    save_section("hosts", said)
    late = [turn for turn in turns if turn.acted > leading.LIMIT or turn.afterwards]
    if late or lost.left:
        sys.exit(f"not as it must be: {late} {lost}")


if __name__ == "__main__":
    main()
