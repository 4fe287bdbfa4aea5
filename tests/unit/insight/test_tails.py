"""Tails against published values, closed forms and the recurrence of the incomplete gamma function."""

from math import erfc, exp, factorial, isclose, lgamma, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.insight.measures.tails import chi_square_tail, normal_tail, upper_gamma


@pytest.mark.parametrize(
    ("statistic", "freedom", "tail"),
    [
        (3.841458820694124, 1, 0.05),
        (10.827566170662733, 1, 0.001),
        (5.991464547107979, 2, 0.05),
        (11.070497693516351, 5, 0.05),
        (18.307038053275146, 10, 0.05),
        (124.34211340400407, 100, 0.05),
        (149.44925277903886, 100, 0.001),
        (0.0039321400000195, 1, 0.95),
        (3.940299136199, 10, 0.95),
    ],
)
def test_the_quantiles_of_the_tables(statistic: float, freedom: int, tail: float) -> None:
    assert isclose(chi_square_tail(statistic, freedom), tail, rel_tol=1e-9)


@given(st.integers(1, 60), st.floats(0, 300))
def test_an_even_freedom_has_a_closed_form(half: int, statistic: float) -> None:
    """Poisson: fewer than ``half`` events where statistic/2 are expected."""
    mean = statistic / 2
    closed = exp(-mean) * sum(mean**k / factorial(k) for k in range(half))
    assert isclose(chi_square_tail(statistic, 2 * half), closed, rel_tol=1e-9, abs_tol=1e-14)


@given(st.floats(0, 200))
def test_one_degree_of_freedom_is_a_squared_normal(statistic: float) -> None:
    assert isclose(chi_square_tail(statistic, 1), erfc(sqrt(statistic / 2)), rel_tol=1e-9, abs_tol=1e-14)
    assert isclose(chi_square_tail(statistic, 1), 2 * normal_tail(sqrt(statistic)), rel_tol=1e-9, abs_tol=1e-14)


@given(st.floats(0.5, 150), st.floats(0.01, 300))
def test_the_recurrence_joins_series_and_fraction(a: float, x: float) -> None:
    step = exp(a * log(x) - x - lgamma(a + 1))
    assert isclose(upper_gamma(a + 1, x), upper_gamma(a, x) + step, rel_tol=1e-8, abs_tol=1e-12)


@given(st.floats(0.5, 150), st.floats(0, 300), st.floats(0.01, 10))
def test_the_tail_falls_from_one(a: float, x: float, more: float) -> None:
    assert upper_gamma(a, 0) == 1
    assert 0 <= upper_gamma(a, x + more) <= upper_gamma(a, x) + 1e-12
