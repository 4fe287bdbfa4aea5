"""Opening a draw's visits, and the audit of one, killed at each point: nothing is half done, then the same comes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from scoring.sampling.verify import verify
from service.inspections import draws
from service.inspections.draws import store
from service.inspections.visits import (
    audit_visit,
    enter_without_code,
    follow_draws,
    record_visit,
    sign_visit,
    sync_findings,
    visit_view,
)
from service.inspections.visits.schemas import VisitSyncSchema
from service.inspections.visits.usecases import ask_recusal, grant_recusal
from service.platform import Database, FixedClock, Role, job_actor
from service.ratings import drain, tiers_of
from tests.builders import drawing, visiting
from tests.builders.draw_life import dispatched, full_bytes, prepared
from tests.faults.stalling import kill_where_it_waits, table
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NOW = datetime(2026, 6, 8, 4, tzinfo=UTC)
STORED = (
    *("visit", "visit_act", "visit_member", "visit_ledger", "visit_outcome", "visit_refusal", "rectification_order"),
    *("draw_document", "draw_entry", "draw_act", "draw_seat", "stored_file"),
    *("event", "occasion", "rerate_mark", "outbox", "outbox_done", "audit"),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    yield database
    database.close()


def stored(database: Database) -> dict[str, int]:
    with database.reader() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in STORED}  # noqa: S608 our own names


def follow() -> None:
    follow_draws(Database(os.environ["DATABASE_URL"]))


def audit(number: str) -> None:
    database = Database(os.environ["DATABASE_URL"], clock=FixedClock(NOW))
    with database.unit_of_work(visiting.staff(Role.APPROVER)) as uow:
        audit_visit(uow, number=number, reason="in order")


def killed_at(database: Database, url: str, program: Callable[[], object], points: Sequence[str]) -> None:
    """Kill the program at one point after the other; nothing is stored of it."""
    before = stored(database)
    for held in points:
        kill_where_it_waits(url, program, held)
        assert stored(database) == before, held


def test_the_visits_of_a_draw_come_whole_or_not_at_all_and_once(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(drawing.at(drawing.FREEZING)))
    drawing.district(database)
    draw = prepared(database)
    dispatched(database, draw)
    points = [table(name) for name in ("visit_ledger", "visit", "visit_member", "visit_act", "outbox_done", "audit")]
    killed_at(database, database_url, follow, points)
    assert follow_draws(database) == 1
    assert follow_draws(database) == 0
    with database.reader() as session:
        drawn = {one.entity for one in draws.dispatched(session, draw).teams}
        opened = session.execute(text("SELECT entity_key FROM visit ORDER BY id")).scalars().all()
        numbers = session.execute(text("SELECT number FROM visit ORDER BY number")).scalars().all()
    assert (len(opened), set(opened)) == (len(drawn), drawn)
    assert [number[-5:] for number in numbers] == [f"V{n:04}" for n in range(1, len(drawn) + 1)], "no number was spent"
    database.close()


def grant(number: str, inspector: str, second: int) -> None:
    database = Database(os.environ["DATABASE_URL"], clock=FixedClock(drawing.at(second)))
    with database.unit_of_work(drawing.APPROVER) as uow:
        grant_recusal(uow, number=number, inspector=inspector, reason="close kinship", successor=None)


def test_a_recusal_granted_is_in_the_draw_and_in_the_visit_or_in_neither(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(drawing.at(drawing.FREEZING)))
    drawing.district(database)
    draw = prepared(database)
    dispatched(database, draw)
    follow_draws(database)
    with database.reader() as session:
        number = session.execute(text("SELECT min(number) FROM visit")).scalar_one()
        left = visit_view(session, job_actor("tests"), number).team[1]
    with database.unit_of_work(drawing.HANDLER) as uow:
        ask_recusal(uow, number=number, inspector=left, reason="kinship")
    tables = ("draw_document", "draw_entry", "draw_seat", "stored_file", "visit_act", "visit_member", "outbox", "audit")
    second = int(database.clock.now().timestamp())
    killed_at(database, database_url, partial(grant, number, left, second), [table(name) for name in tables])
    with database.unit_of_work(drawing.APPROVER) as uow:
        grant_recusal(uow, number=number, inspector=left, reason="close kinship", successor=None)
    report = verify(full_bytes(database, draw))
    assert report.failed() == []
    assert report.verdict("L-STEP") == "PASS"
    with database.reader() as session:
        (event,) = store.events(session, store.draw_of(session, draw))
        team = visit_view(session, job_actor("tests"), number).team
    assert (event["from"], event["to"]) == (left, team[1])
    assert left not in team
    database.close()


def signed(database: Database) -> str:
    """A visit that found something, signed by both."""
    (entity,) = visiting.district(database, 1)
    key = town.key_of(database, entity)
    number = visiting.opened(database, visiting.task(database), key).opened[key]
    said = visiting.finding(result="fail", severity="serious", note="two minors in hall 3")
    findings = VisitSyncSchema().load({"findings": [said]})["findings"]
    with database.unit_of_work(visiting.staff(person="DC-01")) as uow:
        enter_without_code(uow, number=number, inspectors=["DC-01", "DC-02"], reason="no phone there")
        sync_findings(uow, number=number, findings=findings)
        digest = record_visit(uow, number=number, result="5", remark=None)
        sign_visit(uow, number=number, digest=digest)
    with database.unit_of_work(visiting.staff(person="DC-02")) as uow:
        sign_visit(uow, number=number, digest=digest)
    return number


def test_an_audit_killed_anywhere_is_made_anew_and_its_evidence_stands_once(
    database: Database, database_url: str
) -> None:
    number = signed(database)
    before = stored(database)
    tables = ("visit_ledger", "occasion", "event", "rectification_order", "visit_outcome", "rerate_mark", "audit")
    killed_at(database, database_url, partial(audit, number), [table(name) for name in tables])
    with database.unit_of_work(visiting.staff(Role.APPROVER)) as uow:
        told = audit_visit(uow, number=number, reason="in order")
    after = stored(database)
    grown = {name: after[name] - before[name] for name in ("occasion", "event", "rectification_order", "visit_outcome")}
    assert grown == {"occasion": 1, "event": 1, "rectification_order": 1, "visit_outcome": 1}
    drain(database=database)
    with database.reader() as session:
        seen = visit_view(session, job_actor("tests"), number)
        assert tiers_of(session, [seen.visit.entity_id])[seen.visit.entity_id].tiers == {"cinema": "D"}
    assert (seen.visit.state, seen.orders, told.order) == ("audited", [f"{number}-Z"], f"{number}-Z")
