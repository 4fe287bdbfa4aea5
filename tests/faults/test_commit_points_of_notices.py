"""Notices and deliveries whose process is killed at each point: each is written once, and none is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.notices.webhooks.fanning import fan_out, new_inbox
from service.notices.written import follow_outbox
from service.platform import Database, FixedClock
from service.ratings import drain
from tests.builders.partners import ADMINISTRATOR, OPEN, partner, rows, tell
from tests.faults.stalling import kill_where_it_waits, table
from tests.integration.ratings import town
from workers.jobs import notices
from workers.process import database as own_database

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
PAPERS = {"case": "R-1", "papers": ["承诺书"], "supply_by": "2026-07-01"}
WRITTEN = """
    SELECT (SELECT count(*) FROM entity_notice), (SELECT count(*) FROM entity_notice_text),
           (SELECT count(*) FROM audit WHERE action = 'notices.notice_made'),
           (SELECT count(*) FROM outbox WHERE topic = 'notice.made')
"""
TO_DELIVER = "SELECT partner, count(*) FROM webhook_delivery GROUP BY partner ORDER BY partner"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url, clock=FixedClock(NOW))
    town.found(found)
    yield found
    found.close()


def write() -> None:
    notices.run(own_database())


def fan() -> None:
    fan_out(own_database(), new_inbox())


@pytest.mark.parametrize("held", ["entity_notice", "entity_notice_text", "outbox_done", "audit"])
def test_a_notice_killed_at_any_point_is_written_once(database: Database, database_url: str, held: str) -> None:
    (number,) = town.people(database, 1)
    drain(database=database)
    town.punish(database, number)
    drain(database=database)
    follow_outbox(database)  # of the change
    with database.unit_of_work(ADMINISTRATOR) as uow:
        uow.audit("tests.asked", "outbox", {})
        uow.publish("notice.asked", town.key_of(database, number), {"kind": "missing_papers", "facts": PAPERS})
    before = rows(database, WRITTEN)
    assert before == [(1, 2, 1, 1)]
    kill_where_it_waits(database_url, write, table(held))
    assert rows(database, WRITTEN) == before
    assert [follow_outbox(database) for _ in range(2)] == [1, 0]
    assert rows(database, WRITTEN) == [(2, 4, 2, 2)]
    numbers = rows(database, "SELECT number FROM entity_notice ORDER BY id")
    assert [one[0][-6:] for one in numbers] == ["000001", "000002"]


@pytest.mark.parametrize("held", ["webhook_delivery", "outbox_done"])
def test_deliveries_killed_while_they_are_made_are_all_made_once(
    database: Database, database_url: str, held: str
) -> None:
    for code in ("one", "other"):
        partner(database, code, "http://127.0.0.1:9/hook")
    tell(database, "P1", "P2", "P1", topic=OPEN)
    kill_where_it_waits(database_url, fan, table(held))
    assert rows(database, TO_DELIVER) == []
    inbox = new_inbox()
    assert [fan_out(database, inbox) > 0, fan_out(database, inbox)] == [True, 0]
    assert rows(database, TO_DELIVER) == [("one", 3), ("other", 3)]
