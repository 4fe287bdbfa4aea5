"""A proposal is about one inspector or one entity: once another event has taken it out, it takes out nobody else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from service.inspections import draws
from service.inspections.visits import follow_draws, visit_view
from service.inspections.visits.queries import worklist
from service.inspections.visits.usecases import ask_recusal, grant_recusal
from service.platform import Problem, Role
from tests.builders import drawing
from tests.builders.draw_life import act, dispatched, full, key_of, prepared, refused
from tests.builders.fillings import shipped
from tests.integration.draws.test_visits_follow import teams, visits
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import Database

PAIR = ("DC-01", "DC-02")
GRANTING = drawing.person("a2", Role.APPROVER)


class Place(NamedTuple):
    """A drawn entity: its code and visit, and who sits on seat 1 of its team."""

    entity: str
    code: str
    visit: str
    holder: str


@pytest.fixture
def draw(database: Database) -> str:
    number = prepared(database)
    dispatched(database, number)
    follow_draws(database)
    return number


@pytest.fixture
def place(database: Database, draw: str) -> Place:
    return place_of(database, draw)


def place_of(database: Database, draw: str) -> Place:
    with database.reader() as session:
        one = min(draws.dispatched(session, draw).teams, key=lambda one: one.code)
    return Place(one.entity, one.code, visits(database, draw)[one.entity], dict(map(reversed, one.team))[1])


def proposed(database: Database, draw: str, place: Place, reason: str = "leave", **said: Any) -> int:  # noqa: ANN401 fields of an event
    event = {"kind": "step_in", "part": "", "subject": place.code, "seat": 1, "reason": reason}
    said = {**event, "evidence": drawing.EVIDENCE, **said}
    proposal: int = act(database, draws.propose_event, draw=draw, event=said)
    return proposal


def asked(database: Database, place: Place) -> None:
    act(database, ask_recusal, number=place.visit, inspector=place.holder, reason="kinship")


def granting(place: Place) -> dict[str, Any]:
    return {"number": place.visit, "inspector": place.holder, "reason": "article 43", "successor": None}


def deciding(draw: str, proposal: int, *, approved: bool = True) -> dict[str, Any]:
    return {"draw": draw, "proposal": proposal, "approved": approved}


def states(database: Database, draw: str) -> list[str]:
    with database.reader() as session:
        return [one["state"] for one in draws.proposals(session, draws.view_of(session, draw).draw)]


def team_seen(database: Database, place: Place) -> tuple[str, ...]:
    with database.reader() as session:
        return visit_view(session, town.OPERATOR, place.visit).team


def test_a_stand_in_proposed_before_a_recusal_was_granted_does_not_take_out_who_came(
    database: Database, draw: str, place: Place
) -> None:
    proposal = proposed(database, draw, place)
    assert states(database, draw) == ["waiting"]
    asked(database, place)
    act(database, grant_recusal, GRANTING, **granting(place))
    came = teams(database, draw)[place.entity]
    assert place.holder not in came
    assert states(database, draw) == ["overtaken"]
    for _ in range(2):
        code = refused(database, draws.decide_event, drawing.APPROVER, **deciding(draw, proposal))
        assert code == "draw_proposal_overtaken"
    assert [one["from"] for one in full(database, draw)["log"]] == [place.holder]
    follow_draws(database)
    assert team_seen(database, place) == teams(database, draw)[place.entity] == came
    act(database, draws.decide_event, drawing.APPROVER, **deciding(draw, proposal, approved=False))
    assert states(database, draw) == ["refused"]
    assert proposed(database, draw, place) != proposal, "said again, it is about who sits there now"


def test_a_recusal_granted_after_the_stand_in_takes_out_nobody_else(
    database: Database, draw: str, place: Place
) -> None:
    proposal = proposed(database, draw, place)
    asked(database, place)
    act(database, draws.decide_event, drawing.APPROVER, **deciding(draw, proposal))
    came = teams(database, draw)[place.entity]
    act(database, grant_recusal, GRANTING, **granting(place))
    assert teams(database, draw)[place.entity] == team_seen(database, place) == came
    assert [one["reason"] for one in full(database, draw)["log"]] == ["leave"]
    assert states(database, draw) == ["approved"]


@pytest.mark.parametrize("turn", range(3))
def test_both_at_once_take_one_inspector_out_and_let_one_come(
    database: Database, draw: str, place: Place, turn: int
) -> None:
    proposal = proposed(database, draw, place)
    asked(database, place)
    gate, said = threading.Barrier(2), []

    def run(step: Callable[..., Any], actor: Any, facts: dict[str, Any]) -> None:  # noqa: ANN401 of a step
        gate.wait()
        try:
            act(database, step, actor, **facts)
        except Problem as problem:
            said.append(problem.code)

    steps = [
        (grant_recusal, GRANTING, granting(place)),
        (draws.decide_event, drawing.APPROVER, deciding(draw, proposal)),
    ]
    threads = [threading.Thread(target=run, args=one) for one in (steps if turn % 2 else reversed(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said in ([], ["draw_proposal_overtaken"])
    (event,) = full(database, draw)["log"]
    assert (event["from"], event["reason"]) == (place.holder, "recusal" if said else "leave")
    follow_draws(database)
    assert team_seen(database, place) == teams(database, draw)[place.entity]


def test_of_two_proposals_about_one_the_second_is_overtaken(database: Database, draw: str, place: Place) -> None:
    first, second = (proposed(database, draw, place, reason) for reason in ("leave", "certificate"))
    act(database, draws.decide_event, drawing.APPROVER, **deciding(draw, second))
    assert refused(database, draws.decide_event, drawing.APPROVER, **deciding(draw, first)) == "draw_proposal_overtaken"
    with_reserve = next(one for one in drawn_with_reserve(database, draw))
    gone = place._replace(code=with_reserve)
    drawing.leaves_register(database, key_of(database, draw, with_reserve), "revoked")
    closed, merged = (proposed(database, draw, gone, reason, kind="replace", seat=0) for reason in ("closed", "merged"))
    there = proposed(database, draw, gone, "certificate", seat=0)
    act(database, draws.decide_event, drawing.APPROVER, **deciding(draw, closed))
    for other in (merged, there):
        code = refused(database, draws.decide_event, drawing.APPROVER, **deciding(draw, other))
        assert code == "draw_proposal_overtaken"
    assert states(database, draw) == ["overtaken", "approved", "approved", "overtaken", "overtaken"]


def drawn_with_reserve(database: Database, draw: str) -> list[str]:
    part = full(database, draw)["parts"][0]
    left = {stratum for stratum, _, _ in part["reserves"]}
    within = {row[0] for row in part["frame"] if row[2] in left}
    return sorted(code for (code,) in part["drawn"] if code in within)


@pytest.mark.parametrize("filling", [shipped])
def test_a_visit_that_nobody_can_step_into_waits_in_the_worklist(database: Database) -> None:
    drawing.district(database, inspectors=2)
    draw = prepared(database)
    dispatched(database, draw)
    follow_draws(database)
    place = place_of(database, draw)
    asked(database, place)
    assert short(database) == []
    act(database, grant_recusal, GRANTING, **granting(place))
    (event,) = full(database, draw)["log"]
    assert (event["from"], event["to"]) == (place.holder, ""), "there are two alone"
    (waits,) = short(database)
    assert (waits["visit"], waits["team"]) == (place.visit, [code for code in PAIR if code != place.holder])


def short(database: Database) -> list[dict[str, Any]]:
    with database.reader() as session:
        return worklist(session, drawing.HANDLER, now=database.clock.now(), limit=9, language="en")["short"]


def test_whoever_names_another_than_sits_there_proposes_nothing(database: Database, draw: str, place: Place) -> None:
    asked(database, place)
    act(database, grant_recusal, GRANTING, **granting(place))
    event = {"kind": "step_in", "part": "", "subject": place.code, "seat": 1, "reason": "leave"}
    said = {**event, "evidence": drawing.EVIDENCE, "leaves": place.holder}
    assert refused(database, draws.propose_event, draw=draw, event=said) == "draw_seat_of_another"
    assert states(database, draw) == []
    came = teams(database, draw)[place.entity][1]
    assert proposed(database, draw, place, leaves=came) == proposed(database, draw, place)
