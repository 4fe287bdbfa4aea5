"""What comes twice, at once and out of order: requests whose answer was lost, and work that is queued again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer

from service.platform import QUEUES
from tests.faults.callers import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.sample.chance import Chance
    from tests.faults.drill.stand import Scene

REPEATED, AT_ONCE = 12, 3
DRAINS, FILES = 20, 3


@contextmanager
def requests_repeated(scene: Scene, chance: Chance) -> Iterator[None]:
    """The last accepted events come again, each from several callers at once, the newest and the oldest mixed.

    Raises:
        AssertionError: one of them was not answered as the first time.
    """
    left = list(scene.remembered.accepted[-REPEATED:])
    mixed = [left.pop(chance.number(0, len(left) - 1)) for _ in range(len(left))]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = [said for said in pool.map(lambda _: list(_again(scene, mixed)), range(AT_ONCE)) if said]
    assert wrong == []
    yield


def _again(scene: Scene, sent: list[tuple[dict[str, Any], int]]) -> Iterator[tuple[str, int, Any]]:
    line = Line(scene.stand.installed.socket, scene.token, scene.remembered)
    for body, number in sent:
        answer = line.ask("POST", "/v1/events", json.dumps(body).encode())
        if (answer.status, answer.body.get("id")) != (200, number):
            yield body["source_ref"], answer.status, answer.body
    line.hang_up()


@contextmanager
def wake_ups_doubled(scene: Scene, _: Chance) -> Iterator[None]:
    """Wake-ups stand on their queue many times, and files that were worked off are queued again."""
    with suppress(RedisError, psycopg.OperationalError), scene.stand.redis() as redis, scene.stand.connect() as asked:
        files = asked.execute("SELECT id FROM bulk_job ORDER BY id DESC LIMIT %s", [FILES]).fetchall()
        for name, arguments in [("drain", ())] * DRAINS + [("bulk", (one[0],)) for one in files for _ in range(2)]:
            work = QUEUES[name]
            Queue(name, connection=redis, serializer=JSONSerializer).enqueue_call(
                work.path, args=arguments, timeout=work.timeout, result_ttl=0, retry=Retry(max=work.retries)
            )
    yield
