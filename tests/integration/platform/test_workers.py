"""Workers as processes: woken, killed, deprived of Redis, and still nothing is lost."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from urllib.request import urlopen

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from service.platform import Database, flush_wakes, use_redis, waiting_key, wake
from tests.builders.forking import ended
from tests.builders.installed import begin
from tests.integration.platform.conftest import ACTOR

Start = Callable[..., ForkServerProcess]


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("what was waited for did not happen")


def environment(database_url: str, **more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url, "LOG_LEVEL": "WARNING", **more}


@pytest.fixture
def start(database_url: str, redis_url: str) -> Iterator[Start]:
    with ExitStack() as running:

        def launch(name: str, *, with_redis: bool = True, **more: str) -> ForkServerProcess:
            there = {"REDIS_URL": redis_url} if with_redis else {}
            process = begin(name, environ=environment(database_url, **there, **more))
            running.callback(process.join)
            running.callback(process.kill)
            running.callback(process.terminate)
            return process

        yield launch


@pytest.fixture
def start_whole(database_url: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """From a command line: for what a process does by itself at its start, or while its modules are read."""
    with ExitStack() as running:

        def launch(module: str, **more: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen([sys.executable, "-m", module], env=environment(database_url, **more))
            running.callback(process.wait)
            running.callback(process.kill)
            running.callback(process.terminate)
            return process

        yield launch


@pytest.fixture
def woken(redis_url: str) -> Iterator[redis.Redis]:
    use_redis(redis_url)
    with redis.Redis.from_url(redis_url) as connection:
        yield connection
    use_redis(None)


def marks(database: Database) -> int:
    with database.reader() as session:
        return int(session.execute(text("SELECT count(*) FROM rerate_mark")).scalar_one())


def mark(database: Database, *subjects: int) -> None:
    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.marked", "test", {})
        uow.mark(subjects, "event")


def waiting(connection: redis.Redis) -> int:
    return Queue("drain", connection=connection, serializer=JSONSerializer).count


def test_many_wake_ups_in_one_moment_are_one(woken: redis.Redis) -> None:
    for _ in range(50):
        wake("drain")
    flush_wakes()
    assert waiting(woken) == 1
    woken.delete(waiting_key("drain"))  # as the worker does when it begins: from now on a new one is let in
    wake("drain")
    flush_wakes()
    assert waiting(woken) == 2


def test_a_redis_that_is_away_costs_no_error() -> None:
    use_redis("redis://127.0.0.1:1/0")
    assert wake("drain")
    flush_wakes()
    use_redis(None)
    assert not wake("drain")
    with pytest.raises(KeyError):
        wake("nowhere")


def test_a_mark_wakes_the_drain_after_the_commit(woken: redis.Redis, database: Database) -> None:
    mark(database, 1, 2)
    flush_wakes()
    assert waiting(woken) == 1


def test_workers_drain_what_is_marked_and_come_back_when_killed(
    database: Database, start: Start, woken: redis.Redis
) -> None:
    pool = start("workers")
    start("scheduler")  # its sweeper finds what a wake-up lost on a busy machine leaves lying
    mark(database, 1)
    until(lambda: marks(database) == 0)
    children = f"/proc/{pool.pid}/task/{pool.pid}/children"
    with open(children, encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel
        os.kill(int(file.read().split()[0]), signal.SIGKILL)
    woken.flushdb()
    mark(database, 2)
    until(lambda: marks(database) == 0)
    pool.terminate()
    assert ended(pool, 20) == 0


def test_the_scheduler_seals_and_drains_without_any_redis(database: Database, start: Start) -> None:
    scheduler = start("scheduler", with_redis=False)
    mark(database, 1)

    def settled() -> bool:
        with database.reader() as session:
            unsealed = session.execute(text("SELECT count(*) FROM audit_unsealed")).scalar_one()
        return unsealed == 0 and marks(database) == 0

    until(settled)
    scheduler.terminate()
    assert ended(scheduler, 20) == 0


def test_the_scheduler_outlives_the_thread_that_started_it(
    database: Database, start_whole: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Service managers start processes from threads that end, and shells hand them on."""
    started: list[subprocess.Popen[bytes]] = []
    works = threading.Event()

    def launch() -> None:
        started.append(start_whole("workers.schedule"))
        works.wait()

    starter = threading.Thread(target=launch)
    starter.start()
    mark(database, 1)
    until(lambda: marks(database) == 0)
    works.set()
    starter.join()
    for subject in range(2, 5):  # one that was told to stop would still drain once
        mark(database, subject)
        until(lambda: marks(database) == 0 or started[0].poll() is not None)
        assert started[0].poll() is None


def test_another_scheduler_takes_over_when_the_leader_is_killed(database: Database, start: Start) -> None:
    leader, follower = start("scheduler", with_redis=False), start("scheduler", with_redis=False)
    mark(database, 1)
    until(lambda: marks(database) == 0)
    leader.kill()
    leader.join()
    mark(database, 2)
    until(lambda: marks(database) == 0)
    assert follower.exitcode is None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def told(port: int) -> dict[str, float]:
    """The figures that a process tells at its own address; none while nobody answers there."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return {}
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


@pytest.mark.usefixtures("woken")
def test_workers_tell_what_they_count_at_an_address_of_their_own(
    start_whole: Callable[..., subprocess.Popen[bytes]], database: Database, redis_url: str, tmp_path: Path
) -> None:
    """A job that runs in the worker's process, and one in a process of its own, which counts nothing itself."""
    port = free_port()
    counted = {"METRICS_BIND": f"127.0.0.1:{port}", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    start_whole("workers.main", REDIS_URL=redis_url, **counted)
    mark(database, 1)
    wake("bulk", 7)  # a file that nobody sent: the job fails, each time it is tried
    until(lambda: told(port).get('jobs_total{outcome="done",work="drain"}', 0) >= 1)
    until(lambda: told(port).get('jobs_total{outcome="failed",work="bulk"}', 0) >= 1)
    figures = told(port)
    assert figures['job_seconds_count{work="bulk"}'] == figures['jobs_total{outcome="failed",work="bulk"}']
    assert 'jobs_total{outcome="done",work="bulk"}' not in figures


def test_an_address_that_is_taken_keeps_no_work_from_being_done(start: Start, database: Database) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        start("scheduler", with_redis=False, METRICS_BIND=f"127.0.0.1:{held.getsockname()[1]}")
        mark(database, 1)
        until(lambda: marks(database) == 0)
