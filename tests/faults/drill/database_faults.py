"""PostgreSQL with no connection left, with a table locked by somebody, and standing still."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg

from tests.faults.installation import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.sample.chance import Chance
    from tests.faults.drill.stand import Scene

    Connection = psycopg.Connection[tuple[object, ...]]

LOCKED = ("event", "rerate_mark", "rating_head", "rating", "audit", "outbox", "api_token", "bulk_job", "ledger_seal")
"""Tables that an operator, a migration or a report might lock, one at a time."""

PATIENCE = 30.0  # seconds for a server to answer that starts after another fault
_EVERYBODY_ELSE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name LIKE 'xinjian%'
"""


def _until_it_answers(act: Callable[[], Connection]) -> Connection:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def connections_taken(scene: Scene, _: Chance) -> Iterator[None]:
    """The service's sessions are ended, and others take every connection that the server allows."""
    with ExitStack() as held:
        first = held.enter_context(_until_it_answers(scene.stand.connect))
        with suppress(psycopg.OperationalError):
            first.execute(_EVERYBODY_ELSE)
            while True:
                held.enter_context(scene.stand.connect())
        yield


@contextmanager
def table_locked(scene: Scene, chance: Chance) -> Iterator[None]:
    """Somebody locks a table against everyone, and lets it be after a while."""
    name = LOCKED[chance.number(0, len(LOCKED) - 1)]

    def lock() -> Connection:
        connection = scene.stand.connect()
        connection.autocommit = False
        connection.execute("SET lock_timeout = '5s'")
        connection.execute(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
        return connection

    connection = _until_it_answers(lock)
    try:
        yield
    finally:
        connection.close()


@contextmanager
def frozen(scene: Scene, _: Chance) -> Iterator[None]:
    """Every process of the server stands still, as on a machine that is moved or swaps."""
    server = scene.stand.installed.pid("postgres")
    stopped = [server, *children(server)]
    _signal(stopped, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(stopped, signal.SIGCONT)


def _signal(processes: list[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)
