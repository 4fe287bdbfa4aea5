"""What is of one entity is one piece of news, however often it counts."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given

from service.studio.measures.discrimination import discrimination_of, loss_of
from service.studio.measures.groups import rates_of
from service.studio.measures.visited import Visited, variance_of
from tests.unit.studio.rounds import Round, rounds


def twice(one: Round) -> tuple[Visited, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Every visit at two dates with half its weight at each; and the places."""
    size = len(one.visits.cell)
    again = np.tile(np.arange(size), 2)
    return Visited(one.visits.cell[again], one.visits.weight[again] / 2, one.visits.found[again], again), again


@given(rounds())
def test_a_visit_that_counts_half_at_each_of_two_dates_says_as_much_as_one(one: Round) -> None:
    visits, again = twice(one)
    single = discrimination_of(one.visits, one.risk, confidence=0.95)
    double = discrimination_of(visits, one.risk[again], confidence=0.95)
    assert [double.auc, double.standard_error] == pytest.approx([single.auc, single.standard_error], abs=1e-9)
    for once, both in zip(
        rates_of(one.visits, one.group, 3, confidence=0.95),
        rates_of(visits, one.group[again], 3, confidence=0.95),
        strict=True,
    ):
        assert [both.rate, *(both.interval or ())] == pytest.approx([once.rate, *(once.interval or ())])


def test_the_variance_of_clusters_by_hand() -> None:
    """Parts 1, 2 | 4 of entities a, a | b in one cell, and 3 of a alone in another.

    Cell 0: sums 3 and 4, mean 3.5, factor √2: ∓√2/2. Cell 1: one entity, about 0: 3. V = (3 − √2/2)² + (√2/2)².
    """
    found = variance_of(np.array([0, 0, 0, 1]), np.array([1.0, 2, 4, 3]), np.array([7, 7, 9, 7]))
    assert found == pytest.approx((3 - sqrt(0.5)) ** 2 + 0.5)


@given(rounds())
def test_what_is_lost_is_the_difference_of_both_and_nothing_between_equals(one: Round) -> None:
    other = one.risk[::-1].copy()
    lost = loss_of(one.visits, one.risk, other, confidence=0.95)
    scores = [discrimination_of(one.visits, risk, confidence=0.95).auc for risk in (one.risk, other)]
    if lost is None or scores[0] is None or scores[1] is None:
        assert scores == [None, None]
        return
    assert lost.value == pytest.approx(scores[0] - scores[1])
    same = loss_of(one.visits, one.risk, 2 * one.risk, confidence=0.95)
    assert same is not None
    assert (same.value, same.standard_error) == (0, 0)
