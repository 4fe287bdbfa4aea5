"""The steps of a draw on a real database: asked twice, raced, refused; what fails leaves nothing half done."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text

from scoring.sampling.bytes import digest
from service.inspections import draws, plans
from service.inspections.draws import store
from service.platform import Database, Problem, Role
from tests.builders import drawing
from tests.builders.draw_life import (
    SALT_KEY,
    SECRET,
    act,
    closed,
    frozen,
    kept,
    move,
    prepared,
    register,
    state,
    valued,
)
from tests.builders.draws import material


def code_of(refused: pytest.ExceptionInfo[Problem]) -> str:
    return refused.value.code


def test_each_step_asked_again_answers_with_what_it_did(database: Database) -> None:
    number = prepared(database)
    with database.reader() as session:
        task = store.draw_of(session, number).task
    assert act(database, draws.prepare_draw, task=task, terms=drawing.terms()) == number
    first = frozen(database, number)
    assert frozen(database, number, secret=bytes(32)) == first, "other chance, given later, changes nothing"
    kept(database, number)
    move(database, drawing.CLOSING)
    closing = act(database, draws.close_draw, draw=number)
    move(database, drawing.CLOSING + 30)
    assert act(database, draws.close_draw, draw=number) == closing
    move(database, drawing.INSTANT + 60)
    act(database, draws.produce_secret, draw=number, value=SECRET.hex())
    entropy = act(database, draws.enter_values, draw=number, values=[material.SIGNED])
    assert act(database, draws.enter_values, drawing.APPROVER, draw=number, values=[material.SIGNED]) == entropy
    result = act(database, draws.conclude, draw=number)
    assert act(database, draws.conclude, draw=number) == result
    for _ in range(2):
        act(database, draws.attest, drawing.CUSTODIAN, draw=number, custodian="AU-01")
        act(database, draws.dispatch, draw=number)
        act(database, draws.open_draw, draw=number)
    kinds = [entry["kind"] for entry in register(database)]
    assert kinds == ["plan", "commitment", "closing", "entropy", "result", "attest", "open"]
    with database.reader() as session:
        told = session.execute(text("SELECT count(*) FROM outbox WHERE topic = 'inspections.draw_dispatched'"))
        assert told.scalar_one() == 1


@pytest.mark.parametrize("step", ["freeze", "conclude"])
def test_a_step_asked_twice_at_once_is_done_once(database: Database, step: str) -> None:
    number = prepared(database)
    if step == "conclude":
        valued(database, number)
    answers: list[Any] = []
    barrier = threading.Barrier(2)

    def run(chance: bytes) -> None:
        barrier.wait()
        if step == "freeze":
            answers.append(frozen(database, number, secret=chance))
        else:
            answers.append(act(database, draws.conclude, draw=number))

    threads = [threading.Thread(target=run, args=(bytes([n]) * 32,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert answers[0] == answers[1]
    kind = "commitment" if step == "freeze" else "result"
    assert [entry["kind"] for entry in register(database)].count(kind) == 1


def test_two_draws_frozen_at_once_leave_a_register_without_gap(database: Database) -> None:
    tasks = drawing.published(database, drawing.task(), drawing.task())
    numbers = [act(database, draws.prepare_draw, task=task, terms=drawing.terms()) for task in tasks]
    threads = [threading.Thread(target=frozen, args=(database, number)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = register(database)
    assert [entry["n"] for entry in entries] == [1, 2, 3, 4]
    assert [entry["prev"] for entry in entries[1:]] == [digest(entry) for entry in entries[:-1]]
    assert {entry["draw"] for entry in entries} == {"", *numbers}


def test_a_frozen_task_is_amended_no_more(database: Database) -> None:
    number = prepared(database)
    with database.reader() as session:
        task = store.draw_of(session, number).task
    plan = task.rpartition("-T")[0]
    waits = act(database, plans.propose_amendment, plan=plan, reason="later", tasks={task: None}, new=[])
    frozen(database, number)
    for step, said in (
        (plans.propose_amendment, {"reason": "other", "tasks": {task: None}, "new": []}),
        (plans.decide_amendment, {"n": waits, "approved": True, "reason": "fits"}),
    ):
        with pytest.raises(Problem) as refused:
            act(database, step, drawing.APPROVER, plan=plan, **said)
        assert code_of(refused) == "task_frozen"
    act(database, plans.decide_amendment, drawing.APPROVER, plan=plan, n=waits, approved=False, reason="too late")


def test_nothing_comes_before_its_time_or_before_the_step_before(database: Database) -> None:
    number = prepared(database)
    for step, said in (
        (draws.close_draw, {}),
        (draws.enter_values, {"values": [material.SIGNED]}),
        (draws.conclude, {}),
        (draws.dispatch, {}),
        (draws.open_draw, {}),
        (draws.attest, {"custodian": "AU-01"}),
    ):
        with pytest.raises(Problem) as refused:
            act(database, step, draw=number, **said)
        assert code_of(refused) == "draw_step_too_early"
    frozen(database, number)
    with pytest.raises(Problem) as refused:
        act(database, draws.close_draw, draw=number)
    assert code_of(refused) == "draw_too_early"
    move(database, drawing.CLOSING)
    with pytest.raises(Problem) as refused:
        act(database, draws.close_draw, draw=number)
    assert code_of(refused) == "draw_custody_missing"
    with pytest.raises(Problem) as refused:
        kept(database, number, "00" * 32)
    assert code_of(refused) == "draw_secret_wrong"
    kept(database, number)
    move(database, drawing.INSTANT - 599)
    with pytest.raises(Problem) as refused:
        act(database, draws.close_draw, draw=number)
    assert code_of(refused) == "draw_too_late"


def test_values_are_taken_from_their_instant_on_and_only_if_they_are_signed(database: Database) -> None:
    number = prepared(database)
    closed(database, number)
    values = [material.SIGNED]
    with pytest.raises(Problem) as refused:
        act(database, draws.enter_values, draw=number, values=values)
    assert code_of(refused) == "draw_too_early"
    with pytest.raises(Problem) as refused:
        act(database, draws.produce_secret, draw=number, value=None)
    assert code_of(refused) == "draw_too_early"
    move(database, drawing.INSTANT)
    forged = material.SIGNATURE[:-1] + "8"
    wrongs: list[list[dict[str, Any]]] = [
        [],
        [{**material.SIGNED, "signature": forged}],
        [{**material.SIGNED, "round": 1001}],
        [{**material.SIGNED, "name": "more than a signature"}],
        [{**drawing.ANNOUNCED[0]}],
    ]
    for wrong in wrongs:
        with pytest.raises(Problem) as refused:
            act(database, draws.enter_values, draw=number, values=wrong)
        assert code_of(refused) == "draw_value_wrong"
    assert state(database, number) == "closed"


def test_witnesses_who_do_not_reveal_are_missing_and_too_few_stop_the_closing(database: Database) -> None:
    number = prepared(database, witness_min=1)
    for name in ("NO-01", "NO-02"):
        act(database, draws.commit_witness, draw=number, **drawing.witness(number, name))
    frozen(database, number)
    kept(database, number)
    with pytest.raises(Problem) as refused:
        act(database, draws.commit_witness, draw=number, **drawing.witness(number, "NO-03"))
    assert code_of(refused) == "draw_already_frozen"
    for said, code in (
        ({"witness": "NO-01", "value": "00" * 32}, "draw_witness_wrong"),
        ({"witness": "NO-09", "value": "00" * 32}, "draw_person_unknown"),
    ):
        with pytest.raises(Problem) as refused:
            act(database, draws.reveal, draw=number, **said)
        assert code_of(refused) == code
    move(database, drawing.CLOSING)
    with pytest.raises(Problem) as refused:
        act(database, draws.close_draw, draw=number)
    assert code_of(refused) == "draw_witnesses_missing"
    act(database, draws.reveal, draw=number, witness="NO-01", value=drawing.WITNESS_VALUE.hex())
    closing = act(database, draws.close_draw, draw=number)
    assert ([each["witness"] for each in closing["reveals"]], closing["missing"]) == (["NO-01"], ["NO-02"])
    act(database, draws.reveal, draw=number, witness="NO-01", value=drawing.WITNESS_VALUE.hex())
    with pytest.raises(Problem) as refused:
        act(database, draws.reveal, draw=number, witness="NO-02", value=drawing.WITNESS_VALUE.hex())
    assert code_of(refused) == "draw_closed"


def test_a_clock_that_is_behind_the_register_writes_no_earlier_moment(database: Database) -> None:
    numbers = [prepared(database), prepared(database)]
    frozen(database, numbers[0])
    move(database, drawing.FREEZING - 30)
    made = frozen(database, numbers[1])
    assert made["frozen_at"] == drawing.FREEZING
    moments = [entry["at"] for entry in register(database)]
    assert moments == sorted(moments)


def test_only_who_showed_the_copy_attests_for_the_custodian(database: Database) -> None:
    number = prepared(database)
    valued(database, number)
    act(database, draws.conclude, draw=number)
    with pytest.raises(Problem) as refused:
        act(database, draws.attest, drawing.APPROVER, draw=number, custodian="AU-01")
    assert code_of(refused) == "draw_person_unknown"
    act(database, draws.attest, drawing.CUSTODIAN, draw=number, custodian="AU-01")
    with database.reader() as session:
        assert draws.view_of(session, number).attested == ["AU-01"]


def test_another_authority_takes_no_step(database: Database) -> None:
    number = prepared(database)
    foreign = drawing.person("f1", Role.APPROVER, "bj-culture-110102")
    with pytest.raises(Problem) as refused:
        act(database, draws.freeze_draw, foreign, draw=number, secret=SECRET, salt_key=SALT_KEY)
    assert code_of(refused) == "out_of_scope"
