"""What processes count themselves: requests, problems, jobs, deliveries, sign-ins, the pool of connections."""

import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine, QueuePool


@cache
def _bounds() -> "Mapping[str, Any]":
    return tomllib.loads((files(__package__) / "buckets.toml").read_text(encoding="utf-8"))


def _histogram(name: str, says: str, *labels: str) -> Histogram:
    return Histogram(name, says, labels, buckets=_bounds()[name]["bounds"])


REQUESTS = Counter("http_requests_total", "Requests answered", ("method", "route", "status"))
SECONDS = _histogram("http_request_seconds", "Time to answer", "method", "route", "status_class")
PROBLEMS = Counter("problems_total", "Problems that requests were answered with", ("code",))
FRESHNESS = _histogram("tier_freshness_seconds", "From an event accepted by itself to its tier in force")
ALARMS = Counter("alarms_total", "Alarms raised", ("kind", "stage"))
DELIVERIES = Counter("webhook_attempts_total", "Attempts to deliver webhooks", ("outcome",))
MESSAGES = Counter("webhook_messages_total", "Messages to partners that ended", ("outcome",))
JOBS = Counter("jobs_total", "Jobs ended", ("work", "outcome"))
JOB_SECONDS = _histogram("job_seconds", "Time that a job took, however it ended", "work")
SIGN_INS = Counter("sign_ins_total", "Tries to sign in", ("face", "outcome"))
IN_USE = Gauge("database_connections_in_use", "Connections of web pools in use", multiprocess_mode="livesum")
LIMIT = Gauge("database_connections_limit", "Connections that web pools may open", multiprocess_mode="livesum")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Series(NamedTuple):
    """The counter and the histogram of requests of one method, route and status."""

    counted: Counter
    timed: Histogram


def method_label(method: str) -> str:
    """The method of a request as a label: a caller who makes up methods must not make up series without end."""
    return method if method in _METHODS else "other"


@lru_cache(4_096)
def series(method: str, route: str, status: int) -> Series:
    """The counter and the histogram of requests of a method (as a label), a route and a status."""
    return Series(REQUESTS.labels(method, route, status), SECONDS.labels(method, route, f"{status // 100}xx"))


def count_job(work: str, outcome: str, seconds: float) -> None:
    """Count a job that ended, `done` or `failed`, with the seconds it took."""
    JOBS.labels(work, outcome).inc()
    JOB_SECONDS.labels(work).observe(seconds)


def watch_pool(engine: "Engine", limit: int) -> None:
    """Tell from now on how many of the `limit` connections of this process's pool are in use."""
    pool: QueuePool = engine.pool  # type: ignore[assignment] # the one kind of pool that we make
    LIMIT.set(limit)
    event.listen(engine, "checkout", lambda *_: IN_USE.set(pool.checkedout()))
    event.listen(engine, "checkin", lambda *_: IN_USE.set(pool.checkedout() - 1))
