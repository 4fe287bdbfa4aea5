"""From an accepted event to the new tier in its head, with the service's own web server, workers and scheduler.

An event is fresh once no mark of its entity is left: from then on the stored answer holds it. Until then a query
explains it at once and says that it is pending, so that what is timed is the longer way.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench.city import Call, stored_city, web
from bench.city.callers import answers
from bench.city.servers import SERVICE
from bench.harness import Figures, Row, peak_mebibytes
from service.cli.processes import SCHEDULER, WORKERS, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.city import Stored, Web

ENTITIES, CALLERS = 10_000, 3
LOOK = 0.005

ROW = Row(
    id="freshness",
    what="event accepted → new tier in force: 100 events/s for 60 s, then 300 events/s for 30 s",
    target="p50 ≤ 200 ms, p99 ≤ 1 s; at 300/s the oldest mark stays ≤ 5 s",
)
OLDEST = "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(marked_at)), 0)::float8 FROM rerate_mark"
LEFT = "SELECT n.public_key FROM rerate_mark m JOIN entity n ON n.id = m.subject WHERE n.public_key = ANY(%s)"
OLD = "SELECT public_key FROM entity WHERE status = 'active' AND body ->> 'established_on' < '2026' ORDER BY id"


def measure() -> Figures:
    """The worst of the three figures over what it must reach."""
    with (
        stored_city(ENTITIES, events=False) as city,
        tempfile.TemporaryDirectory(prefix="xinjian-bench-logs-") as logs,
        children({"workers": WORKERS, "scheduler": SCHEDULER}, city.environ, Path(logs)),
        web(city, SERVICE) as service,
    ):
        with city.connect() as connection:
            keys = itertools.cycle([row[0] for row in connection.execute(OLD).fetchall()])
        slow, _ = _spell(city, service, [next(keys) for _ in range(6_000)], 60.0)
        fast, oldest = _spell(city, service, [next(keys) for _ in range(9_000)], 30.0)
    half, most = median(slow), quantiles(slow, n=100)[98]
    ratio = max(half / 0.2, most / 1.0, oldest / 5.0)
    return Figures(
        ours=f"p50 {half * 1000:.0f} ms, p99 {most * 1000:.0f} ms; at 300/s p50 {median(fast) * 1000:.0f} ms, "
        f"oldest mark {oldest:.1f} s",
        peer="none: the times asked for",
        ratio=ratio,
        met=ratio <= 1,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


def _spell(city: Stored, service: Web, keys: list[str], seconds: float) -> tuple[list[float], float]:
    """Send an event about each key, evenly; returns the seconds until each was fresh, and the oldest mark seen."""
    accepted: dict[str, float] = {}
    begin = time.monotonic() + 0.5
    source = f"fresh-{begin:.3f}"

    def paced(own: list[tuple[int, str]]) -> Iterator[Call]:
        for place, key in own:
            time.sleep(max(0.0, begin + place * seconds / len(keys) - time.monotonic()))
            body = {"source": source, "source_ref": f"F{place}", "entity": key, "code": "problem_found"}
            yield Call("POST", "/v1/events", 201, json.dumps(body | {"decided_on": "2026-06-01"}).encode())
            accepted[key] = time.monotonic()

    numbered = list(enumerate(keys))
    callers = [
        threading.Thread(target=lambda own: answers(service, paced(own)), args=(numbered[place::CALLERS],))
        for place in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    taken, oldest = _watch(city, accepted, callers, len(keys))
    for caller in callers:
        caller.join()
    assert len(taken) == len(keys), f"{len(keys) - len(taken)} events are not in force"
    return taken, oldest


def _watch(
    city: Stored, accepted: dict[str, float], callers: list[threading.Thread], wanted: int
) -> tuple[list[float], float]:
    taken: list[float] = []
    waiting: dict[str, float] = {}
    seen, oldest = 0, 0.0
    with city.connect() as connection:
        while len(taken) < wanted and (any(each.is_alive() for each in callers) or len(accepted) == wanted):
            told = list(itertools.islice(accepted.copy().items(), seen, None))
            seen += len(told)
            waiting.update(told)
            left = {row[0] for row in connection.execute(LEFT, [list(waiting)])}
            now = time.monotonic()
            taken.extend(now - waiting.pop(key) for key in waiting.keys() - left)
            row = connection.execute(OLDEST).fetchone()
            oldest = max(oldest, row[0] if row else 0.0)
            time.sleep(LOOK)
    return taken, oldest
