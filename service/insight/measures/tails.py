"""Tails of distributions, out of the standard library alone."""

from __future__ import annotations

from itertools import count
from math import erfc, exp, lgamma, log, sqrt

EXACT = 1e-16
"""Terms smaller than this part of the sum change nothing."""
_TINY = 1e-300


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a) (DLMF 8.2.4), for a > 0 and x ≥ 0.

    Below a + 1 by the series of P = 1 − Q (DLMF 8.11.4), above by the continued fraction (DLMF 8.9.2).
    """
    if x <= 0:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    return 1.0 - front * _series(a, x) if x < a + 1 else front * _fraction(a, x)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """The probability that chi-square with so many degrees of freedom exceeds a value."""
    return upper_gamma(freedom / 2, statistic / 2)


def normal_tail(z: float) -> float:
    """The probability that a standard normal variable exceeds z."""
    return erfc(z / sqrt(2)) / 2


def _series(a: float, x: float) -> float:
    """Σ xⁿ / (a (a+1) … (a+n))."""
    term = total = 1 / a
    for n in count(1):
        term *= x / (a + n)
        total += term
        if term < total * EXACT:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """1/(x+1−a− 1(1−a)/(x+3−a− 2(2−a)/(x+5−a− …))), by the method of Lentz as Thompson and Barnett mend it."""
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    found = d
    for n in count(1):
        factor = n * (a - n)
        b += 2
        d = 1 / (factor * d + b or _TINY)
        c = b + factor / c or _TINY
        found *= c * d
        if abs(c * d - 1) < EXACT * 10:
            break
    return found
