"""From marks to ratings: nothing is lost, nothing is rated halfway, one bad entity holds up nobody."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib import import_module
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import event, text

from service.platform import Database, FixedClock
from service.ratings import current, drain, drain_batch, history, release, sweep_due, tier_counts
from tests.builders.fillings import filled, shipped
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.fillings import Filling

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    return filled(NOW, town.found) if "database" in request.fixturenames else shipped


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW), pool_size=8)
    yield database
    database.close()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of four, and four of them looked at: a town is then as many batches as a city."""
    draining = import_module("service.ratings.drain")
    monkeypatch.setattr(draining, "BATCH", 4)
    monkeypatch.setattr(draining, "LOOK", 4)


@pytest.fixture
def statements(database: Database) -> list[str]:
    """Every statement of the test, as the driver is given it."""
    told: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    return told


def tier(database: Database, entity_id: int) -> str | None:
    with database.reader() as session:
        found = current(session, town.key_of(database, entity_id), database.clock.now())
    assert found is not None
    return found.tier


def outbox(database: Database, topic: str) -> list[dict[str, object]]:
    with database.reader() as session:
        rows = session.execute(text("SELECT subject, payload FROM outbox WHERE topic = :t ORDER BY id"), {"t": topic})
        return [{"subject": row.subject, **row.payload} for row in rows]


def test_a_marked_entity_gets_a_tier_with_its_whole_explanation(database: Database) -> None:
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    assert drain(database=database) == (1, 0)
    with database.reader() as session:
        found = current(session, town.key_of(database, shop), NOW)
    assert found is not None
    document = json.loads(found.documents[0])
    assert (found.tier, found.pending, found.live) == ("D", False, False)
    assert (document["total"], document["lines"][0]["counted"], document["lines"][0]["clause"]) == (
        "80.00",
        "-20.00",
        "1",
    )
    assert (found.next_change_on, document["next_change_on"]) == (date(2027, 1, 10), "2027-01-10")
    assert found.summary["cinema"]["digest"] == sha256(found.documents[0].encode()).hexdigest()
    assert town.marks(database) == 0


def test_a_hundred_events_of_one_entity_cost_one_rating(database: Database) -> None:
    (shop,) = town.people(database, 1)
    for _ in range(100):
        town.punish(database, shop, case_ref="one case")
    assert drain(database=database).rated == 1
    with database.reader() as session:
        assert len(history(session, shop, kind="cinema")) == 1


def test_an_event_that_comes_while_its_entity_is_being_rated_is_rated_next(database: Database) -> None:
    (shop,) = town.people(database, 1)
    with database.unit_of_work(town.OPERATOR) as late:
        town.fine(late.session, shop, audit_id=late.audit("test.fined", str(shop), {}))
        late.mark([shop], "event")
        late.flush()  # written, not committed: the drain cannot see it
        assert drain(database=database).rated == 1
    assert (town.marks(database), drain(database=database).rated, tier(database, shop)) == (1, 1, "D")


def test_every_change_of_tier_is_told_once_and_no_other(database: Database) -> None:
    (shop,) = town.people(database, 1)
    drain(database=database)
    town.punish(database, shop)
    drain(database=database)
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.mark([shop], "again")
        uow.audit("test.marked", str(shop), {})
    drain(database=database)
    moves = [
        (change["old"] and change["old"]["tier"], change["new"]["tier"]) for change in outbox(database, "tier.changed")
    ]  # type: ignore[index]
    assert moves == [(None, "A"), ("A", "D")]


def test_an_entity_that_cannot_be_rated_is_set_apart_and_the_others_go_on(database: Database) -> None:
    shops = town.people(database, 9)
    with database.unit_of_work(town.OPERATOR) as uow:
        town.spoil(uow.session, shops[4])
        uow.audit("test.spoiled", str(shops[4]), {})
    assert drain(database=database) == (8, 1)
    assert [row["subject"] for row in outbox(database, "alarm.quarantine")] == [str(shops[4])]
    assert drain(database=database) == (0, 0)
    assert town.marks(database) == 1
    with database.unit_of_work(town.OPERATOR) as uow:
        town.mend(uow.session, shops[4])
        assert release(uow=uow, entity_ids=[shops[4]], reason="mended") == 1
    assert drain(database=database) == (1, 0)
    assert tier(database, shops[4]) == "A"


def test_drains_side_by_side_rate_everyone_once(database: Database) -> None:
    shops = town.people(database, 60)
    done: list[int] = []

    def work() -> None:
        while rated := drain_batch(database=database, batch=7).rated:
            done.append(rated)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain(database=database)
    with database.reader() as session:
        assert [len(history(session, shop, kind=None)) for shop in shops] == [1] * 60
        assert tier_counts(session) == {"A": 60}
    assert sum(done) == 60


def test_marks_that_another_drain_takes_after_the_look_leave_nothing_to_do(
    database: Database, database_url: str
) -> None:
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as other:

        def overtake(*given: Any) -> None:  # noqa: ANN401 - what the engine tells its listeners
            if "FOR UPDATE SKIP LOCKED" in given[2]:
                other.execute("DELETE FROM rerate_mark")

        event.listen(database.engine, "after_cursor_execute", overtake)
        assert drain(database=database) == (0, 0)
        other.execute("SELECT FROM rating_head WHERE entity_id = %s FOR UPDATE NOWAIT", [shop])


