"""What waits in draws, and whom it waits for: parts to approve, proposals to decide, draws to give up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.inspections import draws
from service.inspections.draws.worklist import worklist
from tests.builders import drawing, joint
from tests.builders.draw_life import act, dispatched, frozen, full, move, prepared
from tests.integration.draws.test_aftermath import event

if TYPE_CHECKING:
    from service.platform import Actor, Database


def waiting(database: Database, actor: Actor = drawing.APPROVER) -> dict[str, dict[str, Any]]:
    """What waits, by step."""
    with database.reader() as session:
        found = worklist(session, actor, now=database.clock.now(), limit=9)
    return {row["step"]: row for row in found}


def test_a_proposal_waits_in_the_worklist_until_it_is_decided_or_overtaken(database: Database) -> None:
    number = prepared(database)
    dispatched(database, number)
    (gone, *_), *_ = full(database, number)["parts"][0]["drawn"]
    proposal = act(database, draws.propose_event, draw=number, event=event("step_in", gone, "leave"))
    first_day = 1693497600  # 2023-09-01 in Beijing
    row = waiting(database)["decide"]
    assert (row["proposals"], row["due"], row["overdue"]) == ([proposal], first_day, False)
    assert gone not in str(row), "the worklist tells no names"
    act(database, draws.open_draw, draw=number)
    move(database, first_day)
    assert (waiting(database).keys(), waiting(database)["decide"]["overdue"]) == ({"decide"}, True)
    assert waiting(database, drawing.person("f1", authority="la-health")) == {}
    other = act(database, draws.propose_event, draw=number, event=event("step_in", gone, "certificate"))
    assert waiting(database)["decide"]["proposals"] == [proposal, other]
    act(database, draws.decide_event, drawing.APPROVER, draw=number, proposal=other, approved=True)
    assert waiting(database) == {}, "the first is overtaken"


def test_a_part_waits_for_its_own_authority_until_it_is_approved_as_the_terms_stand(database: Database) -> None:
    joint.departments(database)
    ours, theirs = joint.published(database)
    number = act(database, draws.prepare_draw, task=ours, terms=joint.terms(theirs))
    row = waiting(database, joint.OTHER_APPROVER)["approve"]
    assert (row["number"], row["authority"], row["task"]) == (number, joint.OTHER, theirs)
    assert waiting(database).keys() == {"freeze"}
    act(database, draws.approve_part, joint.OTHER_APPROVER, draw=number, task=theirs)
    assert waiting(database, joint.OTHER_APPROVER) == {}
    act(database, draws.prepare_draw, task=ours, terms=joint.terms(theirs, reason="other terms"))
    assert waiting(database, joint.OTHER_APPROVER).keys() == {"approve"}
    act(database, draws.approve_part, joint.OTHER_APPROVER, draw=number, task=theirs)
    frozen(database, number)
    assert waiting(database, joint.OTHER_APPROVER) == {}


def test_a_draw_that_somebody_asks_to_give_up_waits_for_another_person(database: Database) -> None:
    number = prepared(database)
    frozen(database, number)
    assert waiting(database).keys() == {"close"}
    act(database, draws.propose_void, draw=number, reason="a clerical error in the seats")
    assert (waiting(database)["void"]["number"], waiting(database)["void"]["overdue"]) == (number, True)
    act(database, draws.void_draw, drawing.APPROVER, draw=number)
    assert waiting(database) == {}
