"""Duties of publicity are brought to mind once before their day and once after it, and never again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.platform import Actor, Database, FixedClock, Role
from service.publicity import figures, raise_publication_alarms, record_publication_act, worklist
from tests.builders import publishing
from tests.integration.ratings import town
from workers.jobs import publication_alarms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.fillings import Filling


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 28, 4, tzinfo=UTC))


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    opened = Database(database_url, clock=clock)
    yield opened
    opened.close()


def told(database: Database) -> list[tuple[str, str, str]]:
    with database.reader() as session:
        wanted = "SELECT subject, payload FROM outbox WHERE topic = 'alarm.publication' ORDER BY id"
        rows = session.execute(text(wanted)).all()
        return [(row.subject, row.payload["kind"], row.payload["stage"]) for row in rows]


def test_each_alarm_is_raised_once_for_every_record_of_however_many(database: Database, clock: FixedClock) -> None:
    people = town.people(database, 5)
    events = [str(town.punish(database, one, on=date(2026, 5, 25), severity="serious")) for one in people]
    town.punish(database, people[0], on=date(2026, 5, 25), severity="minor")
    publication_alarms.run(database)
    assert told(database) == [], "due on 3 June, brought to mind two working days before"
    clock.advance(timedelta(days=4))
    after: int | None = 0
    while after is not None:
        with database.unit_of_work(town.OPERATOR) as uow:
            after = raise_publication_alarms(uow, after=after, at_once=2)
    publication_alarms.run(database)
    near = [(event, duty, "due") for event in events for duty in ("publish", "double_publicity")]
    assert told(database) == near
    clock.advance(timedelta(days=3))
    assert overdue(database) == [5, 5]
    for _ in range(2):
        publication_alarms.run(database)
    assert told(database) == near + [(event, duty, "overdue") for event, duty, _ in near]
    assert overdue(database) == [5, 0]


def overdue(database: Database) -> list[float]:
    """Records of which something is owed that is over, and those of which nobody was told."""
    with database.reader() as session:
        a_day_on = database.clock.now() + timedelta(days=1)  # by then the last day is over for every authority
        return [one.value for one in figures(session, a_day_on)]


def looked(database: Database) -> int:
    """How many records were looked at so far."""
    with database.reader() as session:
        wanted = "SELECT coalesce(sum((detail ->> 'records')::int), 0) FROM audit WHERE action = 'publicity.looked'"
        return int(session.execute(text(wanted)).scalar_one())


def test_a_record_is_looked_at_again_only_when_something_can_have_changed(
    database: Database, clock: FixedClock
) -> None:
    one, other = town.people(database, 2)
    event = town.punish(database, one, on=date(2026, 5, 25), severity="serious")
    town.punish(database, other, on=date(2026, 5, 25), severity="minor")

    def run() -> int:
        before = looked(database)
        publication_alarms.run(database)
        return looked(database) - before

    assert (run(), run()) == (2, 0)
    clock.advance(timedelta(days=3))
    assert run() == 0
    publishing.act(database, event, "performed", date(2026, 5, 30))
    assert (run(), run()) == (1, 0), "an act of evidence"
    clock.advance(timedelta(days=1))
    assert (run(), run()) == (1, 0), "the day of its reminder, 1 June"
    with database.unit_of_work(town.OPERATOR) as uow:
        given = {"event": event, "act": "publish", "place": "site", "done_on": date(2026, 6, 1)}
        record_publication_act(uow=uow, **given, reference=None, reason=None)
    assert (run(), run()) == (1, 0), "an act of publication"
    publishing.in_force(database, publishing.another())
    assert (run(), run()) == (2, 0), "another edition"
    clock.advance(timedelta(days=40))
    assert run() == 2, "each in any case after some weeks"


def test_history_is_not_alarmed_about(database: Database) -> None:
    person = town.people(database, 1)[0]
    town.punish(database, person, on=date(2025, 5, 25), severity="serious")
    publication_alarms.run(database)
    assert told(database) == []


def test_the_worklist_is_the_same_before_and_after_a_look(database: Database, clock: FixedClock) -> None:
    people = town.people(database, 4)
    days = [date(2026, 5, 21 + number) for number in range(4)]
    events = [town.punish(database, one, on=day, severity="serious") for one, day in zip(people, days, strict=True)]
    with database.unit_of_work(town.OPERATOR) as uow:
        given = {"event": events[0], "act": "publish", "place": "site", "done_on": date(2026, 5, 28)}
        record_publication_act(uow=uow, **given, reference=None, reason=None)

    def listed(limit: int = 100, authority: str | None = None, regions: tuple[str, ...] = ()) -> list[tuple[int, str]]:
        actor = Actor("test", "test", Role.HANDLER, authority=authority, regions=regions)
        with database.reader() as session:
            found = worklist(session, actor, now=clock.now(), limit=limit)
        return [(owed.of.decision.event, owed.due.duty) for owed in found]

    whole = listed()
    assert len(whole) == 7
    publication_alarms.run(database)
    assert listed() == whole
    assert listed(limit=3) == whole[:3]
    assert listed(regions=("110101",)) == whole
    assert listed(regions=("330000",)) == listed(authority="bj-culture-110105") == []
    publishing.act(database, events[1], "annulment", date(2026, 5, 28), reason="review")
    assert listed() == [one for one in whole if one[0] != events[1]]
