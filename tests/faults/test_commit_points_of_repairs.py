"""Each step of a repair, what time does to it, and its revocation, killed at each point: nothing is half done."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service import repairs
from service.evidence import entity_measures, impose_measure, owned_record
from service.platform import Actor, Database, FixedClock, Role
from service.repairs.reading import one_case
from tests.builders.repair_town import ELIGIBLE, PDF, Fined, fined
from tests.faults import once
from tests.integration.ratings import town
from workers.jobs import publication_alarms, repair_expiry
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

STORED = (
    *("repair_case", "repair_step", "repair_material", "repair_alarm", "counter"),
    *("event_act", "measure_act", "rerate_mark", "outbox", "audit", "stored_file"),
)
stored, killed_at = partial(once.stored, names=STORED), partial(once.killed_at, names=STORED)
WHY = "as found"


def person(name: str, role: Role) -> Actor:
    return Actor("token", name, role, authority=town.AUTHORITY)


HANDLER, REVIEWER, APPROVER = (
    person(name, role) for name, role in (("H", Role.HANDLER), ("R", Role.HANDLER), ("A", Role.APPROVER))
)


def at(moment: datetime) -> Database:
    return Database(os.environ["DATABASE_URL"], clock=FixedClock(moment))


def handle(step: Callable[..., object], said: Mapping[str, Any]) -> None:
    with closing(at(ELIGIBLE)) as database, database.unit_of_work(HANDLER) as uow:
        step(uow, **said)


def decide(number: str) -> None:
    with at(ELIGIBLE).unit_of_work(APPROVER) as uow:
        repairs.decide(uow, number=number, decision="grant", reason=WHY)


def lift_for_a_time(number: str) -> None:
    with at(ELIGIBLE).unit_of_work(APPROVER) as uow:
        repairs.decide(uow, number=number, decision="lift", reason=WHY)


def revoke(number: str) -> None:
    with at(ELIGIBLE + timedelta(30)).unit_of_work(APPROVER) as uow:
        repairs.revoke_for_fraud(uow, number=number, reason=WHY)


def let_time_pass(moment: datetime) -> None:
    job.run(at(moment))


def expire(moment: datetime) -> None:
    repair_expiry.run(at(moment))


def applied(database: Database, entity: Fined) -> str:
    with database.unit_of_work(HANDLER) as uow:
        number = repairs.apply(uow, entity=entity.key, record=entity.record, reason=WHY)
        repairs.add_material(uow, procedure="repair", number=number, key="commitment", name="承诺书.pdf", content=PDF)
    return number


def verified(database: Database, entity: Fined) -> str:
    """A case that waits for its decision."""
    number = applied(database, entity)
    with database.unit_of_work(HANDLER) as uow:
        repairs.accept(uow, number=number, reason=WHY)
    with database.unit_of_work(REVIEWER) as uow:
        repairs.verify(uow, number=number, fit=True, reason=WHY)
    return number


def state(database: Database, number: str) -> str:
    with database.reader() as session:
        return one_case(session, "repair", number).state


def repaired_on(database: Database, record: int) -> date | None:
    with database.reader() as session:
        found = owned_record(session, record)
    assert found is not None
    return found.known.event.repaired_on


def restricted(database: Database, entity: Fined) -> None:
    """A measure against the cinema because of its fine."""
    order = {"source": "orders", "source_ref": "1", "record": entity.record, "kind": "key_supervision"}
    named = {"basis": "管理规定", "document": "7号", "starts_on": "2026-03-20"}
    with database.unit_of_work(HANDLER) as uow:
        impose_measure(uow=uow, body=order | named)


def measure(database: Database, entity: Fined) -> tuple[str, list[str]]:
    """How the measure stands, and what happened to it."""
    with database.reader() as session:
        (found,) = entity_measures(session, APPROVER, entity.key, now=database.clock.now())
    return found["state"], [one["act"] for one in found["acts"]]


def grown(database: Database, before: dict[str, int], *names: str) -> tuple[int, ...]:
    after = stored(database)
    return tuple(after[name] - before[name] for name in names)


def test_an_application_and_its_supplement_stand_once_or_not_at_all(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(database_url, clock=FixedClock(ELIGIBLE))
    entity = fined(database)
    application = partial(handle, repairs.apply, {"entity": entity.key, "record": entity.record, "reason": WHY})
    before = stored(database)
    killed_at(database, database_url, application, ("counter", "repair_case", "repair_step", "outbox", "audit"))
    application()
    assert grown(database, before, "repair_case", "repair_step", "outbox") == (1, 1, 1)
    with database.reader() as session:
        (number,) = session.scalars(text("SELECT number FROM repair_case")).all()
    assert number[-5:] == "00001", "no number was spent"
    case, why = {"number": number}, {"number": number, "reason": WHY}
    paper = {**case, "procedure": "repair", "name": "文件.pdf", "content": PDF}
    for step, said, points, leads_to, adds in (
        (repairs.add_material, {**paper, "key": "commitment"}, ("stored_file", "audit"), "submitted", (0, 1, 0)),
        (repairs.ask_supplement, {**why, "papers": ["report"]}, ("repair_step",), "supplement_asked", (1, 0, 1)),
        (repairs.add_material, {**paper, "key": "report"}, ("repair_material",), "supplement_asked", (0, 1, 0)),
        (repairs.supply, why, ("outbox", "audit"), "submitted", (1, 0, 1)),
        (repairs.accept, why, ("repair_step", "audit"), "accepted", (1, 0, 1)),
    ):
        before, stood = stored(database), state(database, number)
        killed_at(database, database_url, partial(handle, step, said), points)
        assert state(database, number) == stood
        handle(step, said)
        assert state(database, number) == leads_to
        assert grown(database, before, "repair_step", "repair_material", "outbox") == adds
    database.close()


def test_a_grant_and_its_revocation_take_effect_once_or_not_at_all(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(ELIGIBLE))
    entity = fined(database)
    restricted(database, entity)
    number = verified(database, entity)
    before = stored(database)
    points = ("event_act", "measure_act", "repair_step", "rerate_mark", "outbox", "audit")
    killed_at(database, database_url, partial(decide, number), points)
    assert (state(database, number), repaired_on(database, entity.record)) == ("verified", None)
    assert measure(database, entity) == ("in_force", [])
    with database.unit_of_work(APPROVER) as uow:
        repairs.decide(uow, number=number, decision="grant", reason=WHY)
    assert (state(database, number), repaired_on(database, entity.record)) == ("granted", ELIGIBLE.date())
    assert grown(database, before, "event_act", "repair_step", "rerate_mark", "outbox") == (1, 1, 1, 3)
    assert measure(database, entity) == ("lifted", ["lifted"])
    with database.unit_of_work(HANDLER) as uow:
        repairs.propose_revocation(uow, number=number, reason=WHY)
    before = stored(database)
    killed_at(database, database_url, partial(revoke, number), ("event_act", "measure_act", "audit"))
    later = Database(database_url, clock=FixedClock(ELIGIBLE + timedelta(30)))
    with later.unit_of_work(APPROVER) as uow:
        repairs.revoke_for_fraud(uow, number=number, reason=WHY)
    assert (state(database, number), repaired_on(database, entity.record)) == ("revoked", None)
    assert grown(database, before, "event_act", "repair_step", "rerate_mark", "outbox") == (1, 1, 1, 3)
    assert measure(later, entity) == ("in_force", ["lifted", "restored"])
    later.close()
    database.close()


def test_measures_are_lifted_for_a_time_and_come_back_once_or_not_at_all(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(ELIGIBLE))
    entity = fined(database)
    restricted(database, entity)
    number = verified(database, entity)
    killed_at(database, database_url, partial(lift_for_a_time, number), ("measure_act", "repair_step", "audit"))
    assert measure(database, entity) == ("in_force", [])
    with database.unit_of_work(APPROVER) as uow:
        repairs.decide(uow, number=number, decision="lift", reason=WHY)
    assert (state(database, number), measure(database, entity)) == ("lifted", ("suspended", ["suspended"]))
    over = datetime(2027, 6, 21, 2, tzinfo=UTC)
    killed_at(database, database_url, partial(let_time_pass, over), ("measure_act", "repair_step"))
    before = stored(database)
    for _ in range(2):
        with closing(Database(database_url, clock=FixedClock(over))) as late:
            job.run(late)
            assert measure(late, entity) == ("in_force", ["suspended", "restored"])
    assert state(database, number) == "refused"
    assert grown(database, before, "repair_step", "measure_act") == (1, 1)
    database.close()


def test_what_time_does_is_done_once_or_not_at_all(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(ELIGIBLE))
    entity = fined(database)
    number = applied(database, entity)
    with database.unit_of_work(HANDLER) as uow:
        repairs.ask_supplement(uow, number=number, papers=["report"], reason=WHY)
    before, over = stored(database), datetime(2026, 8, 3, 2, tzinfo=UTC)
    killed_at(database, database_url, partial(let_time_pass, over), ("repair_alarm", "repair_step", "audit"))
    for _ in range(2):
        with closing(Database(database_url, clock=FixedClock(over))) as late:
            job.run(late)
    assert state(database, number) == "lapsed"
    assert grown(database, before, "repair_step", "repair_alarm", "event_act") == (1, 1, 0)
    ended = datetime(2027, 4, 12, 2, tzinfo=UTC)
    with closing(Database(database_url, clock=FixedClock(ended))) as late:
        publication_alarms.run(late)  # what became over is noted by itself, before anything is repaired
    before = stored(database)
    points = ("repair_case", "event_act", "repair_step", "audit")
    killed_at(database, database_url, partial(expire, ended), points)
    for _ in range(2):
        with closing(Database(database_url, clock=FixedClock(ended))) as late:
            repair_expiry.run(late)
    assert repaired_on(database, entity.record) == date(2027, 3, 16)
    assert grown(database, before, "repair_case", "event_act", "repair_step", "outbox") == (1, 1, 2, 3)
    with database.reader() as session:
        numbers = session.scalars(text("SELECT number FROM repair_case ORDER BY id")).all()
    assert [one[-5:] for one in numbers] == ["00001", "00001"], "each year counts its own, and no number was spent"
    database.close()
