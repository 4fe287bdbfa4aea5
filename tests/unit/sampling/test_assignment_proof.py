"""Lawful by property, the bound on what is short, and its words."""

from __future__ import annotations

import pytest

from scoring.sampling.assignment import Bound, Closed, Unlawful, assign, bound, proof, short_told, unlawful
from tests.builders.dice import SeededDice
from tests.builders.staffing import ANY, KA, LEAD, WINDOW, inspector, small_case, visit
from tests.oracle.staffing import most_filled

ROSTER = [inspector("P1", "lead"), inspector("P2"), inspector("P3", "lead", cap=1), inspector("P4", cap=1)]
VISITS = [visit("E1"), visit("E2", recused=("P1",))]
GOOD = [("E1", ("P1", "P2")), ("E2", ("P3", "P4"))]


def test_good_teams_are_lawful() -> None:
    assert unlawful(GOOD, VISITS, ROSTER, WINDOW) == []
    assert unlawful([("E1", ("", "P2")), ("E2", ("", ""))], VISITS, ROSTER, WINDOW) == []


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        ([GOOD[0]], Unlawful("team_missing", "E2", -1, "")),
        ([*GOOD, ("E9", ("P1", "P2"))], Unlawful("team_unasked", "E9", -1, "")),
        ([GOOD[0], GOOD[1], ("E1", ("", ""))], Unlawful("team_twice", "E1", -1, "")),
        ([("E1", ("P1",)), GOOD[1]], Unlawful("team_size", "E1", -1, "")),
        ([("E1", ("P9", "P2")), GOOD[1]], Unlawful("unknown", "E1", 0, "P9")),
        ([("E1", ("P2", "P1")), GOOD[1]], Unlawful("unfit", "E1", 0, "P2")),
        ([GOOD[0], ("E2", ("P1", "P4"))], Unlawful("unfit", "E2", 0, "P1")),
        ([("E1", ("P1", "P1")), GOOD[1]], Unlawful("twice", "E1", 1, "P1")),
        ([("E1", ("P3", "P2")), GOOD[1]], Unlawful("cap", "", -1, "P3")),
    ],
    ids=lambda one: one.wrong if isinstance(one, Unlawful) else "",
)
def test_each_unlawful_property_is_told(teams: list[tuple[str, tuple[str, ...]]], said: Unlawful) -> None:
    assert unlawful(teams, VISITS, ROSTER, WINDOW) == [said]


def test_the_bound_names_the_two_leaders_that_three_visits_need() -> None:
    roster = [inspector("P1", "lead", cap=1), inspector("P3", "lead", cap=1), *(inspector(f"P{i}") for i in (5, 6, 7))]
    visits = [visit(f"E{i}") for i in (1, 2, 3)]
    found = assign(visits, roster, KA, WINDOW)
    counted = proof(found.teams, visits, roster, WINDOW)
    assert counted == Bound(Closed((("E1", 0), ("E2", 0), ("E3", 0)), ("P1", "P3")), 2, 0, 2, 0)
    assert counted.closed == found.closed
    assert counted.proves


def test_teams_that_leave_a_seat_empty_without_need_are_not_proved() -> None:
    worse = [("E1", ("P1", "")), GOOD[1]]
    assert not proof(worse, VISITS, ROSTER, WINDOW).proves
    assert proof(GOOD, VISITS, ROSTER, WINDOW).proves


def test_a_bound_that_leaves_a_reason_out_proves_nothing() -> None:
    found = assign(VISITS, ROSTER[1:], KA, WINDOW)
    seats, names = found.closed
    assert found.short
    for wrong in (Closed(seats[1:], names), Closed(seats, names[1:]), Closed(), Closed(seats, ("P4", "P9"))):
        assert not bound(found.teams, wrong, visits=VISITS, roster=ROSTER[1:], window=WINDOW).proves


def test_whoever_proves_leaves_as_few_empty_as_the_greatest_flow() -> None:
    """Teams with somebody taken away at random: the proof holds exactly where nothing better is possible."""
    answers = set()
    for number in range(1500):
        dice = SeededDice(number)
        visits, roster = small_case(dice)
        teams = [
            (code, tuple("" if dice.below(8) == 7 else one for one in team))
            for code, team in assign(visits, roster, KA, WINDOW).teams
        ]
        filled = sum(bool(one) for _, team in teams for one in team)
        proved = proof(teams, visits, roster, WINDOW).proves
        assert proved == (filled == most_filled(visits, roster, WINDOW)), number
        answers.add(proved)
    assert answers == {True, False}


def test_it_is_told_in_both_languages_what_is_in_the_way() -> None:
    roster = [inspector("P1", "lead", cap=1), inspector("P3", "lead", cap=1), *(inspector(f"P{i}") for i in (5, 6, 7))]
    visits = [visit(f"E{i}") for i in (1, 2, 3)]
    found = assign(visits, roster, KA, WINDOW)
    counted = proof(found.teams, visits, roster, WINDOW)
    code = found.short[0][0]
    zh, en = short_told(found.short, counted), short_told(found.short, counted, "en")
    assert zh[0] == f"1 个席位无人可派：{code} 第 1 席。"
    assert en[0] == f"1 seat without an inspector: {code} seat 1."
    assert "P1、P3" in zh[1]
    assert "P1, P3 (2 in number, caps 2 in all)" in en[1]
    assert "at most 2" in en[1]
    assert len(zh) == len(en) == 3


def test_few_words_for_many_seats_none_and_nobody() -> None:
    visits = [visit(f"E{i:02}", LEAD, ANY) for i in range(8)]
    found = assign(visits, [], KA, WINDOW)
    counted = proof(found.teams, visits, [], WINDOW)
    zh, en = short_told(found.short, counted), short_told(found.short, counted, "en")
    assert zh[0].startswith("16 个席位无人可派：E00 第 1 席、")
    assert zh[0].endswith("等。")
    assert en[0].endswith("E04 seat 2 and others.")
    assert en[1].startswith("For the 16 seats in question nobody is fit")
    full = assign(VISITS, ROSTER, KA, WINDOW)
    assert short_told(full.short, proof(full.teams, VISITS, ROSTER, WINDOW)) == ("所有检查席位均已派员。",)


def test_what_is_not_proved_is_not_explained() -> None:
    worse = [("E1", ("P1", "")), GOOD[1]]
    told = short_told([("E1", 1)], proof(worse, VISITS, ROSTER, WINDOW), "en")
    assert told[1].startswith("It is not shown")
