"""The queue catalogue and the wake-up. RQ carries wake-ups and ids, never truth: losing one only delays."""

import atexit
import os
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from service.platform.request_id import current_request_id
from service.platform.tracing import trace_carrier

log = structlog.get_logger(__name__)

FAILURE_TTL = 60  # seconds that a failed job is kept for a look
PATIENCE = 0.5  # seconds to wait for Redis before going on without the wake-up
SPACING = 0.005  # seconds between two rounds of wake-ups: what comes in between leaves together
MOST_TRACES = 64  # requests that a job is linked to; more would say nothing new
TRACES_SECONDS = 60  # after which nobody will come for them
WAITING_MS = 2_000  # after which a waiting wake-up counts as lost and another may be queued
MOST_WAITING = 8  # wake-ups on one queue; more would say nothing new


@dataclass(frozen=True, slots=True)
class QueuedWork:
    """One kind of queued work and the queue of its own; `timeout` in seconds."""

    name: str
    path: str
    timeout: int
    retries: int
    processes: int
    wake: bool
    fork: bool


def _load() -> Mapping[str, QueuedWork]:
    source = files("service.platform").joinpath("queues.toml").read_text(encoding="utf-8")
    return {name: QueuedWork(name, **entry) for name, entry in tomllib.loads(source).items()}


QUEUES: Mapping[str, QueuedWork] = _load()


def waiting_key(name: str) -> str:
    """The Redis key that says that a wake-up waits; the worker deletes it before it starts to look for work."""
    return f"xinjian:waiting:{name}"


def traces_key(name: str) -> str:
    """The Redis key under which the requests that woke a work wait to be linked to by the job that answers them."""
    return f"xinjian:traces:{name}"


def woken_by(redis: Redis, name: str) -> Sequence[str]:
    """Take what leads on to the requests that asked for a work since it was asked last; best effort."""
    try:
        with redis.pipeline() as asked:
            asked.lrange(traces_key(name), 0, -1)
            asked.delete(traces_key(name))
            found: Sequence[bytes] = asked.execute()[0]
    except (RedisError, OSError):
        return ()
    return [one.decode("ascii", "replace") for one in found]


class Waker:
    """Puts work on its queue. A Redis that is down or was wiped costs delay, never an error.

    Wake-ups leave by a thread of their own, so that no request waits for Redis, and many in one moment become one.
    RQ's own `unique` is not used: it refuses a wake-up while the job runs, which then waits for the sweeper.
    """

    def __init__(self, redis_url: str) -> None:
        self.redis: Redis = Redis.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._pending: dict[str, str | None] = {}
        self._traces: dict[str, list[str]] = {}
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()

    def wake(self, name: str, *args: str | int) -> bool:
        """Queue the work `name`; False when Redis is known to have refused it.

        Raises:
            KeyError: the catalogue has no such work.
        """
        work, carried = QUEUES[name], trace_carrier()
        if not work.wake:
            return self._enqueue(work, args, current_request_id())
        with self._changed:
            if self._pid != os.getpid():  # a forked child has no thread yet
                self._thread, self._pid, self._sending = None, os.getpid(), threading.Lock()
            self._pending[name] = current_request_id()
            if carried is not None and len(self._traces.setdefault(name, [])) < MOST_TRACES:
                self._traces[name].append(carried)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                self._thread.start()
                atexit.register(self.flush)
            self._changed.notify()
        return True

    def flush(self) -> None:
        """Send what is pending now; when this returns, what was asked for before is on its queue or lost."""
        with self._sending:
            with self._changed:
                pending, self._pending = self._pending, {}
                traces, self._traces = self._traces, {}
            for name, request_id in pending.items():
                self._wake_once(QUEUES[name], request_id, traces.get(name, ()))

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending)
            self.flush()
            pause.wait(SPACING)

    def _wake_once(self, work: QueuedWork, request_id: str | None, traces: Sequence[str]) -> None:
        try:
            self._leave(work, traces)  # before the flag: whoever takes that finds them
            first = self.redis.set(waiting_key(work.name), 1, nx=True, px=WAITING_MS)
            if not first or self._queue(work).count >= MOST_WAITING:
                return
        except (RedisError, OSError):
            log.warning("wake_up_lost", work=work.name)
            return
        self._enqueue(work, (), request_id)

    def _leave(self, work: QueuedWork, traces: Sequence[str]) -> None:
        if not traces:
            return
        key = traces_key(work.name)
        with self.redis.pipeline() as asked:
            asked.rpush(key, *traces)
            asked.ltrim(key, -MOST_TRACES, -1)
            asked.expire(key, TRACES_SECONDS)
            asked.execute()

    def _enqueue(self, work: QueuedWork, args: tuple[str | int, ...], request_id: str | None) -> bool:
        try:
            self._queue(work).enqueue_call(
                work.path,
                args=args,
                timeout=work.timeout,
                result_ttl=0,
                failure_ttl=FAILURE_TTL,
                retry=Retry(max=work.retries),
                meta={"request_id": request_id, "work": work.name, "trace": None if work.wake else trace_carrier()},
            )
        except (RedisError, OSError):
            log.warning("wake_up_lost", work=work.name)
            return False
        return True

    def _queue(self, work: QueuedWork) -> Queue:
        return Queue(work.name, connection=self.redis, serializer=JSONSerializer)


class QueueLength(NamedTuple):
    """What stands on a queue: jobs that wait, and those that failed and are still kept for a look."""

    waiting: int
    failed: int


class _Process:
    """The waker of this process, set once at assembly."""

    waker: Waker | None = None


def use_redis(redis_url: str | None) -> None:
    """Choose the Redis that `wake` speaks to; None means none: the sweeper finds the work."""
    _Process.waker = Waker(redis_url) if redis_url else None


def redis_answers() -> bool:
    """Whether the Redis of this process answers now."""
    try:
        return _Process.waker is not None and bool(_Process.waker.redis.ping())
    except (RedisError, OSError):
        return False


def queue_lengths() -> Mapping[str, QueueLength] | None:
    """What stands on each queue, by name; empty while Redis is away, None where this process was given none."""
    if _Process.waker is None:
        return None
    try:
        with _Process.waker.redis.pipeline(transaction=False) as asked:
            for name in QUEUES:
                asked.llen(f"{Queue.redis_queue_namespace_prefix}{name}")
                asked.zcard(FailedJobRegistry.key_template.format(name))
            found = asked.execute()
    except (RedisError, OSError):
        return {}
    return {name: QueueLength(*found[2 * at : 2 * at + 2]) for at, name in enumerate(QUEUES)}


def flush_wakes() -> None:
    """Send the wake-ups that still wait for the thread."""
    if _Process.waker is not None:
        _Process.waker.flush()


def wake(name: str, *args: str | int) -> bool:
    """Queue the work `name` through this process's Redis, best effort.

    Raises:
        KeyError: the catalogue has no such work.
    """
    if name not in QUEUES:
        raise KeyError(name)
    return _Process.waker is not None and _Process.waker.wake(name, *args)
