"""Numbers drawn against their design: the covariance by enumeration, and what chi-square says of honest and crooked."""

from __future__ import annotations

from itertools import combinations, product
from math import isclose
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.sampling.bytes import h
from scoring.sampling.keys import ticket_key
from scoring.sampling.rows import FrameRow
from scoring.sampling.sample import Stratum, probabilities, select
from service.insight.measures.sampled import Unit, compare
from tests.unit.sampling.chance import deviation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from random import Random

    from service.insight.measures.sampled import Comparison

LEAST = 5.0
DISTRICTS = ("east", "north", "south", "west")


def units(strata: Sequence[tuple[str, int]], drawn: Collection[tuple[int, int]]) -> list[Unit]:
    """Units of strata, each given as the letters of its groups and how many it draws."""
    return [
        Unit(s, group, n / len(groups), (s, place) in drawn)
        for s, (groups, n) in enumerate(strata)
        for place, group in enumerate(groups)
    ]


STRATA = st.lists(
    st.text("ab", min_size=2, max_size=5).flatmap(
        lambda groups: st.tuples(st.just(groups), st.integers(0, len(groups)))
    ),
    min_size=1,
    max_size=2,
)


@given(STRATA)
def test_the_standard_error_is_that_of_all_samples(strata: list[tuple[str, int]]) -> None:
    """Every sample of every stratum, each as likely: mean and variance of the number drawn of each group."""
    samples = list(product(*(combinations(range(len(groups)), n) for groups, n in strata)))
    found = compare(units(strata, ()), least=LEAST)
    for group in found.groups:
        counts = [
            sum(strata[s][0][place] == group.group for s, chosen in enumerate(sample) for place in chosen)
            for sample in samples
        ]
        mean = sum(counts) / len(counts)
        variance = sum((one - mean) ** 2 for one in counts) / len(counts)
        assert isclose(group.expected, mean, abs_tol=1e-9)
        assert isclose(group.standard_error**2, variance, abs_tol=1e-6)


@given(STRATA, st.randoms(use_true_random=False))
def test_no_sample_of_the_design_is_impossible_and_any_other_number_is(
    strata: list[tuple[str, int]], random: Random
) -> None:
    sample = {(s, place) for s, (groups, n) in enumerate(strata) for place in random.sample(range(len(groups)), n)}
    assert not compare(units(strata, sample), least=LEAST).impossible
    left = [
        (s, place) for s, (groups, _) in enumerate(strata) for place in range(len(groups)) if (s, place) not in sample
    ]
    if left:
        assert compare(units(strata, {*sample, left[0]}), least=LEAST).impossible


def test_two_groups_of_one_stratum_are_the_hypergeometric_score() -> None:
    """(O − E)²/variance of the hypergeometric distribution: 60 of 200 drawn, 10 of 80 where 24 are expected."""
    drawn = {(0, place) for place in (*range(10), *range(80, 130))}
    found = compare(units([("a" * 80 + "b" * 120, 60)], drawn), least=LEAST)
    variance = 60 * (80 / 200) * (120 / 200) * (140 / 199)
    assert (found.freedom, found.pooled) == (1, ())
    assert isclose(found.statistic, 14**2 / variance)
    assert isclose(found.groups[0].deviation, -14 / variance**0.5)


def test_small_groups_are_pooled_and_named() -> None:
    found = compare(units([("a" * 70 + "b" * 60 + "c" * 4 + "d" * 3, 50)], ()), least=LEAST)
    assert (found.pooled, found.freedom) == (("b", "c", "d"), 1), "even together they are too small: the smallest joins"
    found = compare(units([("a" * 60 + "b" * 60 + "c" * 9 + "d" * 8, 50)], ()), least=LEAST)
    assert (found.pooled, found.freedom) == (("c", "d"), 2)


def test_a_group_of_which_nearly_all_are_drawn_is_small_too() -> None:
    found = compare(units([("a" * 50, 10), ("b" * 50 + "c" * 50, 97)], ()), least=LEAST)
    assert (found.freedom, found.p) == (0, None)


def test_what_strata_fix_is_not_tested() -> None:
    strata = [("a" * 40, 20), ("b" * 30, 30)]
    sample = {*((0, place) for place in range(20)), *((1, place) for place in range(30))}
    found = compare(units(strata, sample), least=LEAST)
    assert (found.freedom, found.p, found.impossible) == (0, None, False)
    assert [group.standard_error for group in found.groups] == [0, 0]
    few = compare(units([("a" * 9, 3), ("b" * 7, 2)], {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)}), least=LEAST)
    assert (few.pooled, few.is_coarse, few.impossible) == ((), False, False), "small, and fixed all the same"


def test_one_of_very_many_and_very_many_of_more_are_both_possible() -> None:
    size = 20_000
    one = compare([Unit("A", "few" if n < 2 else "rest", 1 / size, n == 0) for n in range(size)], least=LEAST)
    assert not one.impossible
    drawn = 12_000
    many = [Unit("A", DISTRICTS[n % 4], drawn / 40_000, n < drawn) for n in range(40_000)]
    found = compare(many, least=LEAST)
    assert (found.freedom, found.impossible) == (3, False)


def district(place: int) -> str:
    return DISTRICTS[place % len(DISTRICTS)]


def city(seed: bytes, weights: Sequence[int]) -> tuple[list[FrameRow], frozenset[str], list[float]]:
    """A frame in one stratum, what a seed draws of it, each probability."""
    rows = [FrameRow(f"E{place:04}", "food", "A", weight) for place, weight in enumerate(weights)]
    stratum = Stratum("equal" if set(weights) == {1} else "pareto", len(rows) // 5)
    chosen = frozenset(select(stratum, rows, ticket_key(seed)).drawn)
    return rows, chosen, [num / den for num, den in probabilities(stratum, weights)]


def by_district(rows: Sequence[FrameRow], chosen: Collection[str], odds: Sequence[float]) -> Comparison:
    made = [Unit("A", district(place), odds[place], row.code in chosen) for place, row in enumerate(rows)]
    return compare(made, least=LEAST)


@pytest.mark.parametrize("weights", [[1] * 200, [1 + place % 7 for place in range(200)]], ids=["equal", "weighted"])
def test_over_honest_draws_chi_square_is_on_average_its_freedom(weights: list[int]) -> None:
    """Exactly so for every design whose covariance is V; counts are whole, so p itself lies on a lattice."""
    found = [by_district(*city(h("key", "honest", number.to_bytes(4, "big")), weights)) for number in range(240)]
    assert {one.freedom for one in found} == {3}
    assert not any(one.impossible for one in found)
    assert deviation([one.statistic for one in found], 3) < 4
    few = sum(one.p is not None and one.p < 0.05 for one in found) / len(found)
    assert abs(few - 0.05) < 4 * (0.05 * 0.95 / len(found)) ** 0.5
    assert min(one.p for one in found if one.p is not None) > 0.0001


def test_a_draw_that_never_takes_one_district_is_told() -> None:
    rows, chosen, odds = city(h("key", "spared"), [1] * 400)
    honest = by_district(rows, chosen, odds)
    assert honest.p is not None
    assert honest.p > 0.001
    spared = {code for code in chosen if district(int(code[1:])) == "west"}
    others = [row.code for row in rows if row.code not in chosen and district(int(row.code[1:])) != "west"]
    crooked = by_district(rows, {*(chosen - spared), *others[: len(spared)]}, odds)
    assert crooked.p is not None
    assert crooked.p < 1e-4
    assert not crooked.impossible
