"""A tier that falls, by the order of the edition that gives it, raises a warning; whatever the tiers are called."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service import evidence, ratings
from service.evidence import raise_warnings
from service.platform import Database, FixedClock
from service.ratings import drain, release
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TURNED = (
    town.EDITION.replace('tiers = ["A", "D"]', 'tiers = ["Z", "Y"]')
    .replace('tier = "A"', 'tier = "Z"')
    .replace('tier = "D"', 'tier = "Y"')
)
"""The town's rules with tiers whose order is not that of the alphabet."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        with database.unit_of_work(town.OPERATOR) as uow:
            evidence.seed(uow)
        yield database
    finally:
        database.close()


def warned(database: Database) -> list[str]:
    """Look for warnings; the keys of the entities that were ever warned of a fall."""
    with database.unit_of_work(town.OPERATOR) as uow:
        raise_warnings(uow=uow)
    statement = (
        "SELECT n.public_key FROM event e JOIN entity n ON n.id = e.entity_id WHERE e.code = 'tier_fell' ORDER BY e.id"
    )
    with database.reader() as session:
        return list(session.scalars(text(statement)))


def annul(database: Database, event: int, entity: int) -> None:
    statement = text("""
        INSERT INTO event_act (event_id, act, acted_on, detail, source, source_ref, body_sha256, audit_id)
        VALUES (:event, 'annulment', '2026-02-01', '{}', 'cases', 'annulled', '', :audit)
    """)
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.session.execute(statement, {"event": event, "audit": uow.audit("test.annulled", str(event), {})})
        uow.mark([entity], "event")


@pytest.mark.parametrize("edition", [town.EDITION, TURNED])
def test_a_fall_that_the_drain_told_of_warns_once_and_a_rise_does_not(database: Database, edition: str) -> None:
    town.found(database, edition=edition)
    (shop,) = town.people(database, 1)
    drain(database=database)
    assert warned(database) == []  # a first tier is no fall
    event = town.punish(database, shop)
    drain(database=database)
    assert warned(database) == [town.key_of(database, shop)]
    annul(database, event, shop)
    drain(database=database)
    assert warned(database) == [town.key_of(database, shop)]


def test_an_entity_that_is_bad_from_the_start_did_not_fall(database: Database) -> None:
    town.found(database)
    (shop,) = town.people(database, 1)
    town.punish(database, shop)
    drain(database=database)
    assert warned(database) == []


def test_what_is_told_of_a_move_says_whether_it_is_a_fall(database: Database) -> None:
    town.found(database, edition=TURNED)
    (shop,) = town.people(database, 1)
    drain(database=database)
    event = town.punish(database, shop)
    drain(database=database)
    annul(database, event, shop)
    drain(database=database)
    with database.reader() as session:
        told: list[dict[str, Any]] = list(
            session.scalars(text("SELECT payload FROM outbox WHERE topic = 'tier.changed' ORDER BY id"))
        )
    moves = [((one["old"] or {}).get("tier"), one["new"]["tier"], one["fell"]) for one in told]
    assert moves == [(None, "Z", False), ("Z", "Y", True), ("Y", "Z", False)]


def test_more_marks_of_a_quarantined_entity_than_are_looked_at_hold_up_nobody(database: Database) -> None:
    """With batches of one, eight marks are looked at: nine of one that is set apart stand before a newcomer's."""
    town.found(database)
    (shop,) = town.people(database, 1)
    with database.unit_of_work(town.OPERATOR) as uow:
        town.spoil(uow.session, shop)
        uow.audit("test.spoiled", str(shop), {})
    assert drain(database=database) == (0, 1)
    for _ in range(9):
        town.punish(database, shop)
    town.people(database, 1)
    assert ratings.drain_batch(database=database, batch=1).rated == 1
    with database.reader() as session:
        assert not ratings.work_waits(session)
    with database.unit_of_work(town.OPERATOR) as uow:
        town.mend(uow.session, shop)
        release(uow=uow, entity_ids=[shop], reason="mended")
    with database.reader() as session:
        assert ratings.work_waits(session)
    assert drain(database=database) == (1, 0)
