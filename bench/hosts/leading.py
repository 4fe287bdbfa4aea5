"""Who leads, who acts, seen from the database: which session of which host asked for something, and when."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.city import Stored
    from bench.hosts.network import Host

_SESSIONS = """
    SELECT host(client_addr), application_name, extract(epoch FROM query_start)::float8, query
      FROM pg_stat_activity WHERE datname = current_database() AND client_addr IS NOT NULL
"""
_WORK = re.compile(r"\b(FROM|INTO|UPDATE|LOCK|COMMIT|DEALLOCATE)\b", re.IGNORECASE)
"""What whoever merely waits for the lead never says."""
_LOOK = 0.02
LIMIT = 15.0
"""Seconds in which another must lead."""


class Turn(NamedTuple):
    """One change of leaders: how; seconds until another led and acted, and without any; what the first did since."""

    how: str
    led: float
    acted: float
    apart: float
    afterwards: int

    def row(self) -> str:
        """A row of the table."""
        return f"| {self.how} | {self.led:.1f} | {self.acted:.1f} | {self.apart:.1f} | {self.afterwards} |"


class Watch(threading.Thread):
    """Looks again and again; keeps by address when a session there began a statement on a table, and who led when."""

    def __init__(self, city: Stored) -> None:
        super().__init__(daemon=True)
        self._city, self._stop_it = city, threading.Event()
        self.acts: dict[str, set[float]] = {}
        self.led: list[tuple[float, frozenset[str]]] = []

    def run(self) -> None:
        """Look until stopped."""
        with self._city.connect() as connection:
            while not self._stop_it.wait(_LOOK):
                now, leaders = time.time(), set()
                for address, name, began, query in connection.execute(_SESSIONS):
                    if name.startswith("xinjian scheduler "):
                        leaders.add(address)
                    elif _WORK.search(query):
                        self.acts.setdefault(address, set()).add(began)
                self.led.append((now, frozenset(leaders)))

    def stop(self) -> None:
        """End the looking."""
        self._stop_it.set()
        self.join()

    def await_leader(self, address: str, seconds: float = 60.0) -> float:
        """Wait until this address alone leads; returns when that was seen first."""
        begin, until = len(self.led), time.monotonic() + seconds
        while time.monotonic() < until:
            for now, leaders in self.led[begin:]:
                if leaders == {address}:
                    return now
            time.sleep(_LOOK)
        raise AssertionError(f"{address} does not lead after {seconds} s: {self.led[-1:]}")

    def await_act(self, address: str, since: float) -> float:
        """Wait until this address acts after an instant; returns when."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            acts = [when for when in list(self.acts.get(address, ())) if when > since]
            if acts:
                return min(acts)
            time.sleep(_LOOK)
        raise AssertionError(f"{address} leads and does nothing")


def turns(city: Stored, environ: Mapping[str, str], hosts: Sequence[Host]) -> list[Turn]:
    """Three leaders are cut off and come back, and one is told to stop; two hosts take turns."""
    watch = Watch(city)
    watch.start()
    try:
        first, second = hosts
        first.start("-m", "workers.schedule", environ=environ)
        watch.await_leader(first.address)
        second.start("-m", "workers.schedule", environ=environ)
        time.sleep(5)
        found = []
        for number in range(3):
            found.append(_cut(watch, first, second, f"its host is cut off, {number + 1}"))
            first, second = second, first
        began = time.time()
        assert set(first.stop()) == {0}
        found.append(_turn(watch, "it is told to stop (SIGTERM)", began, first, second))
        assert max(len(leaders) for _, leaders in watch.led) == 1, "two led at one moment"
        return found
    finally:
        watch.stop()


def _cut(watch: Watch, first: Host, second: Host, how: str) -> Turn:
    cut = first.cut()
    watch.await_leader(second.address)
    time.sleep(3)  # it acts, and the first one is still away
    first.heal()
    time.sleep(10)  # in which the first one finds the database again
    return _turn(watch, how, cut, first, second)


def _turn(watch: Watch, how: str, began: float, first: Host, second: Host) -> Turn:
    led = watch.await_leader(second.address)
    led = min(now for now, leaders in watch.led if now > began and leaders == {second.address})
    acted = watch.await_act(second.address, began)
    of_first = sorted(watch.acts.get(first.address, ()))
    last = max((when for when in of_first if when < acted), default=began)
    return Turn(how, led - began, acted - began, acted - last, sum(when > acted for when in of_first))


def table(found: Sequence[Turn]) -> str:
    """The changes of leaders."""
    return "\n".join(
        [
            "| how the leader ends | another leads, s | it acts, s | neither acted, s | acts of the first one since |",
            "|---|---:|---:|---:|---:|",
            *(turn.row() for turn in found),
        ]
    )
