"""Freeze, draw and dispatch, killed at each point of their transactions: nothing is half done, then it goes on."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from scoring.sampling.verify import verify
from service.inspections import draws
from service.inspections.draws import store
from service.inspections.visits import follow_draws
from service.platform import Database, FixedClock, Problem, Role
from tests.builders import drawing, joint
from tests.builders.draw_life import (
    act,
    dispatched,
    frozen,
    full,
    full_bytes,
    kept,
    move,
    prepared,
    register,
    state,
    valued,
)
from tests.builders.draws import material
from tests.faults.stalling import kill_where_it_waits, table
from tests.integration.draws.test_aftermath import event
from workers.jobs import expire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.builders.fillings import Filling

STORED = ("draw_document", "draw_entry", "draw_secret", "draw_rows", "draw_act", "draw_seat", "outbox", "audit")


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(drawing.at(drawing.FREEZING)))
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def joined(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(drawing.at(drawing.FREEZING)))
    try:
        joint.departments(database)
        yield database
    finally:
        database.close()


def stored(database: Database) -> dict[str, int]:
    with database.reader() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in STORED}  # noqa: S608 our own names


def take(step: Callable[..., object], second: int) -> None:
    """A step over the database of this process, at an instant."""
    step(Database(os.environ["DATABASE_URL"], clock=FixedClock(drawing.at(second))))


def killed(database: Database, database_url: str, step: Callable[..., object], *, held: str) -> None:
    """Kill a process that takes the step where the lock holds it; nothing is stored of it."""
    before = stored(database)
    second = int(database.clock.now().timestamp())
    kill_where_it_waits(database_url, partial(take, step, second), held)
    assert stored(database) == before


@pytest.mark.parametrize(
    "held",
    [
        table("inspection_task_hold"),  # before anything is read
        table("entity", "ACCESS EXCLUSIVE"),  # the turn is taken, the frame not yet read
        table("draw_document"),  # all is computed, nothing written
        table("draw_secret"),  # the commitment and its entry are written, the secret is not
        table("audit"),  # written, traces not yet left
        table("outbox"),
    ],
)
def test_a_freeze_killed_anywhere_leaves_a_draw_that_is_only_prepared(
    database: Database, database_url: str, held: str
) -> None:
    number = prepared(database)
    killed(database, database_url, partial(frozen, number=number), held=held)
    assert (state(database, number), register(database)) == ("prepared", [])
    made = frozen(database, number)
    assert frozen(database, number, secret=bytes(32)) == made
    assert [entry["kind"] for entry in register(database)] == ["plan", "commitment"]


@pytest.mark.parametrize("held", [table("draw_rows"), table("draw_seat"), table("draw_document"), table("audit")])
def test_a_conclusion_killed_anywhere_comes_to_the_same_result(
    database: Database, database_url: str, held: str
) -> None:
    number = prepared(database)
    valued(database, number)
    killed(database, database_url, partial(act, step=draws.conclude, draw=number), held=held)
    assert state(database, number) == "entropy"
    made = act(database, draws.conclude, draw=number)
    assert act(database, draws.conclude, draw=number) == made
    report = verify(full_bytes(database, number))
    assert report.failed() == []
    assert [report.verdict(code) for code in ("S-DRAWN", "S-ROOT", "A-EQUAL")] == ["PASS"] * 3


@pytest.mark.parametrize("held", [table("draw_act"), table("audit")])
def test_an_approval_of_a_part_killed_anywhere_is_none(joined: Database, database_url: str, held: str) -> None:
    ours, theirs = joint.published(joined)
    number = act(joined, draws.prepare_draw, task=ours, terms=joint.terms(theirs))
    step = partial(act, step=draws.approve_part, actor=joint.OTHER_APPROVER, draw=number, task=theirs)
    killed(joined, database_url, step, held=held)
    with pytest.raises(Problem) as refused:
        frozen(joined, number)
    assert refused.value.code == "draw_part_unapproved"
    act(joined, draws.approve_part, joint.OTHER_APPROVER, draw=number, task=theirs)
    assert len(frozen(joined, number)["parts"]) == 2


@pytest.mark.parametrize("held", [table("draw_rows"), table("outbox")])
def test_a_joint_draw_killed_at_its_freeze_and_result_is_whole_or_not_there(
    joined: Database, database_url: str, held: str
) -> None:
    number, _, _ = joint.prepared(joined, rotation=(1, 2))
    killed(joined, database_url, partial(frozen, number=number), held=held)
    assert (state(joined, number), register(joined)) == ("prepared", [])
    made = frozen(joined, number)
    valued(joined, number)
    killed(joined, database_url, partial(act, step=draws.conclude, draw=number), held=table("draw_seat"))
    act(joined, draws.conclude, draw=number)
    with joined.reader() as session:
        theirs = [entry["kind"] for entry in store.register_of(session, joint.OTHER)]
    assert theirs == ["commitment", "result"], "the register of the other authority has what the first one has, once"
    assert frozen(joined, number) == made
    assert verify(full_bytes(joined, number)).failed() == []


@pytest.mark.parametrize("held", [table("draw_act"), table("audit"), table("outbox")])
def test_a_dispatch_killed_anywhere_is_told_once(database: Database, database_url: str, held: str) -> None:
    number = prepared(database)
    valued(database, number)
    act(database, draws.conclude, draw=number)
    killed(database, database_url, partial(act, step=draws.dispatch, draw=number), held=held)
    assert state(database, number) == "concluded"
    for _ in range(2):
        act(database, draws.dispatch, draw=number)
    with database.reader() as session:
        told = session.execute(text("SELECT count(*) FROM outbox WHERE topic = 'inspections.draw_dispatched'"))
        assert told.scalar_one() == 1
        assert len(draws.dispatched(session, number).teams) == 4


def test_a_joint_dispatch_killed_anywhere_is_told_once_and_both_departments_go(
    joined: Database, database_url: str
) -> None:
    number, _, _ = joint.prepared(joined, rotation=(1, 2))
    valued(joined, number)
    act(joined, draws.conclude, draw=number)
    for held in (table("draw_act"), table("audit"), table("outbox")):
        killed(joined, database_url, partial(act, step=draws.dispatch, draw=number), held=held)
        assert state(joined, number) == "concluded"
    for _ in range(2):
        act(joined, draws.dispatch, draw=number)
    before = stored(joined)
    for name in ("visit_ledger", "visit", "visit_member", "outbox_done", "audit"):
        killed(joined, database_url, follow_draws, held=table(name))
    assert (stored(joined), follow_draws(joined), follow_draws(joined)) == (before, 1, 0)
    with joined.reader() as session:
        parts = draws.dispatched(session, number).parts
        opened = session.execute(text("SELECT source, entity_key FROM visit")).all()
    assert {tuple(row) for row in opened} == {(part.source, one.entity) for part in parts for one in part.teams}
    assert len(opened) == sum(len(part.teams) for part in parts) > 0


def test_an_expiry_killed_anywhere_leaves_the_number_prepared_and_then_ends_it_once(
    database: Database, database_url: str
) -> None:
    number = prepared(database)
    move(database, drawing.INSTANT + 864_000)  # its first day of visits is over
    for held in (table("draw_act"), table("draw_entry"), table("audit"), table("outbox")):
        killed(database, database_url, expire.run, held=held)
        assert (state(database, number), register(database)) == ("prepared", [])
    for _ in range(2):
        expire.run(database)
    assert [(entry["kind"], entry["draw"]) for entry in register(database)] == [("void", number)]
    with database.reader() as session:
        told = session.execute(text("SELECT subject FROM outbox WHERE topic = 'inspections.draw_expired'")).scalars()
        assert told.all() == [number]


def test_a_closing_killed_before_its_entry_is_made_anew(database: Database, database_url: str) -> None:
    number = prepared(database)
    frozen(database, number)
    kept(database, number)
    move(database, drawing.CLOSING)
    killed(database, database_url, partial(act, step=draws.close_draw, draw=number), held=table("audit"))
    assert state(database, number) == "committed"
    closing = act(database, draws.close_draw, draw=number)
    assert closing["closed_at"] == drawing.CLOSING


def test_value_secret_attest_and_opening_killed_anywhere_come_to_the_same_file(
    database: Database, database_url: str
) -> None:
    number = prepared(database)
    frozen(database, number)
    shown = partial(kept, number=number)
    steps = [
        (drawing.FREEZING, shown, ("draw_act", "audit")),
        (drawing.CLOSING, partial(act, step=draws.close_draw, draw=number), ("draw_document", "audit")),
        (
            drawing.INSTANT + 60,
            partial(act, step=draws.enter_values, draw=number, values=[material.SIGNED]),
            ("draw_act", "audit"),
        ),
        (
            drawing.INSTANT + 60,
            partial(act, step=draws.produce_secret, draw=number, value=None),
            ("draw_act", "draw_document", "audit"),
        ),
        (drawing.INSTANT + 90, partial(act, step=draws.conclude, draw=number), ("draw_document",)),
        (
            drawing.INSTANT + 120,
            partial(act, step=draws.attest, actor=drawing.CUSTODIAN, draw=number, custodian="AU-01"),
            ("draw_act", "audit"),
        ),
        (drawing.INSTANT + 120, partial(act, step=draws.dispatch, draw=number), ("draw_act",)),
        (drawing.INSTANT + 150, partial(act, step=draws.open_draw, draw=number), ("draw_act", "audit")),
    ]
    for second, step, held in steps:
        move(database, second)
        for name in held:
            killed(database, database_url, step, held=table(name))
        made = step(database)
        assert step(database) == made, "asked again, it answers with what it did"
    kinds = ["plan", "commitment", "closing", "entropy", "result", "attest", "open"]
    assert [entry["kind"] for entry in register(database)] == kinds
    assert verify(full_bytes(database, number)).failed() == []


def test_an_event_after_the_draw_and_giving_up_killed_anywhere_happen_once(
    database: Database, database_url: str
) -> None:
    number = prepared(database)
    dispatched(database, number)
    (gone, *_), *_ = full(database, number)["parts"][0]["drawn"]
    said = event("step_in", gone, "leave")
    proposing = partial(act, step=draws.propose_event, draw=number, event=said)
    killed(database, database_url, proposing, held=table("draw_act"))
    deciding = partial(
        act, step=draws.decide_event, actor=drawing.APPROVER, draw=number, proposal=proposing(database), approved=True
    )
    for name in ("draw_document", "draw_seat", "draw_act", "outbox", "audit"):
        killed(database, database_url, deciding, held=table(name))
    assert deciding(database) == deciding(database)
    asking = partial(act, step=draws.propose_void, draw=number, reason="frame_unlawful")
    killed(database, database_url, asking, held=table("draw_act"))
    asking(database)
    voiding = partial(act, step=draws.void_draw, actor=drawing.person("s1", Role.APPROVER, drawing.ABOVE), draw=number)
    for name in ("draw_act", "draw_debt", "inspection_task_hold", "outbox", "audit"):
        killed(database, database_url, voiding, held=table(name))
        assert state(database, number) == "dispatched"
    for _ in range(2):
        voiding(database)
    assert [entry["kind"] for entry in register(database)][-2:] == ["log", "void"]
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM draw_debt")).scalar_one() == 4, "each drawn one, once"
