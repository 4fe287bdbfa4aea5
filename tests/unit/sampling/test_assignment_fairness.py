"""Chance and burden: pairs are uniform, work is level, meetings are spread."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import combinations, permutations

from hypothesis import given

from scoring.sampling.assignment import assign, seats_held
from tests.builders.dice import SeededDice, drawn
from tests.builders.staffing import ANY, KA, LEAD, WINDOW, inspector, small_case, visit
from tests.oracle.staffing import Staffing

SMALL = drawn(small_case)


def key(number: int) -> bytes:
    return sha256(number.to_bytes(4, "big")).digest()


def chi_square(counted: Counter[tuple[str, ...]], cells: int) -> float:
    expected = counted.total() / cells
    return sum((one - expected) ** 2 / expected for one in counted.values()) + (cells - len(counted)) * expected


def test_under_equal_constraints_every_ordered_pair_is_as_likely() -> None:
    roster = [inspector(f"P{i}", "lead", cap=9) for i in range(6)]
    visits = [visit(f"E{i}") for i in range(7)]
    counted: dict[str, Counter[tuple[str, ...]]] = {one.code: Counter() for one in visits}
    for number in range(3000):
        for code, team in assign(visits, roster, key(number), WINDOW).teams:
            counted[code][team] += 1
    cells = len(list(permutations(roster, 2)))
    for code, pairs in counted.items():
        assert chi_square(pairs, cells) < 66.6, code  # 29 degrees of freedom, one in ten thousand


def test_over_20_000_seeds_every_pair_is_as_likely_at_either_of_two_visits() -> None:
    roster = [inspector(f"P{i}", "lead", cap=9) for i in range(4)]
    visits = [visit("E0", ANY, ANY), visit("E1", ANY, ANY)]
    counted: dict[str, Counter[tuple[str, ...]]] = {one.code: Counter() for one in visits}
    for number in range(20_000):
        for code, team in assign(visits, roster, key(number), WINDOW).teams:
            counted[code][tuple(sorted(team))] += 1
    for code, pairs in counted.items():
        assert set(pairs) == set(combinations([row.id for row in roster], 2))
        assert chi_square(pairs, 6) < 25.7, code  # 5 degrees of freedom, one in ten thousand


def test_leaders_and_others_are_paired_uniformly() -> None:
    roster = [inspector(f"P{i}", *(["lead"] if i < 3 else []), cap=9) for i in range(8)]
    visits = [visit(f"E{i}") for i in range(2)]
    leads: Counter[tuple[str, ...]] = Counter()
    for number in range(3000):
        leads[(dict(assign(visits, roster, key(number), WINDOW).teams)["E0"][0],)] += 1
    assert set(leads) == {("P0",), ("P1",), ("P2",)}
    assert chi_square(leads, 3) < 18.4  # 2 degrees of freedom, one in ten thousand


def test_work_of_equals_differs_by_one_at_most_whatever_the_recusals() -> None:
    roster = [inspector(f"P{i:02}", "lead", cap=30) for i in range(12)]
    ids = [row.id for row in roster]
    for number in range(40):
        dice = SeededDice(number)
        visits = [visit(f"E{i}", recused=dice.some(ids, 3)) for i in range(50)]
        held = seats_held(assign(visits, roster, key(number), WINDOW).teams)
        assert max(held.values()) - min(held.values()) <= 1
        assert sum(held.values()) == 100


def test_seats_of_earlier_this_year_count() -> None:
    roster = [inspector("P1", "lead", cap=20, load=10), *(inspector(f"P{i}", "lead", cap=20) for i in range(2, 5))]
    held = seats_held(assign([visit(f"E{i}") for i in range(10)], roster, KA, WINDOW).teams)
    assert held.get("P1", 0) == 0
    assert sorted(held.values()) == [6, 7, 7]


def test_pairs_meet_anew_before_they_meet_again() -> None:
    roster = [inspector(f"P{i}", "lead", cap=9) for i in range(5)]
    visits = [visit(f"E{i}", ANY, ANY) for i in range(5)]
    for number in range(50):
        met = Counter(tuple(sorted(team)) for _, team in assign(visits, roster, key(number), WINDOW).teams)
        assert met.most_common(1)[0][1] <= 2
        assert len(met) >= 4
    assert len(list(combinations(roster, 2))) == 10


def test_a_leader_does_not_lose_the_other_seats_to_those_who_can_only_follow() -> None:
    roster = [inspector("P1", "lead", cap=9), *(inspector(f"P{i}", cap=9) for i in range(2, 6))]
    held = seats_held(assign([visit(f"E{i}", LEAD, ANY) for i in range(6)], roster, KA, WINDOW).teams)
    assert held["P1"] == 6
    assert sorted(held.values()) == [1, 1, 2, 2, 6]


def left_exchange(settled: Staffing) -> str | None:
    """Somebody who could still give a seat, along moves of the fresh, to one with at least two fewer."""
    for row in settled.roster:
        starts = [place for place in settled.places if settled.holds(row, place)]
        most = row.load + len(starts) - 2
        moves, _, _ = settled.search(
            starts,
            settled.fresh,
            lambda one, most=most: settled.n(one) < one.cap and one.load + settled.n(one) <= most,  # type: ignore[misc]
            set(),
            {row.id},
        )
        if moves:
            return row.id
    return None


@given(SMALL)
def test_no_levelling_exchange_among_the_fresh_is_left(case: tuple[list, list]) -> None:  # type: ignore[type-arg]
    visits, roster = case
    settled = Staffing(visits, roster, KA, WINDOW)
    by_id = {row.id: row for row in roster}
    for code, team in assign(visits, roster, KA, WINDOW).teams:
        settled.teams.update({(code, q): by_id[one] for q, one in enumerate(team) if one})
    assert left_exchange(settled) is None


@given(SMALL)
def test_the_page_read_word_for_word_gives_the_same_teams(case: tuple[list, list]) -> None:  # type: ignore[type-arg]
    visits, roster = case
    assert assign(visits, roster, KA, WINDOW).teams == Staffing(visits, roster, KA, WINDOW).run().told()
