"""Backups that are broken off are never taken for whole ones, and what the server must allow is said."""

from __future__ import annotations

import os
import resource
import signal
import time
from contextlib import closing, contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url

from service.platform.backup import BackupError, BackupKeys, Following, Shelf
from service.platform.backup.server import SLOT
from tests.builders.backed_up import KEY
from tests.builders.forking import ended, start
from tests.builders.owning import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from click.testing import Result

    from service.platform.embedded import Addresses

    Run = Callable[..., Result]


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch, run: Run) -> str:
    assert run
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", owner_of(database_url))
    return owner_of(database_url)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "备份", BackupKeys([KEY]))


@pytest.fixture
def slot(stack: Addresses) -> Iterator[None]:
    yield
    plain = make_url(stack.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
        )


def eventually(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "the awaited state did not come within a minute"
        time.sleep(0.02)


def begun(shelf: Shelf, *words: str) -> ForkServerProcess:
    arguments = ["backup", str(shelf.folder), *words]
    return start("service.cli.commands:main", *arguments, environ=dict(os.environ), out=shelf.folder.with_name("out"))


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("url")
def test_a_killed_backup_is_none_and_the_next_one_clears_it_away(shelf: Shelf, run: Run) -> None:
    process = begun(shelf, "--max-rate", "4000")
    eventually(lambda: list(shelf.folder.glob("*.partial/base.0000")))
    time.sleep(0.2)
    os.kill(process.pid or 0, signal.SIGKILL)
    assert ended(process, 30) == -signal.SIGKILL
    assert shelf.names() == []
    looked = run("verify-backup", shelf.folder)
    assert looked.exit_code == 1
    assert "no whole backup" in looked.output
    with small_disk(1 << 20):
        full = run("backup", shelf.folder)
    assert full.exit_code == 1
    assert "File too large" in full.output
    assert "No half backup is left" in full.output
    assert [one.name for one in shelf.folder.iterdir()] == [".backup.lock"]


@pytest.mark.usefixtures("url")
def test_two_at_once_do_not_disturb_each_other(shelf: Shelf, run: Run) -> None:
    with shelf.alone("backup"):
        told = run("backup", shelf.folder)
    assert told.exit_code == 1
    assert "Another process is backing up" in told.output


@pytest.mark.usefixtures("url", "slot")
def test_the_log_is_followed_until_it_is_stopped(shelf: Shelf, run: Run) -> None:
    process = begun(shelf, "--follow", "--every", "1")
    eventually(lambda: [one for system in shelf.systems() for one in shelf.pieces(system)][2:])
    assert "Another process" in run("backup", shelf.folder, "--wal").output
    process.terminate()
    assert ended(process, 30) == 0
    (system,) = shelf.systems()
    pieces = shelf.pieces(system)
    assert [one.start for one in pieces[1:]] == [one.end for one in pieces[:-1]]
    assert [one.until for one in pieces] == sorted(one.until for one in pieces)


@pytest.mark.usefixtures("slot")
def test_what_the_disk_does_not_take_stays_with_the_server(url: str, shelf: Shelf) -> None:
    with closing(Following(url, shelf)) as following, small_disk(10), pytest.raises(BackupError, match="stays in the"):
        following.catch_up()
    assert shelf.pieces(shelf.systems()[0]) == []
    with closing(Following(url, shelf)) as following:
        until = following.catch_up()
    pieces = shelf.pieces(shelf.systems()[0])
    assert pieces[-1].until == until
    assert sum(len(shelf.log(one)) for one in pieces) == pieces[-1].end - pieces[0].start


@pytest.mark.usefixtures("slot")
def test_a_log_that_the_server_keeps_no_more_is_told_and_begun_anew(url: str, shelf: Shelf, run: Run) -> None:
    assert run("backup", shelf.folder, "--wal").exit_code == 0
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        for _ in range(2):
            connection.execute("SELECT pg_logical_emit_message(true, 'tests', 'x')")
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
    told = run("backup", shelf.folder, "--wal")
    assert told.exit_code == 0, told.output
    assert "Take a whole backup now" in told.output
    pieces = shelf.pieces(shelf.systems()[0])
    assert [one for one in pairwise(pieces) if one[0].end < one[1].start]
    assert "Take a whole backup" not in run("backup", shelf.folder, "--wal").output


def test_a_role_that_may_not_replicate_is_told_what_it_needs(
    url: str, shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch, stack: Addresses
) -> None:
    plain = make_url(stack.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE ROLE looks_on LOGIN")
        try:
            other = make_url(url).set(username="looks_on").render_as_string(hide_password=False)
            monkeypatch.setenv("DATABASE_URL", other)
            monkeypatch.delenv("DATABASE_OWNER_URL")
            told = run("backup", shelf.folder)
        finally:
            connection.execute("DROP ROLE looks_on")
    assert told.exit_code == 1
    assert "ALTER ROLE … REPLICATION" in told.output
