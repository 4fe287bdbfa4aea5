"""The demonstration goes on where the wake-up for its file of events was lost: no scheduler runs yet that finds it."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from service import sample
from service.cli import city
from service.cli.inventing import ENTITIES, EVENTS
from service.cli.processes import WORKERS, children
from service.cli.runtime import Runtime
from service.platform import Database, use_redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def running(database_url: str, redis_url: str) -> Iterator[Runtime]:
    database = Database(database_url)
    yield Runtime(database, {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url})
    use_redis(None)
    database.close()


def test_events_are_stored_though_redis_was_away_when_their_file_was_handed_in(
    running: Runtime, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "WOKEN_EVERY", 0.5)
    invented = sample.City(seed="lost", size=5, until=date(2026, 6, 30))
    with (tmp_path / ENTITIES).open("wb") as entities, (tmp_path / EVENTS).open("wb") as events:
        written = sample.write(invented, entities, events, lambda _: None)
    city.load_entities(running, tmp_path, invented.size, {})
    handed_in = city.submit

    def submit_while_away(*said: object) -> object:
        use_redis("unix:///nowhere/redis.sock")
        try:
            return handed_in(*said)  # type: ignore[arg-type]
        finally:
            use_redis(redis_url)

    monkeypatch.setattr(city, "submit", submit_while_away)
    with children(
        {"intake": (*WORKERS, "--processes", "drain=0", "study=0", "rerate=0")}, running.environ, tmp_path
    ) as intake:
        city.load_events(running, tmp_path, intake, {})
    with running.database.reader() as session:
        stored = session.connection().exec_driver_sql("SELECT count(*) FROM event").scalar_one()
    assert stored == written.events > 0
