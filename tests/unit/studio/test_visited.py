"""Weights of visits, what is refused, stability over time, and when there are too few."""

from __future__ import annotations

from math import log
from statistics import correlation

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.studio.backtest.limits import limits, told
from service.studio.measures.discrimination import Discrimination
from service.studio.measures.enough import Shortage, shortages
from service.studio.measures.groups import GroupRate
from service.studio.measures.stability import rank_correlation, shift_of
from service.studio.measures.visited import visited_of


def test_a_visit_stands_also_for_those_of_its_cell_that_failed() -> None:
    found = visited_of(
        cell=np.array([0, 0, 1]), probability=np.array([0.1, 0.2, 1]), drawn=np.array([3, 1]), found=np.ones(3, bool)
    )
    assert found.weight.tolist() == pytest.approx([15, 7.5, 1])
    assert found.effective == pytest.approx(23.5**2 / (15**2 + 7.5**2 + 1))


@pytest.mark.parametrize(
    ("cell", "probability", "drawn", "said"),
    [
        ([0], [0.5, 0.5], [2], "1 cells, 2 probabilities"),
        ([0, 1], [0.5, 0.5], [2], "none of the 1"),
        ([0, -1], [0.5, 0.5], [2], "none of the 1"),
        ([0, 0], [0.5, 0.0], [2], "outside"),
        ([0, 0], [0.5, 1.1], [2], "outside"),
        ([0, 0], [0.5, float("nan")], [2], "outside"),
        ([1, 1], [0.5, 0.5], [1, 1], "cell 1 has more visits"),
    ],
)
def test_visits_that_cannot_be_are_refused(
    cell: list[int], probability: list[float], drawn: list[int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        visited_of(
            cell=np.array(cell),
            probability=np.array(probability),
            drawn=np.array(drawn),
            found=np.zeros(len(cell), bool),
        )


def test_the_stability_index_by_hand() -> None:
    """(10, 30) and (20, 20) with a half in each class: parts 10.5/41, 30.5/41 and 1/2, 1/2."""
    found = shift_of(np.array([10, 30]), np.array([20, 20]))
    p = 10.5 / 41
    assert found.value == pytest.approx((0.5 - p) * log(0.5 / p) + (p - 0.5) * log(0.5 / (1 - p)))
    assert found.by_chance == pytest.approx(1 / 20)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=5))
def test_the_index_is_never_negative_and_the_same_both_ways(counts: list[tuple[int, int]]) -> None:
    before, after = (np.array(side) for side in zip(*counts, strict=True))
    if not before.sum() or not after.sum():
        with pytest.raises(ValueError, match="not all 0"):
            shift_of(before, after)
        return
    assert shift_of(before, after).value == pytest.approx(shift_of(after, before).value)
    assert shift_of(before, after).value >= 0
    assert shift_of(before, before).value == 0


def test_two_samples_of_one_population_shift_by_about_chance() -> None:
    chance = np.random.default_rng(20270103)
    parts = [0.6, 0.25, 0.1, 0.05]
    found = [shift_of(chance.multinomial(2000, parts), chance.multinomial(3000, parts)) for _ in range(400)]
    assert np.mean([one.value for one in found]) == pytest.approx(found[0].by_chance, rel=0.15)


def middle_rank(scores: list[int], one: int) -> float:
    return sum(each < one for each in scores) + (sum(each == one for each in scores) + 1) / 2


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9))
def test_rank_correlation_is_that_of_counted_ranks(pairs: list[tuple[int, int]]) -> None:
    before, after = ([one[side] for one in pairs] for side in (0, 1))
    found = rank_correlation(np.array(before, float), np.array(after, float))
    if len(set(before)) == 1 or len(set(after)) == 1:
        assert found is None
        return
    ranks = [[middle_rank(side, one) for one in side] for side in (before, after)]
    assert found == pytest.approx(correlation(*ranks))


def test_rank_correlation_without_ties_is_spearmans_formula() -> None:
    """1 − 6·Σd²/(n³ − n) with d = 0, 1, 1, 1, 1: 1 − 24/120."""
    assert rank_correlation(np.array([1, 2, 3, 4, 5.0]), np.array([1, 3, 2, 60, 4.0])) == pytest.approx(1 - 6 * 4 / 120)
    with pytest.raises(ValueError, match="2 scores before and 1 after"):
        rank_correlation(np.zeros(2), np.zeros(1))


def test_too_few_visits_are_told_with_the_tier_and_both_numbers() -> None:
    least = limits()["least"]
    groups = [GroupRate(least["visits"], 3, 0.1, 0.1, None, None), GroupRate(2, 1, 0.5, 0.3, None, None)]
    found = list(shortages(Discrimination(0.7, 0.1, None, 4, least["clean"]), groups, least))
    assert found == [Shortage("problems", 4, least["problems"]), Shortage("visits", 2, least["visits"], 1)]
    assert told(found[1], ["A", "B"], "en").startswith(f"Tier B has 2 random visits only, {least['visits']} are")
    assert told(found[0], ["A", "B"], "zh").startswith("发现问题的随机检查只有 4 次")
    assert set(least) == {row["code"] for row in limits()["shortage"]}
