"""While the mark of an entity that is set apart waits, neither the drain's job nor the sweeper wakes the drain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from service.platform import Database, FixedClock, flush_wakes, use_redis, waiting_key
from service.ratings import figures, release, retry_set_apart
from tests.integration.ratings import town
from workers import process
from workers.jobs import drain as drain_job
from workers.jobs import sweep as sweep_job

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def woken(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as connection:
        yield connection
    use_redis(None)


@pytest.fixture
def database(
    database_url: str, redis_url: str, woken: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """The database that the jobs of this process open by themselves from the environment, and the test as well."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setattr(process._Process, "database", None)  # noqa: SLF001 - a fresh process, as a worker is
    monkeypatch.setattr(process._Process, "pid", None)  # noqa: SLF001 - likewise
    database = Database(database_url, clock=FixedClock(NOW))
    town.found(database)
    flush_wakes()
    woken.flushdb()
    yield database
    database.close()
    process.database().close()


def wakes(connection: redis.Redis) -> int:
    """How many wake-ups lie on the queue; the next is let in again, as a worker does when it takes one."""
    flush_wakes()
    connection.delete(waiting_key("drain"))
    queue = Queue("drain", connection=connection, serializer=JSONSerializer)
    count = int(queue.count)
    queue.empty()
    return count


def set_apart(database: Database) -> int:
    """An entity that cannot be rated, put in quarantine by the job itself; its mark stays."""
    (shop,) = town.people(database, 1)
    with database.unit_of_work(town.OPERATOR) as uow:
        town.spoil(uow.session, shop)
        uow.audit("test.spoiled", str(shop), {})
    drain_job.run()
    assert town.marks(database) == 1
    return shop


def test_the_job_and_the_sweeper_stay_quiet_while_only_a_quarantined_mark_waits(
    database: Database, woken: redis.Redis
) -> None:
    set_apart(database)
    wakes(woken)
    for _ in range(5):
        drain_job.run()
        assert wakes(woken) == 0
        sweep_job.run(database)
        assert wakes(woken) == 0
    assert town.marks(database) == 1


def test_a_mark_beside_it_wakes_and_is_drained(database: Database, woken: redis.Redis) -> None:
    set_apart(database)
    wakes(woken)
    town.people(database, 1)
    assert wakes(woken) == 1  # by the mark itself
    sweep_job.run(database)
    assert wakes(woken) == 1
    drain_job.run()
    assert (town.marks(database), wakes(woken)) == (1, 0)
    sweep_job.run(database)
    assert wakes(woken) == 0


def test_a_release_wakes_again(database: Database, woken: redis.Redis) -> None:
    shop = set_apart(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        town.mend(uow.session, shop)
        release(uow=uow, entity_ids=[shop], reason="mended")
    wakes(woken)
    sweep_job.run(database)
    assert wakes(woken) == 1
    drain_job.run()
    assert town.marks(database) == 0


def test_a_sweep_without_redis_drains_and_leaves_the_quarantined_alone(database: Database) -> None:
    set_apart(database)
    town.people(database, 2)
    use_redis(None)
    sweep_job.run(database)
    assert town.marks(database) == 1


def figures_of(database: Database) -> dict[str, float]:
    with database.reader() as session:
        return {one.family.name: one.value for one in figures(session, NOW)}


def test_those_set_apart_are_counted_tried_again_and_let_go_once_mended(database: Database) -> None:
    """Their marks do not make the drain look late: it may not take them."""
    shop = set_apart(database)
    assert figures_of(database) == {"oldest_mark_seconds": 0.0, "rating_quarantined": 1, "rerate_left": 0.0}
    assert retry_set_apart(database=database) == 0
    with database.reader() as session:
        row = session.execute(text("SELECT attempts, error FROM rating_quarantine")).one()
    assert (row.attempts, "builtins.KeyError" in row.error) == (2, True)
    with database.unit_of_work(town.OPERATOR) as uow:
        town.mend(uow.session, shop)
        uow.audit("test.mended", str(shop), {})
    assert retry_set_apart(database=database) == 1
    drain_job.run()
    assert (town.marks(database), figures_of(database)["rating_quarantined"]) == (0, 0)
