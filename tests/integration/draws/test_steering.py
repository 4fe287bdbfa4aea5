"""Officials who want one entity spared, or another outcome: what they would do with a draw, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from scoring.sampling.verify import Outside, verify
from service.inspections import draws
from service.inspections.visits import cancel_visit, follow_draws
from service.platform import Database, Role
from tests.builders import drawing
from tests.builders.draw_life import (
    SECRET,
    act,
    closed,
    dispatched,
    frozen,
    full,
    full_bytes,
    kept,
    key_of,
    lose_secret,
    move,
    prepared,
    refused,
    register,
    state,
)
from tests.builders.draws import material
from tests.integration.draws.test_aftermath import event, fallback_terms, happened

ABOVE = drawing.person("s1", Role.APPROVER, drawing.ABOVE)
AFTER = drawing.INSTANT + 60


@pytest.fixture
def district(database: Database) -> Database:
    return database


def owed(database: Database) -> dict[str, str]:
    """Why, by the key of the entity."""
    with database.reader() as session:
        rows = session.execute(text("SELECT entity, reason FROM draw_debt"))
        return {row.entity: row.reason for row in rows}


def drawn_again(database: Database, task: str, *, reason: str = "") -> dict[str, Any]:
    """The full file of the task's next draw, or of another task's."""
    start, instant = drawing.INSTANT + 4_000, drawing.INSTANT + 20_000
    move(database, start)
    attempts = [{"when": "first", "sources": drawing.NUMBERS, "instant": instant, "deadline": instant + 3_600}]
    terms = drawing.terms(close_at=start + 4_000, attempts=attempts, reason=reason)
    number = act(database, draws.prepare_draw, task=task, terms=terms)
    closed(database, number, at=start + 5_000, approver=ABOVE)
    move(database, instant + 60)
    act(database, draws.produce_secret, draw=number, value=None)
    for person in (drawing.HANDLER, drawing.APPROVER):
        act(database, draws.enter_values, person, draw=number, values=drawing.ANNOUNCED)
    act(database, draws.conclude, draw=number)
    return full(database, number)


def carried(file: dict[str, Any]) -> set[str]:
    return {row[0] for row in file["parts"][0]["frame"] if row[2] == "carried"}


def with_reserves(database: Database, number: str) -> str:
    """A drawn entity that a reserve can replace."""
    part = full(database, number)["parts"][0]
    stratum_of = {row[0]: row[2] for row in part["frame"]}
    return next(code for (code,) in part["drawn"] if stratum_of[code] == "never_inspected")


def test_a_draw_whose_outcome_displeases_is_not_given_up_before_it_is_drawn(district: Database) -> None:
    number = prepared(district)
    closed(district, number)
    move(district, AFTER)
    giving_up = {"draw": number, "reason": "court_order"}
    assert refused(district, draws.propose_void, **giving_up) == "draw_step_too_early"
    for missing, code in (("secret_missing", "draw_secret_at_hand"), ("source_absent", "draw_value_entered")):
        act(district, draws.enter_values, draw=number, values=[material.SIGNED])
        assert refused(district, draws.propose_void, draw=number, reason=missing) == code
    act(district, draws.produce_secret, draw=number, value=None)
    assert refused(district, draws.propose_void, **giving_up) == "draw_step_too_early"
    act(district, draws.conclude, draw=number)
    before = full(district, number)
    act(district, draws.propose_void, **giving_up)
    act(district, draws.void_draw, ABOVE, draw=number)
    after = drawn_again(district, before["commitment"]["task"], reason="court_order")
    assert carried(after) == {code for (code,) in before["parts"][0]["drawn"]}
    report = verify(full_bytes(district, after["commitment"]["draw"]), Outside(previous=before))
    assert (report.failed(), report.verdict("F-CARRIED")) == ([], "PASS")


def test_a_void_proposed_before_the_instant_is_looked_at_again_after_it(district: Database) -> None:
    number = prepared(district)
    closed(district, number)
    act(district, draws.propose_void, draw=number, reason="court_order")
    move(district, AFTER)
    assert refused(district, draws.void_draw, ABOVE, draw=number) == "draw_step_too_early"
    assert state(district, number) == "closed"


def test_what_can_never_be_drawn_is_given_up_for_just_that_reason(district: Database) -> None:
    number = prepared(district)
    closed(district, number)
    move(district, AFTER)
    lose_secret(district, number)
    assert refused(district, draws.propose_void, draw=number, reason="frame_unlawful") == "draw_step_too_early"
    act(district, draws.propose_void, draw=number, reason="secret_missing")
    act(district, draws.void_draw, ABOVE, draw=number)
    assert (state(district, number), register(district)[-1]["reason"]) == ("void", "secret_missing")


def test_a_draw_that_was_never_closed_has_no_seed_and_may_be_given_up(district: Database) -> None:
    number = prepared(district)
    frozen(district, number)
    move(district, AFTER)
    act(district, draws.propose_void, draw=number, reason="court_order")
    act(district, draws.void_draw, ABOVE, draw=number)
    assert (state(district, number), owed(district)) == ("void", {})


def test_a_custodians_copy_opens_what_is_lost_here(district: Database) -> None:
    number = prepared(district, terms=fallback_terms())
    closed(district, number, at=drawing.INSTANT - 11_000)
    lose_secret(district, number)
    move(district, drawing.INSTANT - 500)
    assert refused(district, draws.produce_secret, draw=number, value=None) == "ciphertext_broken"
    act(district, draws.produce_secret, drawing.CUSTODIAN, draw=number, value=SECRET.hex())
    said = {"draw": number, "reason": "secret_missing", "evidence": drawing.EVIDENCE}
    assert refused(district, draws.note_failure, **said) == "draw_secret_known"


def test_a_source_that_has_spoken_is_not_absent(district: Database) -> None:
    later = {"when": "source_absent", "sources": drawing.NUMBERS, "instant": drawing.INSTANT + 7_200}
    attempts = [*drawing.terms()["attempts"], {**later, "deadline": drawing.INSTANT + 9_000}]
    number = prepared(district, terms=drawing.terms(attempts=attempts))
    closed(district, number)
    move(district, AFTER)
    act(district, draws.enter_values, draw=number, values=[material.SIGNED])
    said = {"draw": number, "reason": "source_absent", "evidence": drawing.EVIDENCE}
    assert refused(district, draws.note_failure, drawing.APPROVER, **said) == "draw_value_entered"
    act(district, draws.produce_secret, draw=number, value=None)
    assert state(district, number) == "entropy"


@pytest.mark.parametrize("role", ["handler", "approver", "the same person as an auditor"])
def test_who_draws_is_no_custodian_of_the_secret(district: Database, role: str) -> None:
    number = prepared(district)
    frozen(district, number)
    auditor = drawing.person("h1", Role.AUDITOR)
    actor = {"handler": drawing.person("h2"), "approver": drawing.APPROVER}.get(role, auditor)
    said = {"draw": number, "custodian": "AU-01", "value": SECRET.hex()}
    assert refused(district, draws.confirm_custody, actor, **said) == "draw_custodian_within"
    kept(district, number)
    move(district, drawing.CLOSING)
    act(district, draws.close_draw, draw=number)


@pytest.mark.parametrize(
    ("reason", "status", "other"),
    [
        ("closed", "revoked", "deregistered"),
        ("deregistered", "deregistered", "moved"),
        ("moved", "moved_out", "closed"),
    ],
)
def test_nobody_is_freed_by_a_reason_that_the_register_does_not_confirm(
    district: Database, reason: str, status: str, other: str
) -> None:
    number = prepared(district)
    dispatched(district, number)
    gone = with_reserves(district, number)
    said = event("replace", gone, reason)
    assert refused(district, draws.propose_event, draw=number, event=said) == "draw_gone_unconfirmed"
    drawing.leaves_register(district, key_of(district, number, gone), status)
    wrong = event("replace", gone, other)
    assert refused(district, draws.propose_event, draw=number, event=wrong) == "draw_gone_unconfirmed"
    assert happened(district, number, said)["from"] == gone
    assert owed(district) == {}


def test_the_register_is_asked_again_when_the_replacement_is_approved(district: Database) -> None:
    number = prepared(district)
    dispatched(district, number)
    gone = with_reserves(district, number)
    key = key_of(district, number, gone)
    drawing.leaves_register(district, key, "revoked")
    proposal = act(district, draws.propose_event, draw=number, event=event("replace", gone, "closed"))
    drawing.leaves_register(district, key, "active")
    deciding = {"draw": number, "proposal": proposal, "approved": True}
    assert refused(district, draws.decide_event, drawing.APPROVER, **deciding) == "draw_gone_unconfirmed"


def test_whoevers_visit_is_called_off_stays_due(district: Database) -> None:
    number = prepared(district)
    dispatched(district, number)
    follow_draws(district)
    code = with_reserves(district, number)
    key = key_of(district, number, code)
    with district.reader() as session:
        visit = session.execute(text("SELECT number FROM visit WHERE entity_key = :key"), {"key": key}).scalar_one()
    act(district, cancel_visit, number=visit, reason="no car that day")
    assert owed(district) == {key: "cancelled"}
    happened(district, number, event("replace", code, "unreachable"))
    assert owed(district) == {key: "cancelled"}, "what is owed is owed once"
    (other,) = drawing.published(district)
    assert code in carried(drawn_again(district, other))


def test_evidence_that_is_kept_elsewhere_shows_nothing_of_this_draw(district: Database) -> None:
    other, number = prepared(district), prepared(district)
    kept_there = act(district, draws.attach_evidence, draw=other, content=b"%PDF-1.7 of the other draw")
    dispatched(district, number)
    said = event("replace", with_reserves(district, number), "unreachable", evidence=kept_there.sha256.hex())
    assert refused(district, draws.propose_event, draw=number, event=said) == "draw_evidence_unknown"
    act(district, draws.attach_evidence, draw=number, content=b"%PDF-1.7 of the other draw")
    act(district, draws.propose_event, draw=number, event=said)
