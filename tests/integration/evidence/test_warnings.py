"""Warnings raised by rule: once, as events that never score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.evidence import evidence_of, raise_warnings, record
from service.evidence.usecases.recording import drafted
from service.register import resolve
from tests.builders.register_rows import put_entity
from tests.integration.evidence.conftest import ADMINISTRATOR

if TYPE_CHECKING:
    from service.platform import Database


def look(database: Database) -> int:
    with database.unit_of_work(ADMINISTRATOR) as uow:
        return raise_warnings(uow=uow)


def warnings_of(database: Database, key: str) -> list[tuple[str, str, bool]]:
    with database.reader() as session:
        entity = resolve(session, [key])[key]
        events = evidence_of(session, [entity], position=None)[entity].events
    return [(e.code, str(e.decided_on), e.final) for e, *_ in events if e.source == "warning-rules"]


def complain(database: Database, days: list[str], prefix: str = "c") -> None:
    with database.unit_of_work(ADMINISTRATOR) as uow:
        for number, day in enumerate(days):
            body = {
                "source": "complaints",
                "source_ref": f"{prefix}{number}",
                "entity": "own:old",
                "code": "complaint_received",
                "decided_on": day,
            }
            record(uow=uow, draft=drafted(database, ADMINISTRATOR, body))


def test_a_spike_of_complaints_warns_once(database: Database) -> None:
    complain(database, ["2026-02-20"] * 4)
    assert look(database) == 0
    complain(database, ["2026-01-15", "2026-02-28"], prefix="d")
    assert look(database) == 1
    assert look(database) == 0
    assert warnings_of(database, "own:old") == [("complaint_spike", "2026-03-02", False)]


def test_an_unreachable_entity_is_warned_of_from_the_day_it_was_lost(database: Database) -> None:
    with database.bookkeeping() as session:
        put_entity(session, "own:lost", status="unreachable", status_on="2026-01-10")
    assert look(database) == 1
    assert look(database) == 0
    assert warnings_of(database, "own:lost") == [("no_contact", "2026-01-10", False)]


def test_a_fall_of_the_tier_warns_a_rise_or_a_first_tier_does_not(database: Database) -> None:
    tiers = [{"tier": tier, "state": "rated"} for tier in "BD"]
    changes = [(None, tiers[0], False), (*tiers, True), (*reversed(tiers), False), (tiers[1], None, False)]
    with database.unit_of_work(ADMINISTRATOR) as uow:
        uow.audit("tests.published", "tests", {})
        for old, new, fell in changes:
            uow.publish("tier.changed", "own:old", {"kind": "cinema", "old": old, "new": new, "fell": fell})
        uow.publish("tier.changed", "own:nobody", {"kind": "cinema", "old": tiers[0], "new": tiers[1], "fell": True})
    assert look(database) == 1
    assert look(database) == 0
    assert warnings_of(database, "own:old") == [("tier_fell", "2026-03-02", False)]
