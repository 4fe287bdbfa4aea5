"""A third, naive reading of docs/evaluation.md: slow, obvious, and the judge of the two engines.

It shares nothing with them but the types of the question. Fractions instead of thousandths, loops instead of indexes,
one day at a time instead of candidate days. Where it and an engine differ, the page decides who is wrong.
"""

from tests.oracle.days import add_months, cycle_span
from tests.oracle.rate import Judged, JudgedLine, horizon, next_change_on, rate, what_can_change

__all__ = ["Judged", "JudgedLine", "add_months", "cycle_span", "horizon", "next_change_on", "rate", "what_can_change"]
