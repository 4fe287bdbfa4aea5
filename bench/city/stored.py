"""A sample city, loaded through the doors that a user takes, on servers of its own that write durably."""

from __future__ import annotations

import io
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url

from service import evidence, ratings, register, sample
from service.cli.prepare import prepare
from service.cli.runtime import OPERATOR, Runtime
from service.platform import Database, migrate
from service.platform.embedded import EmbeddedStack
from workers.process import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

UNTIL = date(2026, 6, 30)
PIECE = 1 << 20


@dataclass(frozen=True)
class Stored:
    """An open city: its database, the environment of its processes, its number of entities, its two files."""

    database: Database
    environ: dict[str, str]
    size: int
    events: bytes

    def connect(self) -> psycopg.Connection[Any]:
        """A driver connection on which every statement is a transaction."""
        return psycopg.connect(plain(self.environ["DATABASE_URL"]), autocommit=True)

    def load(self, stream: IO[bytes]) -> evidence.Job:
        """Take a file of events as the bulk route does, and work it off."""
        with self.database.unit_of_work(OPERATOR) as uow:
            pieces = iter(lambda: stream.read(PIECE), b"")
            received = evidence.submit_bulk(uow=uow, pieces=pieces, submission=evidence.Submission("ndjson", "all"))
        return evidence.work_off(database=self.database, job_id=received.job_id)


def plain(url: str) -> str:
    """The driver's address of a database."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def stored_city(size: int, *, events: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[Stored]:
    """A rated city of so many entities; without ``events``, its entities only, and of none the law alone.

    ``settings``: what its processes are told besides.
    """
    with tempfile.TemporaryDirectory(prefix="xinjian-bench-") as folder, EmbeddedStack(Path(folder)) as addresses:
        environ = {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url, **(settings or {})}
        migrate(addresses.database_url)
        database = Database(addresses.database_url)
        prepare(Runtime(database, environ))
        if size == 0:
            yield Stored(database, environ, 0, b"")
            database.close()
            return
        who, what = io.BytesIO(), io.BytesIO()
        sample.write(sample.City(seed="bench", size=size, until=UNTIL), who, what)
        who.seek(0)
        report = register.import_entities(
            database.unit_of_work, actor=OPERATOR, stream=who, file_format="ndjson", on_progress=lambda _: None
        )
        assert report.state == "stored", report.document()
        city = Stored(database, environ, size, what.getvalue())
        if events:
            job = city.load(io.BytesIO(city.events))
            assert job.state == "done", job
        with two_drains(city) as rate:
            rate()
        with city.connect() as connection:
            connection.execute("VACUUM ANALYZE")
        try:
            yield city
        finally:
            database.close()


@contextmanager
def two_drains(city: Stored) -> Iterator[Callable[[], None]]:
    """A function that rates whatever is marked, in two processes that stay warm as the workers' do."""
    context = multiprocessing.get_context("fork")
    address = (city.environ["DATABASE_URL"],)
    with ProcessPoolExecutor(2, context, initializer=_open, initargs=address) as pool, city.connect() as connection:

        def rate() -> None:
            quarantined = sum(pool.map(_drain, range(2)))
            assert quarantined == 0
            assert connection.execute("SELECT count(*) FROM rerate_mark").fetchone() == (0,), "marks are left"

        yield rate


class _Process:
    database: Database | None = None


def _open(url: str) -> None:
    collect_seldom()
    _Process.database = Database(url)


def _drain(_place: int) -> int:
    assert _Process.database is not None
    return ratings.drain(database=_Process.database).quarantined
