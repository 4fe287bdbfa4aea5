"""Whose longest publicity is over is known from what came due alone, and is what a look at every record says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import text

from scoring.editions import shipped
from scoring.kernel.calendar_table import Table
from service import accounts, register
from service.platform import Database, FixedClock, Role
from service.publicity import every_record, over_records, over_since, record_publication_act, settle
from service.publicity.watching import to_look_at
from service.register.tables import Entity, EntityVersion
from tests.builders import publishing
from tests.integration.ratings import town
from workers.jobs import publication_alarms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.builders.fillings import Filling

START: Final = datetime(2026, 5, 28, 4, tzinfo=UTC)
NEARER: Final = (
    ('id = "bj-credit.2024"', 'id = "dc-credit.2026"'),
    ('rulebook = "bj-credit"', 'rulebook = "dc-credit"'),
    ('regions = ["110000"]', 'regions = ["110101"]\ntransition = "restate"'),
    ("force_from = 2024-10-01", "force_from = 2026-10-01"),
    ('maximum = { number = 12, unit = "months"', 'maximum = { number = 150, unit = "working_days"'),
    ('minimum = { number = 3, unit = "months"', 'minimum = { number = 30, unit = "working_days"'),
    ('starts = "decided_on"', 'starts = "published_on"'),
)
"""A nearer law that is to come and reads what was decided before anew, in working days from the first publication."""


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    opened = Database(database_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def calendars(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A function that has a table of days off arrive: half of a year not settled before."""
    before = shipped.calendar_tables()

    def forget() -> None:
        shipped.calendar.cache_clear()
        shipped.calendar_or_weekdays.cache_clear()

    def arrive() -> None:
        days = {date(2027, 1, 1) + timedelta(days): "off" for days in range(60)}
        table = Table("cn", None, 2027, (), days, frozenset())
        monkeypatch.setattr(shipped, "calendar_tables", lambda: (*before, table))
        forget()

    yield arrive
    monkeypatch.undo()
    forget()


def nearer_law() -> str:
    words = publishing.shipped("bj-credit-2024")
    for old, new in NEARER:
        assert old in words
        words = words.replace(old, new, 1)
    return words


def known(database: Database) -> dict[int, date]:
    """What the sweep knows, after it looked."""
    publication_alarms.run(database)
    with database.reader() as session:
        return {one.event: one.since for one in over_records(session, after=0, limit=1000)}


def walked(database: Database) -> dict[int, date]:
    """What a look at every record says."""
    with database.reader() as session:
        found = every_record(session, now=database.clock.now(), authorities=None)
        days = {one.decision.event: over_since(one) for one in found}
    return {event: day for event, day in days.items() if day is not None}


def moved(database: Database, entity: int, region: str) -> None:
    """The register says that an entity is elsewhere."""
    with database.unit_of_work(town.OPERATOR) as uow:
        row = uow.session.get_one(Entity, entity)
        body = row.body | {"region": region}
        changed = text("UPDATE entity SET body = :body, region = :region WHERE id = :id")
        uow.session.execute(changed, {"body": Jsonb(body), "region": region, "id": entity})
        audit_id = uow.audit("test.moved", row.public_key, {})
        uow.session.add(EntityVersion(entity_id=entity, audit_id=audit_id, body=body))


def show_what_is_due(database: Database) -> None:
    with database.reader() as session:
        found = every_record(session, now=database.clock.now(), authorities=None)
        due = [one.decision.event for one in found if one.standing.state == "due"]
    for event in due:
        with database.unit_of_work(town.OPERATOR) as uow:
            given = {"event": event, "act": "publish", "place": "site", "done_on": uow.now.date()}
            record_publication_act(uow=uow, **given, reference=None, reason=None)


def happenings(database: Database, chance: Random, people: list[int], events: list[int]) -> list[Callable[[], object]]:
    """What can happen next to records that are not struck, and to their entities."""
    today = database.clock.now().date()
    event, entity = chance.choice(events), chance.choice(people)
    changes = {"severity": chance.choice(["minor", "general", "serious"])}

    def struck() -> None:
        events.remove(event)
        publishing.act(database, event, "annulment", today, reason="review")

    def repaired() -> None:
        publishing.act(database, event, "repair", today, reason="term")

    def punished() -> None:
        on = today - timedelta(chance.randrange(700))
        events.append(town.punish(database, entity, on=on, severity="general", performed_on=on))

    found = [
        lambda: publishing.act(database, event, "performed", today),
        lambda: publishing.act(database, event, "correction", today, changes=changes),
        lambda: publishing.act(database, event, "publicity_end", today),
        lambda: publishing.act(database, event, "repair_revocation", today),
        lambda: moved(database, entity, chance.choice(["110101", "110105", "310101"])),
        lambda: show_what_is_due(database),
        repaired,
        punished,
    ]
    return [*found, struck] if len(events) > len(people) else found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sweep_knows_whose_publicity_is_over_as_a_look_at_every_record_does(
    database: Database, clock: FixedClock, calendars: Callable[[], None], seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - not for secrets
    people = town.people(database, 3)
    events = [
        town.punish(
            database, chance.choice(people), on=START.date() - timedelta(chance.randrange(30, 500)),
            severity=chance.choice(["general"] * 4 + ["serious", "minor"]),
            performed_on=chance.choice([None, *[START.date() - timedelta(9)] * 3]),
        )
        for _ in range(8)
    ]  # fmt: skip
    show_what_is_due(database)
    fixed: dict[int, Callable[[], object]] = {
        3: lambda: publishing.in_force(database, nearer_law()),
        7: calendars,
        10: lambda: publishing.in_force(database, publishing.another()),
    }
    over, came, left = walked(database).keys(), 0, 0
    for turn in range(14):
        fixed.get(turn, chance.choice(happenings(database, chance, people, events)))()
        assert known(database) == walked(database), f"after turn {turn}"
        clock.advance(timedelta(days=chance.choice([1, 20, 45])))
        found = known(database)
        assert found == walked(database), f"time passed after turn {turn}"
        came, left = came + len(found.keys() - over), left + len(over - found.keys())
        over = found.keys()
    assert came > 1
    assert left > 0


def test_what_is_settled_comes_back_only_when_something_about_it_changes(database: Database, clock: FixedClock) -> None:
    (person,) = town.people(database, 1)
    day = START.date() - timedelta(400)
    event = town.punish(database, person, on=day, severity="general", performed_on=day)
    assert list(known(database)) == [event]
    with database.unit_of_work(town.OPERATOR) as uow:
        settle(uow.session, [event])
        uow.audit("test.settled", "publications", {})
    clock.advance(timedelta(days=1))
    assert known(database) == {}
    publishing.in_force(database, publishing.another())
    assert list(known(database)) == [event], "another edition"


def test_a_place_that_speaks_for_itself_has_every_record_looked_at_again(database: Database) -> None:
    (person,) = town.people(database, 1)
    event = town.punish(database, person, on=START.date() - timedelta(400), severity="general")
    publication_alarms.run(database)

    def to_come() -> list[int]:
        with database.reader() as session:
            return list(to_look_at(session, now=START))

    assert to_come() == []
    with database.unit_of_work(town.OPERATOR) as uow:
        issued = accounts.issue_token(
            uow=uow, registered=register.registered_scope, role=Role.PARTNER, label="site", places=["site"]
        )
    assert to_come() == [event]
    publication_alarms.run(database)
    assert to_come() == []
    with database.unit_of_work(town.OPERATOR) as uow:
        accounts.revoke_token(uow=uow, token_id=issued.id)
    assert to_come() == [event]
