"""Afterwards: is everything there that was accepted, once, and does nothing wait any more?"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from bench.load.callers import SOURCE

if TYPE_CHECKING:
    from bench.city import Stored
    from bench.load.tally import Tally

_STORED = "SELECT source_ref, id FROM event WHERE source = %s"
_FILES = "SELECT id, state, stored + held FROM bulk_job WHERE id = ANY (%s)"
_LEFT = """
    SELECT (SELECT count(*) FROM rerate_mark) + (SELECT count(*) FROM audit_unsealed)
         + (SELECT count(*) FROM bulk_job WHERE state IN ('queued', 'running'))
"""
_OLDEST = (
    "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(marked_at)), 0)::float8, count(*) FROM rerate_mark"
)


class Reckoned(NamedTuple):
    """What was accepted, what of it is not there, the seconds until nothing waited any more."""

    accepted: int
    lost: int
    seconds: float


def reckon(city: Stored, tally: Tally, patience: float = 300.0) -> Reckoned:
    """Wait until nothing waits, then hold what is stored against what callers were told.

    Raises:
        AssertionError: work is left lying.
    """
    began = time.monotonic()
    with city.connect() as connection:
        while connection.execute(_LEFT).fetchone()[0]:
            assert time.monotonic() < began + patience, "work is left lying"
            time.sleep(0.2)
        seconds = time.monotonic() - began
        stored = dict(connection.execute(_STORED, [SOURCE]).fetchall())
        files = {row[0]: row[1:] for row in connection.execute(_FILES, [[job for job, _ in tally.files]])}
    lost = sum(stored.get(reference) != number for reference, number in tally.accepted.items())
    lost += sum(rows for job, rows in tally.files if files.get(job) != ("done", rows))
    return Reckoned(len(tally.accepted) + sum(rows for _, rows in tally.files), lost, seconds)


class Freshness(threading.Thread):
    """Looks every half second how long the oldest wish to re-rate has waited, and how many wait."""

    def __init__(self, city: Stored) -> None:
        super().__init__(daemon=True)
        self._city, self._ended = city, threading.Event()
        self.oldest = 0.0
        self.most = 0

    def run(self) -> None:
        """Look until stopped."""
        with self._city.connect() as connection:
            while not self._ended.wait(0.5):
                oldest, count = connection.execute(_OLDEST).fetchone()
                self.oldest, self.most = max(self.oldest, oldest), max(self.most, count)

    def stop(self) -> None:
        """End the looking."""
        self._ended.set()
        self.join()
