"""Products of factors are exact, however long, and rounded once."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.rating.columnar.multipliers import rounded, unmultiplied

FACTORS = st.lists(st.integers(0, 5000), max_size=3).map(lambda factors: (1000, *factors))


def half_away(exact: Fraction) -> int:
    size = floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


@given(
    st.lists(st.one_of(st.integers(-2000, 2000), st.integers(-(10**14), 10**14)), min_size=1, max_size=8),
    st.lists(FACTORS, max_size=9),
    st.randoms(use_true_random=False),
)
def test_any_product_is_exact_and_rounded_once(points: list[int], steps: list[tuple[int, ...]], pick: object) -> None:
    product = unmultiplied(len(points))
    exact = [Fraction(each) for each in points]
    for factors in steps:
        choice = [pick.randrange(len(factors)) for _ in points]  # type: ignore[attr-defined]
        product = product.times(np.arange(len(points)), np.array(choice), factors)
        exact = [each * Fraction(factors[place], 1000) for each, place in zip(exact, choice, strict=True)]
    if all(abs(each) < 2**62 for each in exact):
        assert rounded(np.array(points, np.int64), product).tolist() == [half_away(each) for each in exact]


def test_a_half_goes_away_from_zero_on_both_sides() -> None:
    halved = unmultiplied(3).times(np.array([0, 1]), np.array([1, 1]), (1000, 500))
    assert rounded(np.array([5, -5, 7], np.int64), halved).tolist() == [3, -3, 7]


def test_factors_that_cancel_leave_points_as_they_were() -> None:
    both, first = np.arange(2), np.ones(2, np.int64)
    product = unmultiplied(2).times(both, first, (1000, 2000)).times(both, first, (1000, 500))
    assert {product.exact[each] for each in product.product} == {(1, 1)}
    assert rounded(np.array([7, -7], np.int64), product).tolist() == [7, -7]
