"""What follows a draw: attempts that fail, events, void draws and what they owe, the load of a year."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from scoring.sampling.strata import code_of
from scoring.sampling.verify import Outside, verify
from service.inspections import draws
from service.inspections.draws import store
from service.inspections.draws.worklist import worklist
from service.platform import Database, Role
from tests.builders import drawing
from tests.builders.draw_life import (
    act,
    closed,
    dispatched,
    frozen,
    full,
    full_bytes,
    lose_secret,
    move,
    prepared,
    refused,
    register,
    valued,
)
from tests.builders.draws import material
from tests.builders.fillings import shipped
from tests.integration.ratings import town
from workers.jobs import expire

ABOVE = drawing.person("s1", Role.APPROVER, drawing.ABOVE)


def fallback_terms() -> dict[str, Any]:
    """A round half an hour before the known one; the known one without secret, or instead of it."""
    earlier = {**material.DRAND, "round": material.ROUND - 600}
    return drawing.terms(
        close_at=drawing.INSTANT - 12_000,
        attempts=[
            {"when": "first", "sources": [earlier], "instant": None, "deadline": drawing.INSTANT - 600},
            {
                "when": "secret_missing",
                "sources": [material.DRAND],
                "instant": None,
                "deadline": drawing.INSTANT + 3_600,
            },
        ],
    )


def test_a_secret_that_stays_missing_is_a_public_fact_and_the_next_attempt_uses_none(database: Database) -> None:
    number = prepared(database, terms=fallback_terms())
    closed(database, number, at=drawing.INSTANT - 11_000)
    move(database, drawing.INSTANT - 1_000)
    failing = {"draw": number, "evidence": drawing.EVIDENCE}
    assert refused(database, draws.note_failure, reason="source_absent", **failing) == "draw_no_next_attempt"
    assert refused(database, draws.note_failure, reason="secret_missing", **failing) == "draw_too_early"
    move(database, drawing.INSTANT - 500)
    assert refused(database, draws.note_failure, reason="secret_missing", **failing) == "draw_secret_at_hand"
    lose_secret(database, number)
    for _ in range(2):
        assert act(database, draws.note_failure, reason="secret_missing", **failing) == 2
    assert refused(database, draws.produce_secret, draw=number, value=None) == "draw_secret_not_used"
    move(database, drawing.INSTANT + 60)
    act(database, draws.enter_values, draw=number, values=[material.SIGNED])
    act(database, draws.conclude, draw=number)
    with database.reader() as session:
        told = draws.view_of(session, number).failed
    assert told == [{"attempt": 1, "reason": "secret_missing", "evidence": drawing.EVIDENCE}]
    report = verify(full_bytes(database, number))
    assert report.failed() == []
    assert report.verdict("E-ATTEMPT") == "WEAK"


def test_a_secret_that_was_produced_is_not_missing(database: Database) -> None:
    number = prepared(database, terms=fallback_terms())
    closed(database, number, at=drawing.INSTANT - 11_000)
    move(database, drawing.INSTANT - 500)
    act(database, draws.produce_secret, draw=number, value=None)
    said = {"draw": number, "reason": "secret_missing", "evidence": drawing.EVIDENCE}
    assert refused(database, draws.note_failure, **said) == "draw_secret_known"


def event(kind: str, subject: str, reason: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 fields of an event
    known = {"kind": kind, "part": "P1", "subject": subject, "seat": 0, "reason": reason}
    return {**known, "evidence": drawing.EVIDENCE, **said}


def happened(database: Database, number: str, said: dict[str, Any]) -> dict[str, Any]:
    proposal = act(database, draws.propose_event, draw=number, event=said)
    made: dict[str, Any] = act(
        database, draws.decide_event, drawing.APPROVER, draw=number, proposal=proposal, approved=True
    )
    again = act(database, draws.decide_event, drawing.APPROVER, draw=number, proposal=proposal, approved=True)
    assert again == made
    return made


def test_who_comes_after_the_draw_follows_from_it_and_verifies(database: Database) -> None:
    number = prepared(database)
    dispatched(database, number)
    part = full(database, number)["parts"][0]
    stratum_of = {row[0]: row[2] for row in part["frame"]}
    gone = next(code for (code,) in part["drawn"] if stratum_of[code] == "never_inspected")
    reserves = [code for stratum, _, code in part["reserves"] if stratum == "never_inspected"]
    replaced = happened(database, number, event("replace", gone, "unreachable"))
    assert (replaced["from"], replaced["to"], replaced["subject"]) == (gone, reserves[0], "never_inspected")
    extended = happened(database, number, event("extend", "never_inspected", "step"))
    assert (extended["from"], extended["to"]) == (reserves[1], reserves[1])
    leaver = dict(part["teams"])[gone][1]
    stepped = happened(database, number, event("step_in", reserves[0], "recusal", seat=1))
    assert stepped["from"] == leaver
    assert stepped["to"] not in {"", leaver}
    happened(database, number, event("step_in", reserves[1], "extension"))
    log = [entry["kind"] for entry in register(database)].count("log")
    assert log == 4
    assert verify(full_bytes(database, number)).failed() == []
    with database.reader() as session:
        visits = {visit.code: dict(visit.team) for visit in draws.dispatched(session, number).teams}
        debts = session.execute(text("SELECT entity, reason FROM draw_debt")).all()
    assert set(visits) == {code for (code,) in part["drawn"]} - {gone} | set(reserves[:2])
    assert stepped["to"] in visits[reserves[0]]
    assert [reason for _, reason in debts] == ["unreachable"], "who was not reached stays due"


@pytest.mark.parametrize("filling", [shipped])
def test_whoever_may_not_visit_the_entity_that_comes_is_stood_in_for_at_once(database: Database) -> None:
    ids = drawing.district(database, 80, inspectors=0)
    keys = [town.key_of(database, number) for number in ids]
    halves = (("DC-01", "DC-02", "DC-03"), ("DC-04", "DC-05", "DC-06"))
    for half, (codes, related) in enumerate(zip(halves, (keys[::2], keys[1::2]), strict=True)):
        reasons = [{"entity": key, "reason": f"half {half}"} for key in related]
        drawing.enrol(database, *codes, relations=reasons)
    number = prepared(database)
    dispatched(database, number)
    part = full(database, number)["parts"][0]
    stratum_of = {row[0]: row[2] for row in part["frame"]}
    even = {code_of(key) for key in keys[::2]}
    comes = next(code for stratum, _, code in part["reserves"] if stratum == "never_inspected")
    gone = next(
        code for (code,) in part["drawn"] if stratum_of[code] == "never_inspected" and (code in even) != (comes in even)
    )
    happened(database, number, event("replace", gone, "merged"))
    log = full(database, number)["log"]
    assert [(one["kind"], one["reason"], one["seat"]) for one in log] == [
        ("replace", "merged", 0),
        ("step_in", "unfit", 0),
        ("step_in", "unfit", 1),
    ]
    may = set(halves[1] if comes in even else halves[0])
    assert {one["to"] for one in log[1:]} <= may
    assert verify(full_bytes(database, number)).failed() == []
    said = event("step_in", comes, "unfit")
    assert refused(database, draws.propose_event, draw=number, event=said) == "draw_reason_unknown"


def test_an_event_needs_a_listed_reason_another_person_and_something_left(database: Database) -> None:
    number = prepared(database)
    valued(database, number)
    act(database, draws.conclude, draw=number)
    (gone, *_), *_ = full(database, number)["parts"][0]["drawn"]
    said = event("replace", gone, "closed")
    assert refused(database, draws.propose_event, draw=number, event=said) == "draw_step_too_early"
    act(database, draws.dispatch, draw=number)
    for wrong, code in (
        (event("replace", gone, "inconvenient"), "draw_reason_unknown"),
        (event("replace", "E-0", "closed"), "draw_visit_unknown"),
        (event("step_in", gone, "leave", seat=4), "draw_visit_unknown"),
        (event("step_in", gone, "extension"), "draw_reason_unknown"),
        (event("extend", "C", "step"), "draw_step_not_committed"),
    ):
        assert refused(database, draws.propose_event, draw=number, event=wrong) == code
    proposal = act(database, draws.propose_event, drawing.APPROVER, draw=number, event=event("step_in", gone, "leave"))
    deciding = {"draw": number, "proposal": proposal}
    assert refused(database, draws.decide_event, drawing.APPROVER, **deciding, approved=True) == "draw_own_work"
    other = drawing.person("a2", Role.APPROVER)
    assert act(database, draws.decide_event, other, **deciding, approved=False) is None
    assert act(database, draws.decide_event, other, **deciding, approved=True) is None, "refused once is refused"
    assert [entry["kind"] for entry in register(database)].count("log") == 0


def test_an_abandoned_draw_stays_in_the_register_and_frees_its_task(database: Database) -> None:
    number = prepared(database)
    frozen(database, number)
    assert refused(database, draws.void_draw, drawing.APPROVER, draw=number) == "draw_void_not_proposed"
    act(database, draws.propose_void, draw=number, reason="a clerical error in the seats")
    assert refused(database, draws.void_draw, draw=number) == "draw_own_work"
    for _ in range(2):
        act(database, draws.void_draw, drawing.APPROVER, draw=number)
    entries = register(database)
    assert [entry["kind"] for entry in entries] == ["plan", "commitment", "void"]
    assert (entries[-1]["by"], entries[-1]["approved_by"]) == ("TOKEN-H1", "TOKEN-A1")
    assert refused(database, draws.close_draw, draw=number) == "draw_void"
    task = entries[1]["task"]
    assert refused(database, draws.prepare_draw, task=task, terms=drawing.terms()) == "draw_reason_missing"
    said = drawing.terms(reason="the seats are mended")
    again = act(database, draws.prepare_draw, task=task, terms=said)
    assert again != number
    assert frozen(database, again)["replaces"] == number


def test_a_number_that_was_never_frozen_ends_in_the_register(database: Database) -> None:
    number = prepared(database)
    given_up = prepared(database)
    act(database, draws.propose_void, draw=given_up, reason="prepared twice")
    act(database, draws.void_draw, drawing.APPROVER, draw=given_up)
    last = datetime(2023, 9, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    move(database, int(last.timestamp()) - 1)
    expire.run(database)
    (waits,) = waiting(database)
    assert (waits["number"], waits["step"], waits["due"]) == (number, "freeze", int(last.timestamp()))
    move(database, int(last.timestamp()))
    (waits,) = waiting(database)
    assert waits["overdue"] is True
    for _ in range(2):
        expire.run(database)
    entries = register(database)
    assert [(entry["kind"], entry["draw"], entry["task"]) for entry in entries] == [
        ("void", given_up, ""),
        ("void", number, ""),
    ]
    assert [entry["digest"] for entry in entries] == ["0" * 64] * 2
    assert entries[0]["by"] != entries[0]["approved_by"]
    assert entries[1]["reason"].startswith("expired (110101-2023-P001-T01")
    assert waiting(database) == []
    said = {"draw": number, "secret": bytes(32), "salt_key": bytes(32)}
    assert refused(database, draws.freeze_draw, drawing.APPROVER, **said) == "draw_void"


def test_a_number_that_expired_is_no_draw_that_a_later_one_replaces(database: Database) -> None:
    number = prepared(database)
    act(database, draws.propose_void, draw=number, reason="prepared too early")
    act(database, draws.void_draw, drawing.APPROVER, draw=number)
    with database.reader() as session:
        task = store.draw_of(session, number).task
    again = act(database, draws.prepare_draw, task=task, terms=drawing.terms())
    valued(database, again)
    act(database, draws.conclude, draw=again)
    report = verify(full_bytes(database, again))
    assert report.failed() == []
    assert [report.verdict(code) for code in ("C-ONE", "G-CHAIN", "G-GAPS")] == ["PASS"] * 3


def waiting(database: Database) -> list[dict[str, Any]]:
    with database.reader() as session:
        return worklist(session, drawing.HANDLER, now=database.clock.now(), limit=9)


@pytest.mark.parametrize("total", [None, 3])
def test_after_the_instant_only_the_office_above_may_void_and_whoever_was_drawn_is_carried(
    database: Database, total: int | None
) -> None:
    number = prepared(database, total=total)
    dispatched(database, number)
    before = full(database, number)
    drawn = sorted(code for (code,) in before["parts"][0]["drawn"])
    assert refused(database, draws.propose_void, draw=number, reason="second thoughts") == "draw_reason_unknown"
    act(database, draws.propose_void, draw=number, reason="frame_unlawful")
    assert refused(database, draws.void_draw, drawing.APPROVER, draw=number) == "draw_superior_needed"
    act(database, draws.void_draw, ABOVE, draw=number)
    with database.reader() as session:
        assert draws.load_of_year(session, 2023) == {}, "nobody went"

    start, instant = drawing.INSTANT + 4_000, drawing.INSTANT + 20_000
    move(database, start)
    attempts = [{"when": "first", "sources": drawing.NUMBERS, "instant": instant, "deadline": instant + 3_600}]
    terms = drawing.terms(close_at=start + 4_000, attempts=attempts, reason="frame_unlawful")
    again = act(database, draws.prepare_draw, task=before["commitment"]["task"], terms=terms)
    closed(database, again, at=start + 5_000, approver=ABOVE)
    move(database, instant + 60)
    act(database, draws.produce_secret, draw=again, value=None)
    for person in (drawing.HANDLER, drawing.APPROVER):
        act(database, draws.enter_values, person, draw=again, values=drawing.ANNOUNCED)
    act(database, draws.conclude, draw=again)
    after = full(database, again)
    assert after["commitment"]["replaces"] == number
    assert sorted(row[0] for row in after["parts"][0]["frame"] if row[2] == "carried") == drawn
    assert {code for (code,) in after["parts"][0]["drawn"]} >= set(drawn), "a redraw adds, it never frees"
    report = verify(full_bytes(database, again), Outside(previous=before))
    assert report.failed() == []
    assert report.verdict("F-CARRIED") == "PASS"


@pytest.mark.parametrize("filling", [shipped])
def test_the_next_draw_knows_the_seats_of_the_year_and_avoids_the_last_team(database: Database) -> None:
    drawing.district(database, inspectors=8)
    first = prepared(database)
    dispatched(database, first)
    with database.reader() as session:
        load = draws.load_of_year(session, 2023)
        teams = {visit.code: {person for person, _ in visit.team} for visit in draws.dispatched(session, first).teams}
    assert sum(load.values()) == 8
    start = drawing.INSTANT + 4_000
    move(database, start)
    instant = start + 10_000
    attempts = [{"when": "first", "sources": drawing.NUMBERS, "instant": instant, "deadline": instant + 3_600}]
    second = prepared(database, terms=drawing.terms(close_at=start + 4_000, attempts=attempts))
    closed(database, second, at=start + 5_000)
    move(database, instant + 60)
    act(database, draws.produce_secret, draw=second, value=None)
    for person in (drawing.HANDLER, drawing.APPROVER):
        act(database, draws.enter_values, person, draw=second, values=drawing.ANNOUNCED)
    act(database, draws.conclude, draw=second)
    part = full(database, second)["parts"][0]
    assert {row[0]: row[4] for row in part["roster"]} == {f"DC-{n:02}": load.get(f"DC-{n:02}", 0) for n in range(1, 9)}
    assert {code: set(last) for code, _, last in part["avoid"] if last} == teams
    again = {code: set(ids) for code, ids in part["teams"] if code in teams}
    assert again, "tier D is drawn whole each time"
    assert all(not ids & teams[code] for code, ids in again.items())
