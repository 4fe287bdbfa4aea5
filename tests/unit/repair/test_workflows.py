"""The two tables: nothing leads out of them, every way has an end, and no person holds two parts that are apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.errors import LawError
from scoring.repair import MACHINES, START, WORKFLOWS, Row, Workflow, refused_as

BOTH = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
EVENTS = sorted({row.event for workflow in WORKFLOWS.values() for row in workflow.rows})


@given(st.sampled_from(sorted(WORKFLOWS)), st.lists(st.sampled_from(EVENTS), max_size=30))
def test_no_sequence_of_events_leaves_the_table(name: str, events: list[str]) -> None:
    workflow, state = WORKFLOWS[name], START
    for event in events:
        known = [row.to for row in workflow.rows if (row.state, row.event) == (state, event)]
        if known:
            state = workflow.step(state, event).to
            assert known == [state]
        else:
            with pytest.raises(LawError) as refused:
                workflow.step(state, event)
            assert refused.value.code == "step_not_open"
            assert all(open_ in refused.value.en for open_ in workflow.events(state))
    assert state in workflow.states


@BOTH
def test_a_case_that_is_over_stays_so_but_for_a_fraud_found_later(workflow: Workflow) -> None:
    after = {state: workflow.events(state) for state in workflow.final}
    fraud = ("propose_revocation", "drop_revocation", "revoke")
    assert {events for events in after.values() if events} <= {fraud}
    assert all(workflow.events(state) for state in workflow.states - workflow.final)


@BOTH
def test_every_way_through_leaves_no_clock_behind(workflow: Workflow) -> None:
    """Whatever the way, a state has the same clocks running and standing still; an end has none."""
    shown: dict[str, frozenset[tuple[str, bool]]] = {}
    ahead: list[tuple[str, dict[str, bool]]] = [(START, {})]
    while ahead:
        state, running = ahead.pop()
        told = frozenset(running.items())
        assert shown.setdefault(state, told) == told, state
        for row in workflow.rows:
            if row.state != state or (row.to in shown and row.to == state):
                continue
            after = dict(running)
            for move, clock in row.clocks:
                if move == "start":
                    assert clock not in after
                    after[clock] = True
                elif move == "stop":
                    del after[clock]
                else:
                    assert after[clock] is (move != "resume")
                    after[clock] = move != "pause"
            if (row.to, frozenset(after.items())) != (row.to, shown.get(row.to)):
                ahead.append((row.to, after))
    assert all(not shown[state] for state in workflow.final)
    waiting = {state for state in workflow.states - workflow.final - {START} if not any(dict(shown[state]).values())}
    assert not waiting, "a case waits here without any clock"


@BOTH
def test_only_a_clock_or_a_person_of_a_named_part_takes_a_step(workflow: Workflow) -> None:
    for row in workflow.rows:
        assert row.by
        assert not set(row.apart) & MACHINES
        for part in ("applicant", "handler", "reviewer", "decider", "source", "clock", "service"):
            said = refused_as(row, part, "p1", {})
            assert said == (None if part in row.by else "wrong_part")
        for other in row.apart:
            human = next((part for part in row.by if part not in MACHINES), None)
            if human is not None:
                assert refused_as(row, human, "p1", {other: {"p1", "p2"}}) == "same_person"
                assert refused_as(row, human, "p3", {other: {"p1", "p2"}}) is None


def test_who_handles_does_not_verify_and_neither_decides() -> None:
    repair = WORKFLOWS["repair"]
    assert repair.step("accepted", "verify").apart == ("handler",)
    decisions = [
        row for row in repair.rows if "decider" in row.by and row.event in {"grant", "refuse", "lift", "extend"}
    ]
    assert {row.apart for row in decisions} == {("handler", "reviewer")}
    fraud = [row for row in repair.rows if row.event in {"revoke", "drop_revocation"}]
    assert {(row.by, row.apart) for row in fraud} == {(("decider",), ("handler", "reviewer"))}
    assert {row.by for row in repair.rows if row.event == "propose_revocation"} == {("handler", "reviewer")}
    second = WORKFLOWS["objection"].step("under_review", "uphold")
    assert second.apart == ("handler", "decider")


def test_the_usual_ways_end_where_the_law_says() -> None:
    repair, objection = WORKFLOWS["repair"], WORKFLOWS["objection"]
    granted = ["submit", "ask_supplement", "supply", "accept", "verify", "extend", "grant"]
    assert repair.after([*granted, "close"]) == "closed"
    assert repair.after([*granted, "close", "propose_revocation", "revoke"]) == "revoked"
    assert repair.after([*granted, "propose_revocation", "drop_revocation", "close"]) == "closed"
    assert repair.after(["submit", "ask_supplement", "lapse"]) == "lapsed"
    assert repair.after(["expire", "close"]) == "closed"
    assert objection.after(["object", "mark", "forward", "answer", "correct"]) == "corrected"
    assert objection.after(["object", "mark", "uphold", "ask_review", "uphold"]) == "closed"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([Row(START, "a", "x", ("handler",)), Row(START, "a", "y", ("handler",))], "stands twice"),
        ([Row(START, "a", "x", ("handler",)), Row("x", "b", "x", ("handler",))], "no way leads to an end"),
        ([Row(START, "a", "end", ("handler",)), Row("x", "b", "end", ("handler",))], "no way leads to"),
    ],
)
def test_a_table_that_contradicts_itself_is_not_made(rows: list[Row], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Workflow("wrong", rows, final=("end", "y") if said == "stands twice" else ("end",))
