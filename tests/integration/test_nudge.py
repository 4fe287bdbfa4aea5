"""A wake-up asked for reaches its queue, and many asked for at once are few."""

from __future__ import annotations

import threading

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from service.platform import nudge, use_redis


def _waiting(redis_url: str) -> int:
    with Redis.from_url(redis_url) as connection:
        return Queue("drain", connection=connection, serializer=JSONSerializer).count


def test_nudges_become_one_wake_up_on_the_queue(redis_url: str) -> None:
    use_redis(redis_url)
    try:
        for _ in range(50):
            nudge("drain")
        for _ in range(200):
            if _waiting(redis_url):
                break
            threading.Event().wait(0.05)
        assert _waiting(redis_url) == 1
    finally:
        use_redis(None)
