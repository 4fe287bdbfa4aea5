"""The worker pool: `python -m workers.main [--processes NAME=COUNT …]`. One queue per process, restarted when dead."""

import argparse
import multiprocessing
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from service import register
from service.bootstrap import process_settings
from service.platform import (
    QUEUES,
    QueuedWork,
    Settings,
    accept_request_id,
    request_scope,
    start_tracing,
    stop_tracing,
    traces,
    waiting_key,
    woken_by,
)
from service.platform.metrics import count_job
from workers.parent import stop_with_parent
from workers.process import collect_seldom
from workers.telling import tell_metrics

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

    from service.platform.open_telemetry import OpenTelemetry

log = structlog.get_logger(__name__)

PATIENCE = 20.0  # seconds that a worker is given to end its job
CONNECTED_WITHIN = 5.0  # seconds in which Redis must take a connection
PAUSE = 1.0  # seconds before a worker that died is started again


def _span(found: "OpenTelemetry", job: Job, queue: Queue) -> AbstractContextManager[None]:
    """The span of a job: of the request that queued it, or linked to those whose wake-ups it answers."""
    return found.job(queue.name, parent=job.meta.get("trace"), woken_by=woken_by(queue.connection, queue.name))


class _Traced:
    """Carries the request id into the job, and lets new wake-ups in before the job looks for work."""

    def perform_job(self, job: Job, queue: Queue) -> bool:
        with request_scope(accept_request_id(job.meta.get("request_id"))):
            queue.connection.delete(waiting_key(queue.name))
            found = traces()
            with nullcontext() if found is None else _span(found, job, queue):
                succeeded: bool = super().perform_job(job, queue)  # type: ignore[misc] # a mix-in over RQ's workers
        return succeeded

    def handle_exception(self, job: Job, *exc_info: Any) -> None:  # noqa: ANN401 - as its base
        """Tell in our words that a job failed; RQ would tell the exception's, and the arguments of the job."""
        log.error("job_failed", work=job.meta.get("work", job.origin), job=job.id, exc_info=exc_info[1])


class WarmWorker(_Traced, SimpleWorker):
    """Runs short jobs in its own process, whose connections and rulebooks stay warm."""

    max_connection_wait_time = 2.0

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Run the job, and count it."""
        began = time.perf_counter()
        succeeded = super().perform_job(job, queue)
        count_job(queue.name, "done" if succeeded else "failed", time.perf_counter() - began)
        return succeeded


class ForkingWorker(_Traced, Worker):
    """Runs each job in a process of its own, watches over it, and lets it end where it can go on later."""

    max_connection_wait_time = 2.0

    def handle_warm_shutdown_request(self) -> None:
        """Pass the wish to stop on to the job that runs."""
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run the job in a process of its own, and count it here: a process that was killed counts nothing.

        A job that went well is gone from Redis; one that failed is kept, or waits to be tried again.
        """
        began = time.perf_counter()
        super().execute_job(job, queue)
        with suppress(RedisError):
            failed = Job.exists(job.id, connection=queue.connection)
            count_job(queue.name, "failed" if failed else "done", time.perf_counter() - began)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the job's process: end with the worker, however that ends."""
        stop_with_parent()
        super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Run the job in its process, which ends without further ado: send its trace before."""
        succeeded = super().perform_job(job, queue)
        if (found := traces()) is not None:
            found.flush()
        return succeeded


def _connection(url: str) -> Redis:
    """A connection to Redis; how long an answer is waited for, RQ says itself. A Unix socket knows no keepalive."""
    distant = {} if url.startswith("unix:") else {"socket_keepalive": True}
    return Redis.from_url(url, socket_connect_timeout=CONNECTED_WITHIN, **distant)


def serve(work: QueuedWork, settings: Settings) -> None:
    """Work on one queue until told to stop."""
    stop_with_parent()
    if not work.fork:
        collect_seldom()
    connection = _connection(str(settings.redis_url))
    kind = ForkingWorker if work.fork else WarmWorker
    worker = kind(
        [Queue(work.name, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=20,
        maintenance_interval=5,
        job_monitoring_interval=1,
        log_job_description=False,
    )
    start_tracing(settings.traces_endpoint, "worker")
    try:
        worker.work(logging_level="WARNING")
    finally:
        stop_tracing()


def wanted(arguments: Sequence[str]) -> Mapping[str, int]:
    """How many processes each queue gets, from `NAME=COUNT` over the catalogue's own numbers.

    Raises:
        ValueError: a name that is no queue, or a count that is no number.
    """
    counts = {name: work.processes for name, work in QUEUES.items()}
    for argument in arguments:
        name, _, count = argument.partition("=")
        if name not in counts or not count.isdecimal():
            raise ValueError(f"{argument!r}: give NAME=COUNT, the names being {', '.join(sorted(counts))}")
        counts[name] = int(count)
    return counts


class Pool:
    """The processes of all queues, kept alive until the pool is told to stop."""

    def __init__(self, counts: Mapping[str, int], settings: Settings) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("fork")
        self._slots = [QUEUES[name] for name, count in counts.items() for _ in range(count)]
        self._running: dict[int, ForkProcess] = {}
        self._stopping = False

    def run(self) -> None:
        """Keep every slot filled until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            for slot in range(len(self._slots)):
                self._fill(slot)
            wait([process.sentinel for process in self._running.values()], timeout=PAUSE)
        self._end()

    def _fill(self, slot: int) -> None:
        process = self._running.get(slot)
        if process is not None and process.is_alive():
            return
        if process is not None:
            log.warning("worker_died", queue=self._slots[slot].name, code=process.exitcode)
            time.sleep(PAUSE)
        if self._stopping:
            return
        process = self._context.Process(target=_child, args=(self._slots[slot], self._settings))
        process.start()
        self._running[slot] = process

    def _stop(self, *_signal: Any) -> None:  # noqa: ANN401 - a signal handler's arguments
        self._stopping = True

    def _end(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()


def _child(work: QueuedWork, settings: Settings) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    try:
        serve(work, settings)
    except Exception:
        log.exception("worker_failed", queue=work.name)
        raise SystemExit(1) from None


def main() -> None:
    """Start the pool of this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", nargs="*", default=[], metavar="NAME=COUNT", help="processes of a queue")
    counts = wanted(parser.parse_args().processes)
    settings = process_settings()
    if settings.redis_url is None:
        raise SystemExit("REDIS_URL is missing: workers take their work from Redis")
    tell_metrics(settings)
    register.load_dictionaries()  # once, for every process that is forked from here
    Pool(counts, settings).run()


if __name__ == "__main__":
    main()
