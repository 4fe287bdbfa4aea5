"""Killing a process at one point: another session holds what it needs next, and there it is killed.

The processes are children of one that has read the modules of all programs already: none needs seconds to start.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url

from tests.builders.forking import PROCESSES, read_beforehand
from tests.builders.owning import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE = 90.0  # seconds for a process to start and come to its point
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND %s = ANY (pg_blocking_pids(pid))"
STILL_THERE = "SELECT pid FROM pg_stat_activity WHERE pid = ANY (%s)"
PROGRAMS = [
    f"tests.faults.test_commit_points{of}"
    for of in (
        *("", "_of_draws", "_of_dry_runs", "_of_editions", "_of_files", "_of_measures", "_of_notices"),
        *("_of_objections", "_of_proposals", "_of_publications", "_of_repairs", "_of_studies", "_of_visits"),
    )
]

read_beforehand(*PROGRAMS)


def kill_where_it_waits(database_url: str, program: Callable[[], object], *statements: str) -> None:
    """Run a program in a process of its own, and kill it where it waits for what the statements lock.

    The process finds its database in the environment, as every process of ours does, and has no Redis. Returns when
    the database server has noticed, so that nothing of the process works on.
    """
    _strike(database_url, program, statements, kill=True)


def end_where_it_waits(database_url: str, program: Callable[[], object], *statements: str) -> int | None:
    """The same, but tell it to stop there and let it go on to where it can; returns how it ended."""
    return _strike(database_url, program, statements, kill=False)


def _strike(database_url: str, program: Callable[[], object], statements: Sequence[str], *, kill: bool) -> int | None:
    environ = {**os.environ, "DATABASE_URL": database_url, "LOG_LEVEL": "ERROR"}
    environ.pop("REDIS_URL", None)
    plain = make_url(owner_of(database_url)).set(drivername="postgresql").render_as_string(hide_password=False)
    # Who looks stands outside of any transaction: within one, a session sees the same activity again and again.
    with psycopg.connect(plain) as holder, psycopg.connect(plain, autocommit=True) as looking:
        for statement in statements:
            holder.execute(statement)
        process = PROCESSES.Process(target=_run, args=(program, environ))
        process.start()

        def at_the_point() -> list[tuple[int]]:
            assert process.exitcode is None, "the process ended before it came to the point"
            return looking.execute(WAITING, [holder.info.backend_pid]).fetchall()

        try:
            waiting = [row[0] for row in _until(at_the_point)]
            if not kill:
                process.terminate()
                holder.rollback()
                process.join(PATIENCE)
        finally:
            process.kill()
            process.join()
        holder.rollback()
        _until(lambda: not looking.execute(STILL_THERE, [waiting]).fetchall())
        return process.exitcode


def _run(program: Callable[[], object], environ: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    program()


def _until(look: Callable[[], Any]) -> Any:  # noqa: ANN401 - what look found
    until = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < until, "what was waited for did not come"
        time.sleep(0.02)
    return found


def table(name: str, mode: str = "SHARE") -> str:
    """The statement that lets nobody write to a table (or, ACCESS EXCLUSIVE, read it)."""
    return f"LOCK TABLE {name} IN {mode} MODE"
