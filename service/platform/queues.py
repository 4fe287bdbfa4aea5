"""The queue catalogue and the wake-up. RQ carries wake-ups and ids, never truth: losing one only delays."""

import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from service.platform.request_id import current_request_id

log = structlog.get_logger(__name__)

FAILURE_TTL = 60  # seconds; a unique job that failed must not refuse its successor for the default year
PATIENCE = 0.25  # seconds that a request waits for Redis before it goes on without the wake-up


@dataclass(frozen=True, slots=True)
class QueuedWork:
    """One kind of queued work; `timeout` in seconds, `unique` where one waiting wake-up is enough."""

    name: str
    queue: str
    path: str
    timeout: int
    retries: int
    unique: bool


def _load() -> Mapping[str, QueuedWork]:
    source = files("service.platform").joinpath("queues.toml").read_text(encoding="utf-8")
    return {name: QueuedWork(name, **entry) for name, entry in tomllib.loads(source).items()}


QUEUES: Mapping[str, QueuedWork] = _load()


class Waker:
    """Puts wake-ups on their queues; a Redis that is down or was wiped costs delay, never an error."""

    def __init__(self, redis_url: str) -> None:
        self.redis: Redis = Redis.from_url(redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def wake(self, name: str, *args: str | int) -> bool:
        """Enqueue the work `name`; tells whether it is on its queue now (by this call or an earlier one).

        Raises:
            KeyError: the catalogue has no such work.
        """
        work = QUEUES[name]
        queue = Queue(work.queue, connection=self.redis, serializer=JSONSerializer)
        try:
            queue.enqueue_call(
                work.path,
                args=args,
                timeout=work.timeout,
                result_ttl=0,
                failure_ttl=FAILURE_TTL,
                retry=Retry(max=work.retries),
                meta={"request_id": current_request_id()},
                job_id=f"wake-{name}" if work.unique else None,
                unique=work.unique,
            )
        except DuplicateJobError:
            return True
        except (RedisError, OSError):
            log.warning("wake_up_lost", work=name, exc_info=True)
            return False
        return True


class _Process:
    """The waker of this process, set once at assembly."""

    waker: Waker | None = None
    lock = threading.Lock()


def use_redis(redis_url: str | None) -> None:
    """Choose the Redis that `wake` speaks to; None means none: the sweeper finds the work."""
    with _Process.lock:
        _Process.waker = Waker(redis_url) if redis_url else None


def redis_answers() -> bool:
    """Whether the Redis of this process answers now."""
    try:
        return _Process.waker is not None and bool(_Process.waker.redis.ping())
    except (RedisError, OSError):
        return False


def wake(name: str, *args: str | int) -> bool:
    """Wake the work `name` through this process's Redis, best effort.

    Raises:
        KeyError: the catalogue has no such work.
    """
    if name not in QUEUES:
        raise KeyError(name)
    return _Process.waker is not None and _Process.waker.wake(name, *args)