@pytest.mark.usefixtures("small_batches")
def test_heads_are_opened_once_for_as_many_batches_as_are_looked_at(database: Database, statements: list[str]) -> None:
    shops = town.people(database, 48)
    assert drain(database=database) == (48, 0)
    opened = [one for one in statements if "INSERT INTO rating_head" in one]
    taken = [one for one in statements if "DELETE FROM rerate_mark" in one]
    assert (len(opened), len(taken)) == (4, 12)  # before batches 1, 5 and 9, and where nothing was left
    with database.reader() as session:
        assert [len(history(session, shop, kind=None)) for shop in shops] == [1] * 48


@pytest.mark.usefixtures("small_batches")
def test_a_newcomer_is_rated_soon_however_fast_marks_of_others_come(database: Database) -> None:
    others = town.people(database, 20)
    drain(database=database)
    with_newcomer: list[bool] = []

    def again() -> None:
        with database.unit_of_work(town.OPERATOR) as uow:
            uow.mark(others, "again")
            uow.audit("test.marked", "others", {})

    def more(_connection: object, _cursor: object, statement: str, given: dict[str, list[int]], *_rest: object) -> None:
        if "DELETE FROM rerate_mark" in statement:
            with_newcomer.append(newcomer in given["ids"])
            if len(with_newcomer) < 40:
                again()

    again()
    (newcomer,) = town.people(database, 1)
    event.listen(database.engine, "before_cursor_execute", more)
    drain(database=database)
    assert True in with_newcomer[:12]
    assert len(with_newcomer) >= 40


def test_heads_are_opened_in_one_order_so_that_drains_cannot_wait_in_a_ring(database: Database) -> None:
    shops = town.people(database, 400)
    with database.unit_of_work(town.OPERATOR) as uow:  # the marks lie in another order than the entities
        uow.session.execute(text("DELETE FROM rerate_mark"))
        uow.mark([*shops[200:], *shops[:200]], "again")
        uow.audit("test.marked", "everyone", {})
    other = Thread(target=drain_batch, kwargs={"database": database})
    with database.bookkeeping() as session:
        opened = text("INSERT INTO rating_head (entity_id) VALUES (:id)")
        session.execute(opened, {"id": shops[0]})
        other.start()
        _until_somebody_waits(database)
        session.execute(text("SET LOCAL lock_timeout = '5s'"))
        for shop in shops[1:]:  # the drain waits for the first head: it must hold no later one
            session.execute(opened, {"id": shop})
    other.join()
    drain(database=database)
    with database.reader() as session:
        assert tier_counts(session) == {"A": 400}


def _until_somebody_waits(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")
    for _ in range(1000):
        with database.reader() as session:
            if session.execute(waiting).scalar_one():
                return
        sleep(0.01)
    raise AssertionError("nobody waits")


def test_a_reader_who_comes_before_the_drain_is_answered_from_the_evidence(database: Database) -> None:
    (shop,) = town.people(database, 1)
    drain(database=database)
    town.punish(database, shop)
    with database.reader() as session:
        found = current(session, town.key_of(database, shop), NOW)
    assert found is not None
    assert (found.tier, found.pending, found.live) == ("D", True, True)


def test_time_moves_a_tier_with_no_event(database: Database, database_url: str) -> None:
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    drain(database=database)
    later = Database(database_url, clock=FixedClock(datetime(2027, 1, 9, 16, 0, tzinfo=UTC)))  # midnight in Beijing
    try:
        assert tier(later, shop) == "A"  # explained on reading, before anyone swept
        with later.unit_of_work(town.OPERATOR) as uow:
            assert sweep_due(uow=uow) == 1
        assert (drain(database=later).rated, tier(later, shop)) == (1, "A")
        with later.reader() as session:
            assert [row["tier"] for row in history(session, shop, kind="cinema")] == ["A", "D"]
    finally:
        later.close()


def test_a_day_before_midnight_nothing_is_due(database: Database, database_url: str) -> None:
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    drain(database=database)
    eve = Database(database_url, clock=FixedClock(datetime(2027, 1, 9, 15, 59, tzinfo=UTC)))
    try:
        with eve.unit_of_work(town.OPERATOR) as uow:
            assert sweep_due(uow=uow) == 0
    finally:
        eve.close()


def test_a_licence_that_ends_leaves_the_kind_unrated(database: Database) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        spans = [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": "2026-02-01"}]
        shop = town.entity(uow.session, audit_id=uow.audit("test.registered", "town", {}), kinds=spans)
        uow.mark([shop], "register")
    drain(database=database)
    with database.reader() as session:
        found = current(session, town.key_of(database, shop), NOW)
    assert found is not None
    assert (found.state, found.summary["cinema"]["reason"]) == ("unrated", "no_valid_licence")


def test_a_branch_counts_for_its_parent_where_the_edition_says_so(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        town.found(database, edition=town.EDITION.replace('branches = "separate"', 'branches = "to_parent"'))
        (parent,) = town.people(database, 1)
        with database.unit_of_work(town.OPERATOR) as uow:
            branch = town.entity(uow.session, audit_id=uow.audit("test.registered", "town", {}), parent=parent)
            uow.mark([branch], "register")
        drain(database=database)
        town.punish(database, branch)
        drain(database=database)
        assert (tier(database, parent), tier(database, branch)) == ("D", "D")
    finally:
        database.close()


def fresh() -> float:
    """How many events were counted that came into force."""
    return REGISTRY.get_sample_value("tier_freshness_seconds_count") or 0.0


def test_only_events_that_came_by_themselves_are_counted_as_fresh_or_late(database: Database) -> None:
    first, second = town.people(database, 2)
    drain(database=database)
    before = fresh()
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.audit("tests.marked", "test", {})
        uow.mark([first, second, first], "event")
        uow.mark([first, second], "file")
        uow.mark([second], "edition")
        assert fresh() == before
    drain(database=database)
    assert fresh() == before + 3
