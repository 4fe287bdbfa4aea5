"""Acts of publication, partners' words about them, and alarms, killed at each point: once or not at all."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from service import publicity
from service.platform import Actor, Database, FixedClock, Role
from tests.builders import publishing
from tests.builders.partners import rows
from tests.faults import once
from tests.integration.ratings import town
from workers.jobs import publication_alarms

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
PLACE, TODAY = "site", date(2026, 6, 1)
STORED = ("publication_act", "publication_alarm", "publication_comparison", "publication_watch", "outbox", "audit")
stored, killed_at, grown = partial(once.stored, names=STORED), partial(once.killed_at, names=STORED), once.grown
HANDLER = Actor("token", "H", Role.HANDLER, authority=town.AUTHORITY)
PARTNER = Actor("token", "P", Role.PARTNER, places=(PLACE,))


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    found = Database(database_url, clock=FixedClock(NOW))
    publishing.found(found)
    yield found
    found.close()


def act(event: int, what: str) -> None:
    said = {"event": event, "act": what, "place": PLACE, "done_on": TODAY, "reference": None, "reason": None}
    with closing(Database(os.environ["DATABASE_URL"], clock=FixedClock(NOW))) as own, own.unit_of_work(HANDLER) as uow:
        publicity.record_publication_act(uow=uow, **said)  # type: ignore[arg-type] # by name


def confirm(event: int) -> None:
    with closing(Database(os.environ["DATABASE_URL"], clock=FixedClock(NOW))) as own, own.unit_of_work(PARTNER) as uow:
        publicity.acknowledge_takedown(uow=uow, event=event, place=PLACE, done_on=TODAY, reference="T-1")


def compare(*events: int) -> None:
    with closing(Database(os.environ["DATABASE_URL"], clock=FixedClock(NOW))) as own, own.unit_of_work(PARTNER) as uow:
        publicity.compare_holdings(uow=uow, place=PLACE, compared_on=TODAY, events=events)


def alarm() -> None:
    with closing(Database(os.environ["DATABASE_URL"], clock=FixedClock(NOW))) as own:
        publication_alarms.run(own)


def test_a_record_is_shown_compared_and_taken_down_once_or_not_at_all(database: Database, database_url: str) -> None:
    event = town.punish(database, town.people(database, 1)[0], on=date(2026, 5, 25), severity="general")
    show = partial(act, event, "publish")
    before = stored(database)
    killed_at(database, database_url, show, ("publication_act", "outbox", "audit"))
    show()
    assert grown(database, before) == {"publication_act": 1, "outbox": 1, "audit": 1}

    before = stored(database)
    killed_at(database, database_url, partial(compare, event), ("publication_comparison",))
    compare(event)
    assert grown(database, before) == {"publication_comparison": 1, "audit": 1}

    publishing.act(database, event, "annulment", TODAY, reason="review")
    before = stored(database)
    killed_at(database, database_url, partial(confirm, event), ("publication_act", "outbox", "audit"))
    for _ in range(2):
        confirm(event)  # the caller who got no answer asks again
    assert grown(database, before) == {"publication_act": 2, "outbox": 1, "audit": 2}
    done = rows(database, "SELECT act FROM publication_act ORDER BY id")
    assert done == [("publish",), ("withdraw",), ("acknowledge",)]


def test_alarms_are_raised_once_or_not_at_all(database: Database, database_url: str) -> None:
    town.punish(database, town.people(database, 1)[0], on=date(2026, 5, 25), severity="general")
    killed_at(database, database_url, alarm, ("publication_alarm", "publication_watch", "outbox"))
    for _ in range(2):
        alarm()
    told = "SELECT payload ->> 'kind', payload ->> 'stage' FROM outbox WHERE topic = 'alarm.publication' ORDER BY id"
    assert sorted(rows(database, told)) == [("double_publicity", "due"), ("publish", "due")]
    assert rows(database, "SELECT count(*) FROM publication_alarm") == [(2,)]
