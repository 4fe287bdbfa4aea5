"""Joint draws on a real database: what a void one owes to each authority, whose seats are shared, what is replaced."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from scoring.sampling.verify import Outside, verify
from service.inspections import draws, plans
from service.inspections.draws import store
from service.inspections.draws.material import seats_left
from service.platform import Database, Role
from service.register.inspecting import INSPECTORS, enter_record
from tests.builders import drawing, joint
from tests.builders.draw_life import act, closed, dispatched, frozen, full, full_bytes, move, refused
from tests.builders.inspecting import inspector
from tests.integration.ratings import town

ABOVE = drawing.person("s1", Role.APPROVER, drawing.ABOVE)


def later(start: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of the terms
    """Terms of a draw that begins at a later second, by announced numbers."""
    instant = start + 16_000
    attempts = [{"when": "first", "sources": drawing.NUMBERS, "instant": instant, "deadline": instant + 3_600}]
    return drawing.terms(close_at=start + 4_000, attempts=attempts, **{"reason": "the frame was unlawful", **said})


def drawn_again(database: Database, number: str, start: int, *persons: Any) -> None:  # noqa: ANN401 actors
    closed(database, number, at=start + 5_000, handler=persons[0], approver=persons[1])
    move(database, start + 16_060)
    act(database, draws.produce_secret, persons[0], draw=number, value=None)
    for person in persons:
        act(database, draws.enter_values, person, draw=number, values=drawing.ANNOUNCED)
    act(database, draws.conclude, persons[0], draw=number)


def test_a_partner_without_a_seat_or_a_part_of_its_own_holds_up_the_draw(database: Database) -> None:
    joint.departments(database)
    (number,) = drawing.published(database, drawing.task(partners=[joint.OTHER]))
    assert refused(database, draws.prepare_draw, task=number, terms=drawing.terms()) == "draw_partner_without_seat"
    seats = [{"authority": "", "skills": ["leader"]}, {"authority": joint.OTHER, "skills": []}]
    (seated,) = drawing.published(database, drawing.task(partners=[joint.OTHER], seats=seats))
    act(database, draws.prepare_draw, task=seated, terms=drawing.terms())


def test_a_void_joint_draw_owes_each_authority_its_own_and_each_may_go_on_alone(database: Database) -> None:
    joint.departments(database)
    number, ours, theirs = joint.prepared(database, rotation=(1, 2))
    dispatched(database, number)
    before = full(database, number)
    drawn = [sorted(code for (code,) in part["drawn"]) for part in before["parts"]]
    assert drawn[0] != drawn[1], "half a turn keeps apart who is not drawn whole"
    assert set(drawn[0]) & set(drawn[1]), "tier D is drawn whole by both"
    act(database, draws.propose_void, draw=number, reason="frame_unlawful")
    assert refused(database, draws.void_draw, joint.OTHER_APPROVER, draw=number) == "out_of_scope"
    act(database, draws.void_draw, ABOVE, draw=number)
    with database.reader() as session:
        debts = session.execute(text("SELECT authority, count(*) FROM draw_debt GROUP BY authority ORDER BY 1")).all()
        entries = store.register_of(session, joint.OTHER)
    assert [tuple(row) for row in debts] == [(drawing.HERE, len(drawn[0])), (joint.OTHER, len(drawn[1]))]
    assert [(entry["kind"], entry["task"]) for entry in entries] == [
        ("commitment", theirs),
        ("result", theirs),
        ("void", theirs),
    ]

    start = drawing.INSTANT + 4_000
    move(database, start)
    alone = act(database, draws.prepare_draw, joint.OTHER_HANDLER, task=theirs, terms=later(start))
    another = drawing.person("a4", Role.APPROVER, joint.OTHER)
    drawn_again(database, alone, start, joint.OTHER_HANDLER, another)
    after = full(database, alone)
    (part,) = after["commitment"]["parts"]
    assert (part["part"], after["commitment"]["replaces"]) == ("P2", number)
    assert sorted(row[0] for row in after["parts"][0]["frame"] if row[2] == "carried") == drawn[1]
    report = verify(full_bytes(database, alone), Outside(previous=before))
    assert report.failed() == []
    assert report.verdict("F-CARRIED") == "PASS"

    terms = drawing.terms(joint=[{"task": theirs, "tickets": "shared", "rotation": [0, 1]}])
    assert refused(database, draws.prepare_draw, task=ours, terms=terms) == "draw_already_frozen"
    again = act(database, draws.prepare_draw, task=ours, terms=later(start + 20_000))
    second = drawing.person("a3", Role.APPROVER)
    assert frozen(database, again, approver=second)["replaces"] == number


def test_a_task_that_another_void_draw_had_is_drawn_by_itself(database: Database) -> None:
    joint.departments(database)
    ours, theirs = joint.published(database, seats=joint.MIXED)
    alone = act(database, draws.prepare_draw, joint.OTHER_HANDLER, task=theirs, terms=drawing.terms())
    frozen(database, alone, approver=joint.OTHER_APPROVER)
    act(database, draws.propose_void, joint.OTHER_HANDLER, draw=alone, reason="a clerical error in the seats")
    act(database, draws.void_draw, joint.OTHER_APPROVER, draw=alone)
    said = {"task": ours, "terms": joint.terms(theirs)}
    assert refused(database, draws.prepare_draw, **said) == "draw_replaces_differ"
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM draw")).scalar_one() == 1, "no number is left behind"


def test_a_task_that_was_frozen_meanwhile_is_not_frozen_again(database: Database) -> None:
    joint.departments(database)
    number, _, theirs = joint.prepared(database, seats=joint.MIXED)
    alone = act(database, draws.prepare_draw, joint.OTHER_HANDLER, task=theirs, terms=drawing.terms())
    frozen(database, alone, approver=joint.OTHER_APPROVER)
    said = {"draw": number, "secret": bytes(32), "salt_key": bytes(32)}
    assert refused(database, draws.freeze_draw, drawing.APPROVER, **said) == "task_frozen"


def test_what_happens_in_a_part_is_for_its_own_authority_too(database: Database) -> None:
    joint.departments(database)
    number, _, _ = joint.prepared(database)
    dispatched(database, number)
    gone = full(database, number)["parts"][1]["teams"][0][0]
    said = {"kind": "step_in", "subject": gone, "seat": 1, "reason": "leave", "evidence": drawing.EVIDENCE}
    stepping = {"draw": number, "event": {**said, "part": "P2"}}
    assert refused(database, draws.propose_event, draw=number, event={**said, "part": ""}) == "draw_part_unnamed"
    theirs = {**stepping["event"], "part": "P1"}
    assert refused(database, draws.propose_event, joint.OTHER_HANDLER, draw=number, event=theirs) == "out_of_scope"
    proposal = act(database, draws.propose_event, joint.OTHER_HANDLER, **stepping)
    deciding = {"draw": number, "proposal": proposal, "approved": True}
    assert refused(database, draws.decide_event, drawing.person("f1", authority="la-health"), **deciding) == (
        "out_of_scope"
    )
    made = act(database, draws.decide_event, joint.OTHER_APPROVER, **deciding)
    assert (made["part"], made["from"][:2], made["to"][:2]) == ("P2", "TX", "TX")
    assert verify(full_bytes(database, number)).failed() == []


def test_whoever_is_eligible_for_two_parts_shares_out_the_seats_left(database: Database) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        enter_record(uow, INSPECTORS, body=inspector("DC-09", authority=drawing.HERE, cap=5))
    tasks = drawing.published(database, drawing.task(), drawing.task(title={"zh": "二", "en": "Two"}))
    with database.reader() as session:
        left = seats_left(session, [plans.task_of(session, task) for task in tasks])
        whole = seats_left(session, [plans.task_of(session, tasks[0])])
    assert [each["DC-09"] for each in left] == [3, 2]
    assert whole[0]["DC-09"] == 5
    assert {code: left[0][code] + left[1][code] for code in left[0]} == whole[0]
