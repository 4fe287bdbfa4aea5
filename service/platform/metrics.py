"""Metrics for Prometheus, over all processes where PROMETHEUS_MULTIPROC_DIR is set."""

import os
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector
from sqlalchemy import text
from sqlalchemy.orm import Session

REQUESTS = Counter("http_requests_total", "Requests answered", ("method", "route", "status"))
SECONDS = Histogram(
    "http_request_seconds",
    "Time to answer",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
ALARMS = Counter("alarms_total", "Alarms raised", ("kind", "stage"))
DELIVERIES = Counter("webhook_attempts_total", "Attempts to deliver webhooks", ("outcome",))
JOBS = Counter("jobs_total", "Jobs ended", ("work", "outcome"))

_HEALTH = text("""
SELECT (SELECT count(*) FROM rerate_mark) AS marks,
       (SELECT count(*) FROM audit_unsealed) AS unsealed
""")


class Figure(NamedTuple):
    """A gauge read at the moment of asking: its name, what it says, its value."""

    name: str
    says: str
    value: float


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Stored(Collector):
    """Figures read from the database at the moment of asking, the same from every process."""

    def __init__(self, session: Session, more: Iterable[Figure]) -> None:
        self._session = session
        self._more = more

    def collect(self) -> Iterable[GaugeMetricFamily]:
        row = self._session.execute(_HEALTH).one()
        yield GaugeMetricFamily("rerate_marks", "Wishes to re-rate that wait", row.marks)
        yield GaugeMetricFamily("audit_unsealed_rows", "Audit rows that wait for the sealer", row.unsealed)
        for name, says, value in self._more:
            yield GaugeMetricFamily(name, says, value)


def method_label(method: str) -> str:
    """The method of a request as a label: a caller who makes up methods must not make up series without end."""
    return method if method in _METHODS else "other"


@lru_cache(4_096)
def series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """The counter and the histogram of requests of a method (as a label), a route and a status."""
    return REQUESTS.labels(method, route, status), SECONDS.labels(method, route)


def exposition(session: Session, more: Iterable[Figure] = ()) -> bytes:
    """All metrics in Prometheus' text format; ``more``: figures of the rooms above, read just now."""
    stored = CollectorRegistry()
    stored.register(_Stored(session, more))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call] # prometheus_client leaves it untyped
    else:
        counted = REGISTRY
    return generate_latest(counted) + generate_latest(stored)
