"""A host of workers that is cut off while it rates: its batch is given up by the database, and others rate it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from bench.hosts.drains import an_event_each, await_workers, waiting, wake, wanting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.city import Stored
    from bench.hosts.network import Host


class Lost(NamedTuple):
    """What came of it: events, those that waited at the cut, seconds from the cut until none did, those left."""

    events: int
    at_cut: int
    seconds: float
    left: int


def worker_host(city: Stored, environ: Mapping[str, str], workers: Sequence[Host], scheduler: Host) -> Lost:
    """Cut the first of two hosts of workers off in the midst of a drain; a scheduler on a third sweeps."""
    scheduler.start("-m", "workers.schedule", environ=environ)
    for host in workers:
        host.start(*wanting("drain", 1), environ=environ)
    await_workers(city, len(workers))
    events = an_event_each(city)
    wake(city, len(workers))
    until = time.monotonic() + 120
    while waiting(city) > events * 2 // 3:
        assert time.monotonic() < until, "nothing is rated"
    workers[0].cut()
    cut, at_cut = time.monotonic(), waiting(city)
    while (left := waiting(city)) and time.monotonic() < cut + 60:
        time.sleep(0.05)
    lost = Lost(events, at_cut, time.monotonic() - cut, left)
    workers[0].heal()
    for host in (*workers, scheduler):
        host.stop()
    return lost


def said(lost: Lost) -> str:
    """In a sentence."""
    return (
        f"Of {lost.events:,} events {lost.at_cut:,} waited when the cable was pulled; {lost.seconds:.1f} s later "
        f"{lost.left} did: the database had given up the batch of the lost host, and host B had rated it."
    )
