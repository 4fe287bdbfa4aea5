"""Metrics for Prometheus, over all processes where PROMETHEUS_MULTIPROC_DIR is set."""

import os
from collections.abc import Iterable

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
JOBS = Counter("jobs_total", "Jobs ended", ("work", "outcome"))

_HEALTH = text("""
SELECT coalesce(extract(epoch FROM clock_timestamp()
         - (SELECT marked_at FROM rerate_mark ORDER BY id LIMIT 1)), 0)::float8 AS oldest_mark_seconds,
       (SELECT count(*) FROM rerate_mark) AS marks,
       (SELECT count(*) FROM audit_unsealed) AS unsealed
""")


class _Stored(Collector):
    """Figures read from the database at the moment of asking, the same from every process."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterable[GaugeMetricFamily]:
        row = self._session.execute(_HEALTH).one()
        yield GaugeMetricFamily(
            "oldest_mark_seconds", "Age of the oldest wish to re-rate an entity", max(0.0, row.oldest_mark_seconds)
        )
        yield GaugeMetricFamily("rerate_marks", "Wishes to re-rate that wait", row.marks)
        yield GaugeMetricFamily("audit_unsealed_rows", "Audit rows that wait for the sealer", row.unsealed)


def exposition(session: Session) -> bytes:
    """All metrics in Prometheus' text format."""
    stored = CollectorRegistry()
    stored.register(_Stored(session))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call] # prometheus_client leaves it untyped
    else:
        counted = REGISTRY
    return generate_latest(counted) + generate_latest(stored)
