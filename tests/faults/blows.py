"""The faults: each kills or empties one part of an installation, as a crash, an operator or a full disk would."""

import contextlib
import os
import signal
from collections.abc import Callable, Mapping

import psycopg
import redis
from sqlalchemy import make_url

from service.sample.chance import Chance
from tests.faults.installation import Installation, children

Blow = Callable[[Installation, Chance], None]


def _signal(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(pid, number)


def _kill(name: str, number: signal.Signals = signal.SIGKILL) -> Blow:
    return lambda installed, _: _signal(installed.pid(name), number)


def _kill_child(name: str) -> Blow:
    def blow(installed: Installation, chance: Chance) -> None:
        found = children(installed.pid(name))
        if found:
            _signal(found[chance.number(0, len(found) - 1)])

    return blow


def _kill_job(installed: Installation, chance: Chance) -> None:
    """The process that works a file off, a child of its worker; a worker where none works now."""
    workers = children(installed.pid("workers"))
    jobs = [job for worker in workers for job in children(worker)]
    if jobs or workers:
        _signal((jobs or workers)[chance.number(0, len(jobs or workers) - 1)])


def _kill_session(installed: Installation, chance: Chance) -> None:
    """One server process of PostgreSQL: the others end too, and it recovers by itself."""
    sessions = [pid for pid in children(installed.pid("postgres")) if b"xinjian xinjian" in _title(pid)]
    if sessions:
        _signal(sessions[chance.number(0, len(sessions) - 1)])


def _title(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - a file of the kernel
            return file.read()
    except OSError:
        return b""


def _cut_sessions(installed: Installation, _: Chance) -> None:
    """Every session is sent away, as a failing network or a proxy does."""
    plain = make_url(installed.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def _wipe_redis(installed: Installation, _: Chance) -> None:
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(installed.redis_url) as connection:
        connection.flushall()


BLOWS: Mapping[str, Blow] = {
    "a worker process killed": _kill_child("workers"),
    "the process of a bulk job killed": _kill_job,
    "the worker pool killed": _kill("workers"),
    "the scheduler killed": _kill("scheduler"),
    "a web process killed": _kill_child("web"),
    "the web server killed": _kill("web"),
    "Redis wiped": _wipe_redis,
    "Redis killed": _kill("redis"),
    "PostgreSQL killed": _kill("postgres"),
    "PostgreSQL restarted": _kill("postgres", signal.SIGINT),
    "a PostgreSQL session killed": _kill_session,
    "all PostgreSQL sessions cut": _cut_sessions,
}


def rounds(chance: Chance, count: int) -> list[str]:
    """So many blows in an order by chance; none comes again before all the others have come."""
    drawn: list[str] = []
    while len(drawn) < count:
        left = list(BLOWS)
        while left:
            drawn.append(left.pop(chance.number(0, len(left) - 1)))
    return drawn[:count]
