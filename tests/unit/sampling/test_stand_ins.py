"""Stand-ins and reserves: the order of the visit, who is passed over, chains, take-overs."""

from __future__ import annotations

from hashlib import sha256

from scoring.sampling.assignment import StandIns, StepIn, seats_held
from scoring.sampling.bytes import h
from tests.builders.staffing import ANY, LEAD, WINDOW, inspector, visit

SEED = bytes(range(32))
ROSTER = [inspector(f"P{i}", *(["lead"] if i % 2 else []), cap=3) for i in range(1, 10)]
STAND_INS = StandIns(SEED, "P1", ROSTER, WINDOW)
E1 = visit("E1", LEAD, ANY)


def expected_order(code: str) -> list[str]:
    key = h("key", SEED, "step", "P1", code)
    return sorted((row.id for row in ROSTER), key=lambda one: sha256(key + b"step" + bytes(28) + one.encode()).digest())


def test_the_order_is_that_of_the_visit_alone() -> None:
    for code in ("E1", "E2", "91110000101623741K"):
        assert STAND_INS.order(code) == expected_order(code)
    assert STAND_INS.order("E1") != STAND_INS.order("E2")
    assert StandIns(SEED, "P2", ROSTER, WINDOW).order("E1") != STAND_INS.order("E1")
    assert StandIns(SEED, "P1", ROSTER[::-1], WINDOW).order("E1") == STAND_INS.order("E1")


def test_the_first_who_may_steps_in_and_each_who_left_is_gone() -> None:
    team, left = ["P1", "P2"], ["P1"]
    leads = [one for one in expected_order("E1") if int(one[1:]) % 2 and one != "P1"]
    for one in leads:
        came = STAND_INS.next(E1, 0, team=team, held=seats_held([("E1", team)]), left=left)
        assert came == one
        team[0] = came
        left.append(came)
    assert STAND_INS.next(E1, 0, team=team, held={}, left=left) == ""


def test_a_full_cap_a_recusal_and_a_seat_in_the_team_pass_one_over() -> None:
    first, second, third, fourth = expected_order("E1")[:4]
    asked = visit("E1", ANY, ANY, recused=(second,))
    assert STAND_INS.next(asked, 0, team=["", third], held={first: 3}, left=()) == fourth
    assert STAND_INS.next(asked, 0, team=["", third], held={first: 2}, left=()) == first


def test_a_reserve_takes_the_team_over_as_it_is() -> None:
    held = seats_held([("E1", ("P1", "P2"))])
    assert STAND_INS.take_over(visit("R1", LEAD, ANY), team=("P1", "P2"), held=held) == []


def test_holders_recused_for_the_reserve_are_stood_in_for_in_its_own_order() -> None:
    reserve = visit("R1", LEAD, ANY, recused=("P1", "P2"))
    order = [one for one in expected_order("R1") if one not in reserve.recused]
    lead = next(one for one in order if int(one[1:]) % 2)
    other = next(one for one in order if one != lead)
    held = seats_held([("E1", ("P1", "P2"))])
    steps = STAND_INS.take_over(reserve, team=("P1", "P2"), held=held)
    assert steps == [StepIn(0, "P1", lead), StepIn(1, "P2", other)]


def test_an_empty_seat_stays_empty_and_nobody_is_told_as_nobody() -> None:
    alone = StandIns(SEED, "P1", ROSTER[:2], WINDOW)
    reserve = visit("R1", LEAD, ANY, recused=("P1",))
    assert alone.take_over(reserve, team=("P1", ""), held={"P1": 1}) == [StepIn(0, "P1", "")]
    assert alone.take_over(visit("R1"), team=("", "P2"), held={"P2": 1}) == []


def test_seats_are_counted_over_all_teams() -> None:
    assert seats_held([("E1", ("P1", "P2")), ("E2", ("P2", "")), ("E3", ("", ""))]) == {"P1": 1, "P2": 2}
