"""How fast events come into force by how many worker processes on two hosts, and what each part of it costs."""

from __future__ import annotations

import io
import itertools
import json
import time
from typing import TYPE_CHECKING, NamedTuple

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from bench.hosts.servers import postmaster, processor_seconds
from service.platform import QUEUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.city import Stored
    from bench.hosts.network import Host

_OLD = "SELECT public_key FROM entity WHERE status = 'active' AND body ->> 'established_on' < '2026' ORDER BY id"
_WAITING = "SELECT count(*) FROM rerate_mark"
_NUMBERS = itertools.count(1)


class Drain(NamedTuple):
    """One measurement: worker processes, entities, seconds, processor seconds of workers and server, bytes of log."""

    processes: int
    entities: int
    seconds: float
    of_workers: float
    of_database: float
    log: int

    def row(self) -> str:
        """A row of the table."""
        rate, each = self.entities / self.seconds, 1_000 / self.entities
        cores = (self.of_workers + self.of_database) / self.seconds
        log = self.log / self.entities / 1024
        costs = f"{self.of_workers * each:.2f} | {self.of_database * each:.2f} | {log:.1f}"
        return f"| {self.processes} | {rate:,.0f} | {costs} | {cores:.2f} |"


def wanting(queue: str, count: int) -> Sequence[str]:
    """The arguments by which a host works on one queue alone."""
    others = [f"{name}={count if name == queue else 0}" for name in QUEUES]
    return ("-m", "workers.main", "--processes", *others)


def an_event_each(city: Stored) -> int:
    """Record one more event of every entity that takes one, by a file; returns how many wait to be rated."""
    source = f"hosts-{next(_NUMBERS)}"
    with city.connect() as connection:
        keys = [row[0] for row in connection.execute(_OLD)]
        body = {"source": source, "code": "problem_found", "severity": "minor", "decided_on": "2026-06-01"}
        rows = (json.dumps({**body, "source_ref": key, "entity": key}).encode() + b"\n" for key in keys)
        job = city.load(io.BytesIO(b"".join(rows)))
        assert job.state == "done", job
        connection.execute("VACUUM ANALYZE rerate_mark")
        return waiting(city)


def waiting(city: Stored) -> int:
    """How many wishes to re-rate wait."""
    with city.connect() as connection:
        return int(connection.execute(_WAITING).fetchone()[0])


def wake(city: Stored, times: int) -> None:
    """Queue so many drains, one for each worker process."""
    with Redis.from_url(city.environ["REDIS_URL"]) as redis:
        for _ in range(times):
            queue = Queue("drain", connection=redis, serializer=JSONSerializer)
            queue.enqueue_call(QUEUES["drain"].path, timeout=QUEUES["drain"].timeout, result_ttl=0)


def await_workers(city: Stored, count: int) -> None:
    """Wait until so many worker processes have said that they are there."""
    with Redis.from_url(city.environ["REDIS_URL"]) as redis:
        until = time.monotonic() + 120
        while Worker.count(connection=redis) != count:
            assert time.monotonic() < until, "the workers do not come"
            time.sleep(0.05)


def drains(city: Stored, environ: Mapping[str, str], hosts: Sequence[Host], counts: Sequence[int]) -> Iterator[Drain]:
    """A measurement for each number of processes, spread over the hosts; each process has rated before."""
    for count in counts:
        shares = [count // len(hosts) + (place < count % len(hosts)) for place in range(len(hosts))]
        pools = [
            host.start(*wanting("drain", share), environ=environ)
            for host, share in zip(hosts, shares, strict=True)
            if share
        ]
        await_workers(city, count)
        _drained(city, [pool.pid for pool in pools], count)
        yield _drained(city, [pool.pid for pool in pools], count)
        for host in hosts:
            assert set(host.stop()) <= {0}, "a pool did not end well"
        await_workers(city, 0)


def _drained(city: Stored, pools: Sequence[int], count: int) -> Drain:
    entities, database = an_event_each(city), postmaster(city)
    log = _logged(city)
    before, began = (processor_seconds(*pools), processor_seconds(database)), time.monotonic()
    wake(city, count)
    with city.connect() as connection:
        while connection.execute(f"SELECT EXISTS ({_WAITING.replace('count(*)', '')})").fetchone()[0]:
            time.sleep(0.05)
    seconds = time.monotonic() - began
    after = processor_seconds(*pools), processor_seconds(database)
    return Drain(count, entities, seconds, after[0] - before[0], after[1] - before[1], _logged(city) - log)


def _logged(city: Stored) -> int:
    """How many bytes the write-ahead log has had."""
    with city.connect() as connection:
        return int(connection.execute("SELECT pg_current_wal_lsn() - '0/0'").fetchone()[0])


def table(found: Sequence[Drain], cores: int) -> str:
    """The measurements, and what they say of a database of more cores."""
    last = found[0]
    of_database, of_worker = last.of_database / last.entities, last.of_workers / last.entities
    limit = 32 / of_database
    lines = [
        "| worker processes | entities/s | ms of workers, each entity | of PostgreSQL | KiB of its log | cores used |",
        "|---:|---:|---:|---:|---:|---:|",
        *(each.row() for each in found),
    ]
    said = (
        f"All of it shares {cores} cores with whatever else runs: once they are used, more processes add nothing. An "
        f"entity costs PostgreSQL {of_database * 1000:.2f} ms and a worker {of_worker * 1000:.2f} ms (one process). By "
        f"its processors a database of 32 cores is full at 32 / {of_database * 1000:.2f} ms = {limit:,.0f} entities/s, "
        f"which take {limit:,.0f} × {of_worker * 1000:.2f} ms = {limit * of_worker:.0f} cores of worker hosts; before "
        f"that more workers are faster. By its log, {last.log / last.entities / 1024:.1f} KiB an entity, a disk that "
        f"takes 1 GB a second is full at {1e9 * last.entities / last.log:,.0f} entities/s."
    )
    return "\n".join([*lines, "", said])
