"""Assignment: the known answer, equality with the page read word for word, the greatest flow, order of input."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from scoring.kernel.errors import LawError
from scoring.sampling.assignment import Seat, assign, bound, fit_counts, proof, unlawful
from scoring.sampling.assignment.fitness import ranked
from tests.builders.dice import SeededDice
from tests.builders.staffing import ANY, KA, LEAD, WINDOW, inspector, small_case, visit
from tests.oracle.staffing import Staffing, most_filled

if TYPE_CHECKING:
    from scoring.sampling.rows import RosterRow

ROSTER = [inspector(f"P{i}", *(["lead"] if i < 3 else [])) for i in range(1, 6)]
VISITS = [visit("E1", last=("P2",)), visit("E2", recused=("P1",)), visit("E3")]


def test_the_known_answer_of_the_protocol() -> None:
    assert [row.id for row in ranked(ROSTER, KA)] == ["P1", "P2", "P4", "P5", "P3"]
    found = assign(VISITS, ROSTER, KA, WINDOW)
    assert found.teams == (("E1", ("P1", "P5")), ("E2", ("P2", "P4")), ("E3", ("P2", "P3")))
    assert (found.short, found.closed.seats, found.closed.inspectors) == ((), (), ())


@pytest.mark.parametrize("block", range(20))
def test_small_cases_equal_the_page_read_word_for_word(block: int) -> None:
    for number in range(block * 100, block * 100 + 100):
        visits, roster = small_case(SeededDice(number))
        found, slow = assign(visits, roster, KA, WINDOW), Staffing(visits, roster, KA, WINDOW).run()
        assert found.teams == slow.told(), number
        assert set(found.closed.seats) == slow.seats_closed, number
        assert set(found.closed.inspectors) == slow.names_closed, number


def test_small_cases_are_lawful_fill_what_can_be_filled_and_prove_the_rest() -> None:
    shorts = 0
    for number in range(3000):
        visits, roster = small_case(SeededDice(number))
        found = assign(visits, roster, KA, WINDOW)
        asked = sum(len(one.seats) for one in visits)
        assert unlawful(found.teams, visits, roster, WINDOW) == [], number
        assert asked - len(found.short) == most_filled(visits, roster, WINDOW), number
        assert found.short == tuple((c, q) for c, team in found.teams for q, one in enumerate(team) if not one)
        counted = bound(found.teams, found.closed, visits=visits, roster=roster, window=WINDOW)
        assert counted.proves, number
        assert proof(found.teams, visits, roster, WINDOW) == counted, number
        shorts += bool(found.short)
    assert 500 < shorts < 2900


def test_the_order_of_visits_and_roster_has_no_effect() -> None:
    for number in range(200):
        visits, roster = small_case(SeededDice(number))
        found = assign(visits, roster, KA, WINDOW)
        random.Random(number).shuffle(visits)  # noqa: S311 - a test's order, no secret
        random.Random(number).shuffle(roster)  # noqa: S311 - same
        assert assign(visits, roster, KA, WINDOW) == found


def test_another_key_gives_other_teams() -> None:
    visits = [visit(f"E{i}") for i in range(20)]
    roster = [inspector(f"P{i}", "lead", cap=20) for i in range(10)]
    assert assign(visits, roster, KA, WINDOW).teams != assign(visits, roster, bytes(32), WINDOW).teams


def test_whoever_was_there_last_comes_again_only_if_nobody_else_can() -> None:
    alone = [inspector("P1", "lead"), inspector("P2")]
    once = [visit("E1", last=("P1", "P2"))]
    assert assign(once, alone, KA, WINDOW).teams == (("E1", ("P1", "P2")),)
    more = [*alone, inspector("P3", "lead"), inspector("P4")]
    assert assign(once, more, KA, WINDOW).teams == (("E1", ("P3", "P4")),)


def test_the_scarcest_skill_moves_a_holder_within_the_visit() -> None:
    both = [inspector("P1", "lead", cap=1), inspector("P2", cap=1)]
    for number in range(16):
        found = assign([visit("E1", ANY, LEAD)], both, bytes([number] * 32), WINDOW)
        assert found.teams == (("E1", ("P2", "P1")),)


@pytest.mark.parametrize(
    "row",
    [
        inspector("P1", "lead", valid="2026-01-01/2027-05-30"),
        inspector("P1", "lead", valid="2027-03-02/2028-12-31"),
        inspector("P1", "food"),
        inspector("P1", "lead", authority="FIRE"),
        inspector("P1", "lead", cap=0),
    ],
    ids=["ends a day early", "begins a day late", "other skill", "other authority", "no room"],
)
def test_who_is_not_fit_or_has_no_room_leaves_the_seat_empty(row: RosterRow) -> None:
    asked = [visit("E1", Seat("MSA", ("lead",)))]
    assert assign(asked, [row], KA, WINDOW).short == (("E1", 0),)


def test_a_certificate_from_the_first_to_the_last_day_is_enough() -> None:
    row = inspector("P1", "lead", valid="2027-03-01/2027-05-31")
    assert assign([visit("E1", LEAD)], [row], KA, WINDOW).short == ()


def test_nothing_to_visit_and_nobody_to_send() -> None:
    assert assign([], ROSTER, KA, WINDOW).teams == ()
    assert assign(VISITS[:1], [], KA, WINDOW).teams == (("E1", ("", "")),)


def test_how_many_are_fit_is_told_by_seat() -> None:
    assert fit_counts(VISITS, ROSTER, WINDOW) == {"E1": (2, 5), "E2": (1, 4), "E3": (2, 5)}


def test_a_code_or_an_inspector_listed_twice_is_refused() -> None:
    with pytest.raises(LawError) as caught:
        assign([*VISITS, VISITS[1]], ROSTER, KA, WINDOW)
    assert caught.value.code == "visit_twice"
    with pytest.raises(LawError) as caught:
        assign(VISITS, [*ROSTER, ROSTER[0]], KA, WINDOW)
    assert caught.value.code == "inspector_twice"
    assert "P1" in caught.value.zh
