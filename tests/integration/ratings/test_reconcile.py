"""The reconciler finds a stored rating that the evidence does not bear out, and leaves everything else alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.platform import Database, FixedClock
from service.ratings import drain, reconcile
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        town.found(database)
        yield database
    finally:
        database.close()


def test_a_sound_town_shows_no_difference_and_is_gone_through_in_turn(database: Database) -> None:
    shops = town.people(database, 5)
    town.punish(database, shops[1])
    drain(database=database)
    assert [reconcile(database=database, sample=2).checked for _ in range(4)] == [2, 2, 1, 2]
    assert town.marks(database) == 0


def test_evidence_that_was_slipped_in_past_intake_is_found_and_rated(database: Database) -> None:
    shops = town.people(database, 3)
    drain(database=database)
    with database.unit_of_work(town.OPERATOR) as uow:  # a fine without the mark that intake would have left
        town.fine(uow.session, shops[2], audit_id=uow.audit("test.slipped_in", str(shops[2]), {}))
    found = reconcile(database=database)
    assert [(one.entity_id, one.between) for one in found.differences] == [(shops[2], "stored document and explain")]
    with database.reader() as session:
        alarms = session.execute(text("SELECT subject FROM outbox WHERE topic = 'alarm.reconcile'")).scalars().all()
    assert alarms == [town.key_of(database, shops[2])]
    drain(database=database)
    assert reconcile(database=database).differences == ()


def test_what_waits_for_the_drain_is_not_called_a_difference(database: Database) -> None:
    shops = town.people(database, 2)
    drain(database=database)
    town.punish(database, shops[0])
    assert reconcile(database=database) == (1, ())
