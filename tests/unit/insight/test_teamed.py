"""Teams against those of other seeds: an honest assignment does not stand out, one that knows its pair does."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from scoring.sampling.assignment import assign
from service.insight.measures.teamed import Staffing, compare_teams
from tests.builders.staffing import WINDOW, inspector, visit

ROSTER = [inspector(f"P{i}", *(["lead"] if i % 2 else []), cap=40) for i in range(8)]
VISITS = [visit(f"E{i:02}") for i in range(12)]
LOADS = {row.id: row.load for row in ROSTER}
OTHERS = 1200
Teams = dict[str, tuple[str, ...]]


def teams(name: str, number: int) -> Teams:
    return dict(assign(VISITS, ROSTER, sha256(f"{name} {number}".encode()).digest(), WINDOW).teams)


@cache
def other_teams(number: int) -> Teams:
    """Those of another seed, the same for every test."""
    return teams("other", number)


def held(found: Teams, loads: dict[str, int] | None = None) -> Staffing:
    return compare_teams(found, other_teams, others=OTHERS, loads=loads or LOADS)


def test_an_honest_assignment_lies_among_the_others() -> None:
    found = held(teams("honest", 1))
    for spread in (found.seats_apart, found.pairs_apart, found.gap):
        assert spread.p > 0.001
    assert [one.of for one in found.seats] == [(row.id,) for row in ROSTER]
    assert sum(one.seen for one in found.seats) == sum(one.seen for one in found.pairs) * 2 == 24
    assert all(abs(one.expected - 3) < 0.2 for one in found.seats), "three visits each, if all are alike"


def test_the_same_pair_every_time_is_told() -> None:
    found = held({one.code: ("P1", "P2") for one in VISITS})
    for spread in (found.seats_apart, found.pairs_apart, found.gap):
        assert spread.p == 1 / (OTHERS + 1)
    assert found.pairs_apart.far is not None
    assert found.pairs_apart.far > 6
    (pair,) = [one for one in found.pairs if one.of == ("P1", "P2")]
    assert (pair.seen, pair.expected < 2) == (12, True)


def test_the_same_partners_are_told_though_everyone_works_as_much() -> None:
    fixed = {one.code: (f"P{place % 4 * 2 + 1}", f"P{place % 4 * 2}") for place, one in enumerate(VISITS)}
    found = held(fixed)
    assert found.gap.p > 0.1
    assert found.pairs_apart.p == 1 / (OTHERS + 1)


def test_one_who_gets_no_work_is_told_by_the_balance() -> None:
    spared = {code: tuple("P3" if one == "P1" else one for one in team) for code, team in teams("honest", 2).items()}
    found = held(spared)
    assert found.gap.value > found.gap.expected
    assert found.gap.p < 0.01


def test_empty_seats_and_loads_of_before_are_counted() -> None:
    some = {code: (team[0], "") for code, team in teams("honest", 3).items()}
    found = held(some, {**LOADS, "P1": 5})
    assert sum(one.seen for one in found.seats) == 12
    assert sum(one.seen for one in found.pairs) == 0
    assert found.gap.value >= 5
