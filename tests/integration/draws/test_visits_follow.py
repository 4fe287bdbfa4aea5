"""Visits follow their draw by themselves: dispatched, replaced, stood in for, void; refusals wait for somebody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from scoring.sampling.strata import code_of as code_of_key
from service import ratings, register
from service.inspections import draws
from service.inspections.visits import enter_without_code, follow_draws, open_drawn, visit_view
from service.inspections.visits.queries import worklist
from service.platform import Database, FixedClock, Role
from tests.builders import drawing, planning
from tests.builders.draw_life import act, dispatched, full, prepared
from tests.builders.fillings import shipped
from tests.integration.ratings import town
from workers.jobs import follow_draws as job

if TYPE_CHECKING:
    from service.inspections.visits.queries import VisitView

OF_DRAW = text("SELECT entity_key, number FROM visit WHERE source = :source ORDER BY id")
FROM_AFAR = planning.FREQUENCIES.replace(
    "max_per_year = 2", 'max_per_year = 2\noff_site_first = true\nverification_sample = "40 %"'
)


@pytest.fixture
def draw(database: Database) -> str:
    """A dispatched draw of a district, whose visits nobody has opened yet."""
    number = prepared(database)
    dispatched(database, number)
    return number


def visits(database: Database, draw: str) -> dict[str, str]:
    with database.reader() as session:
        return {row[0]: row[1] for row in session.execute(OF_DRAW, {"source": f"draw:{draw}"})}


def seen(database: Database, number: str) -> VisitView:
    with database.reader() as session:
        return visit_view(session, town.OPERATOR, number)


def teams(database: Database, draw: str) -> dict[str, tuple[str, ...]]:
    """Who visits whom, as the draw says now."""
    with database.reader() as session:
        return {one.entity: tuple(person for person, _ in one.team) for one in draws.dispatched(session, draw).teams}


def code_of(database: Database, draw: str, tier: str) -> tuple[str, str]:
    """Entity and code of the first drawn whose visit is in a tier."""
    numbers = visits(database, draw)
    with database.reader() as session:
        drawn = draws.dispatched(session, draw).teams
    return next((one.entity, one.code) for one in drawn if seen(database, numbers[one.entity]).visit.tier == tier)


def happens(database: Database, draw: str, kind: str, subject: str, reason: str, seat: int = 0) -> None:
    """An event after the draw, proposed by one person and approved by another."""
    event = {"part": "P1", "seat": seat, "kind": kind, "subject": subject, "reason": reason}
    said = {**event, "evidence": drawing.EVIDENCE}
    proposal = act(database, draws.propose_event, draw=draw, event=said)
    act(database, draws.decide_event, drawing.APPROVER, draw=draw, proposal=proposal, approved=True)


def test_a_dispatched_draw_opens_its_visits_once(database: Database, draw: str) -> None:
    job.run(database)
    opened = visits(database, draw)
    assert {key: seen(database, number).team for key, number in opened.items()} == teams(database, draw)
    assert follow_draws(database) == 0
    with database.unit_of_work(drawing.HANDLER) as uow:
        again = open_drawn(uow, draw=draw)
    assert (again.opened, again.held) == ({}, opened)
    with database.reader() as session:
        who = session.execute(text("SELECT DISTINCT person FROM visit_act WHERE act = 'dispatched'")).scalars().all()
    assert who == ["job:visits"]


def test_whoever_is_replaced_or_stood_in_for_is_so_in_the_visits(database: Database, draw: str) -> None:
    follow_draws(database)
    gone, code = code_of(database, draw, "A")
    number = visits(database, draw)[gone]
    happens(database, draw, "step_in", code, "recusal", seat=1)
    assert follow_draws(database) == 1
    after = seen(database, number)
    assert after.team == teams(database, draw)[gone]
    assert [one.act for one in after.acts] == ["dispatched", "member_changed"]
    happens(database, draw, "replace", code, "merged")
    follow_draws(database)
    assert seen(database, number).visit.state == "replaced"
    comes = (teams(database, draw).keys() - {gone}) & visits(database, draw).keys()
    assert comes == teams(database, draw).keys()
    assert {seen(database, visits(database, draw)[key]).visit.state for key in comes} == {"dispatched"}


def test_a_recusal_decided_at_the_door_leaves_the_visit_to_go_on_with_who_steps_in(
    database: Database, draw: str
) -> None:
    follow_draws(database)
    entity, code = code_of(database, draw, "A")
    number, before = visits(database, draw)[entity], teams(database, draw)[entity]
    assert isinstance(database.clock, FixedClock)
    database.clock.advance(datetime(2023, 9, 4, 2, tzinfo=UTC) - database.clock.now())
    inspector = drawing.inspector_of(before[0])
    with database.unit_of_work(inspector) as uow:
        enter_without_code(uow, number=number, inspectors=before, reason="nobody could scan")
    happens(database, draw, "step_in", code, "recusal", seat=1)
    follow_draws(database)
    now = seen(database, number)
    assert (now.visit.state, list(now.visit.present), now.team[0]) == ("dispatched", [], before[0])
    assert now.team[1] not in before
    with database.unit_of_work(inspector) as uow:
        enter_without_code(uow, number=number, inspectors=now.team, reason="nobody could scan")
    assert seen(database, number).visit.state == "on_site"


def test_a_void_draw_calls_off_what_has_not_begun(database: Database, draw: str) -> None:
    follow_draws(database)
    act(database, draws.propose_void, draw=draw, reason="court_order")
    superior = drawing.person("s1", Role.APPROVER, drawing.ABOVE)
    act(database, draws.void_draw, superior, draw=draw)
    follow_draws(database)
    assert {seen(database, one).visit.state for one in visits(database, draw).values()} == {"cancelled"}
    assert follow_draws(database) == 0


def test_who_cannot_be_visited_waits_in_the_worklist_until_replaced(database: Database, draw: str) -> None:
    with database.reader() as session:
        drawn = {one.entity: one.code for one in draws.dispatched(session, draw).teams}
        numbers = register.resolve(session, drawn)
        tiers = ratings.tiers_of(session, list(numbers.values()))
    entity = next(key for key, number in numbers.items() if tiers[number].tiers["cinema"] == "A")
    with database.unit_of_work(town.OPERATOR) as uow:
        said = {"status": "moved_out", "status_on": "2023-08-24", "status_evidence": "moved to Tianjin"}
        register.change_entity(uow, key=entity, change=said)
    follow_draws(database)
    assert entity not in visits(database, draw)
    (waiting,) = refused(database)
    assert (waiting["entity"], waiting["code"], waiting["source"]) == (entity, "visit_entity_gone", f"draw:{draw}")
    assert "reserve" in waiting["next"]
    happens(database, draw, "replace", drawn[entity], "moved")
    follow_draws(database)
    assert refused(database) == []
    assert visits(database, draw).keys() == teams(database, draw).keys()


def refused(database: Database) -> list[dict[str, Any]]:
    with database.reader() as session:
        found = worklist(session, drawing.HANDLER, now=database.clock.now(), limit=9, language="en")
    return found["refused"]


@pytest.mark.parametrize("filling", [shipped])
def test_who_of_a_tier_looked_at_from_afar_is_visited_on_site_follows_from_the_transcript(database: Database) -> None:
    drawing.district(database, 24, frequencies=FROM_AFAR, methods=["on_site", "off_site"])
    draw = prepared(database)
    dispatched(database, draw)
    follow_draws(database)
    numbers = visits(database, draw)
    in_tier = [key for key, number in numbers.items() if seen(database, number).visit.tier == "A"]
    on_site = {key for key in in_tier if seen(database, numbers[key]).visit.method == "on_site"}
    assert len(on_site) == -(-len(in_tier) * 2 // 5) < len(in_tier)
    shares = by_hand(full(database, draw))
    assert on_site == set(sorted(in_tier, key=lambda key: shares[code_of_key(key)])[: len(on_site)])

    first, last = min(on_site, key=lambda key: shares[code_of_key(key)]), numbers
    with database.reader() as session:
        code = next(one.code for one in draws.dispatched(session, draw).teams if one.entity == first)
    happens(database, draw, "replace", code, "merged")
    follow_draws(database)
    (comes,) = visits(database, draw).keys() - last.keys()
    assert seen(database, visits(database, draw)[comes]).visit.method == "on_site", "in the turn of whom it replaces"


def by_hand(transcript: dict[str, Any]) -> dict[str, int]:
    """The share of everyone's ticket out of a full transcript, by docs/draw-protocol.md and docs/visits.md alone."""
    seed = seed_by_hand(transcript)
    part = transcript["commitment"]["parts"][0]
    key = h("key", seed, b"ticket", b"" if part["tickets"] == "shared" else part["part"].encode())
    strata = {one["stratum"]: one for one in part["strata"]}
    found = {}
    for code, _, stratum, _, state, *_ in transcript["parts"][0]["frame"]:
        if state == "in" and strata[stratum]["draw"]:
            t = int.from_bytes(sha256(key + b"ticket".ljust(32, b"\0") + code.encode()).digest(), "big")
            found[code] = t * strata[stratum]["size"] // strata[stratum]["draw"]
    return found


def seed_by_hand(transcript: dict[str, Any]) -> bytes:
    closing = h("doc/closing", canonical(transcript["closing"]))
    entropy = transcript["entropy"]
    value = h("entropy", canonical(entropy["values"]))
    return h("seed", closing, bytes.fromhex(transcript["secret"]), value, entropy["attempt"].to_bytes(4, "big"))


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def h(tag: str, *parts: bytes) -> bytes:
    framed = [len(part).to_bytes(4, "big") + part for part in (f"xinjian/draw/1/{tag}".encode(), *parts)]
    return sha256(b"".join(framed)).digest()
