"""The upgrade itself: migrate under load, the release before goes on, then one process after the other is replaced."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from bench.city.stored import plain
from bench.harness.report import ROOT
from bench.upgrade.balancing import SOURCE, Balanced
from bench.upgrade.releases import previous, unpack
from service.cli.processes import SCHEDULER, WORKERS, web_server
from service.platform import migration_head
from service.platform.embedded import EmbeddedStack

if TYPE_CHECKING:
    from collections.abc import Mapping

SPELL = 5.0
"""Seconds of each state between two steps."""
_SEED = Path(__file__).with_name("seeding.py")


class Upgraded(NamedTuple):
    """What came of it: the revisions, requests answered, those that failed, records accepted, those lost, seconds."""

    before: str
    after: str
    answered: int
    failed: list[str]
    accepted: int
    lost: int
    migrating: float
    early: int
    late: int

    def said(self) -> str:
        """In a sentence or two."""
        return (
            f"From revision {self.before} to {self.after}; two web servers, workers and a scheduler replaced in turn "
            f"after a migration of {self.migrating:.1f} s: {self.answered:,} requests answered, **{len(self.failed)} "
            f"failed**, {self.accepted:,} records accepted, **{self.lost} lost**. `/readyz` of the new release before "
            f"the migration: {self.early}; of the release before after it: {self.late}."
        )


class Release:
    """One release's programs over the database, from its own files."""

    def __init__(self, source: Path, environ: Mapping[str, str], logs: Path) -> None:
        self._source, self._logs = source, logs
        self._environ = {**os.environ, **environ, "PYTHONPATH": str(source), "LOG_LEVEL": "WARNING"}

    def run(self, *arguments: str) -> str:
        """Run a program to its end; returns what it said."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=self._environ, cwd=self._source, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a program."""
        with (self._logs / f"{self._source.name}.log").open("ab") as log:
            inside = {**self._environ, **environ}
            return subprocess.Popen([sys.executable, *arguments], env=inside, cwd=self._source, stdout=log, stderr=log)

    def web(self, port: int) -> subprocess.Popen[bytes]:
        """Start a web server; returns once it answers."""
        server = self.start(*web_server(), BIND=f"127.0.0.1:{port}", WEB_PROCESSES="1")
        try:
            _await_answer(server, port)
        except BaseException:
            server.kill()  # nobody else knows of it yet
            server.wait()
            raise
        return server


def _await_answer(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 400
    while readiness(port) == 0:
        assert time.monotonic() < until, "the web server does not answer"
        assert server.poll() is None, "the web server has ended"
        time.sleep(0.1)


def readiness(port: int) -> int:
    """The status of `/readyz`; 0 where nobody answers."""
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


def upgrade(folder: Path, ports: tuple[int, int, int]) -> Upgraded:
    """Upgrade from the release before to this one under load, in an empty folder; the third port is tried apart."""
    (old_files := folder / "previous").mkdir()
    before = unpack(previous(), old_files)
    with ExitStack() as stack:
        addresses = stack.enter_context(EmbeddedStack(folder / "data"))
        environ = {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}
        old, new = Release(old_files, environ, folder), Release(ROOT, environ, folder)
        town = json.loads(old.run(str(_SEED)).splitlines()[-1])
        running: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(_end, running)
        for port in ports[:2]:
            running[f"web {port}"] = old.web(port)
        running |= {"workers": old.start(*WORKERS), "scheduler": old.start(*SCHEDULER)}
        callers = Balanced(ports[:2], town["token"], town["keys"])
        callers.start()
        stack.callback(callers.stop)
        time.sleep(SPELL)
        running["early"] = new.web(ports[2])
        early = readiness(ports[2])
        began = time.monotonic()
        new.run("-m", "service.cli", "migrate")
        migrating = time.monotonic() - began
        time.sleep(SPELL)
        late = readiness(ports[0])
        for port in ports[:2]:
            callers.take_out(port)
            _replace(running, f"web {port}")
            running[f"web {port}"] = new.web(port)
            callers.put_back(port)
        for name, command in (("workers", WORKERS), ("scheduler", SCHEDULER)):
            _replace(running, name)
            running[name] = new.start(*command)
        time.sleep(SPELL)
        callers.stop()
        lost = _lost(addresses.database_url, callers.accepted)
    counted = (callers.asked, callers.failed, len(callers.accepted), lost)
    return Upgraded(before, migration_head(), *counted, migrating, early, late)


def _replace(running: dict[str, subprocess.Popen[bytes]], name: str) -> None:
    running[name].terminate()
    assert running[name].wait(60) == 0, f"{name} did not end well"


def _end(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.wait(60)


def _lost(url: str, accepted: Mapping[str, int]) -> int:
    """How many records are not there, or wait to be heeded for more than a minute."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        stored = dict(connection.execute("SELECT source_ref, id FROM event WHERE source = %s", [SOURCE]).fetchall())
        until = time.monotonic() + 60
        while connection.execute("SELECT count(*) FROM rerate_mark").fetchone() != (0,):
            assert time.monotonic() < until, "what was recorded is not rated"
            time.sleep(0.1)
    return sum(stored.get(reference) != number for reference, number in accepted.items())
