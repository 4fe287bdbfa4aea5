"""Bunching at thresholds: a straight line has none, whatever its slope; an inspector who rounds down is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.insight.measures.bunched import Bunching, bunching, window_of
from tests.builders.dice import SeededDice

if TYPE_CHECKING:
    from tests.builders.dice import Dice

LEAST = 30
WIDTH = 300


def of_counts(farther_short: int, short: int, beyond: int, farther_beyond: int, *, least: int = LEAST) -> Bunching:
    windows = [1] * farther_short + [0] * short + [-1] * beyond + [-2] * farther_beyond
    return bunching([*windows, 2, -3, 7], least=least)


@pytest.mark.parametrize(
    ("margin", "window"), [(0, 0), (299, 0), (300, 1), (-1, -1), (-300, -1), (-301, -2), (600, 2), (-601, -3)]
)
def test_the_threshold_itself_is_just_short(margin: int, window: int) -> None:
    assert window_of(margin, WIDTH) == window


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_straight_line_has_no_excess(end: int, slope: int) -> None:
    found = of_counts(end + 3 * slope, end + 2 * slope, end + slope, end)
    assert found.excess == pytest.approx(0)
    assert found.z is None or found.z == pytest.approx(0, abs=1e-9)


def test_counts_by_hand() -> None:
    """The figures of docs/statistics.md: three times as many just short as just beyond."""
    found = of_counts(50, 60, 20, 41)
    assert found.excess == pytest.approx(40 - 3)
    assert found.z == pytest.approx(37 / (80 + 91 / 9) ** 0.5)
    assert found.p == pytest.approx(4.85479e-5, rel=1e-5)


def test_too_few_are_not_tested() -> None:
    assert of_counts(9, 20, 9, 9).z is None
    assert of_counts(9, 21, 9, 9).z is not None
    assert bunching([], least=0).p is None


def scores(dice: Dice, visits: int) -> list[int]:
    """Margins of an honest inspector, falling off towards the worse side: sums of six even numbers."""
    return [sum(dice.below(1200) for _ in range(6)) - 3000 for _ in range(visits)]


def test_the_honest_are_not_told_and_one_who_stops_short_is() -> None:
    dice = SeededDice(20260601)
    honest = [bunching([window_of(one, WIDTH) for one in scores(dice, 400)], least=LEAST) for _ in range(40)]
    assert all(one.p is not None and one.p * 40 > 0.001 for one in honest)
    kind = [one + WIDTH if -WIDTH <= one < 0 and dice.below(10) < 6 else one for one in scores(dice, 400)]
    told = bunching([window_of(one, WIDTH) for one in kind], least=LEAST)
    assert told.p is not None
    assert told.p * 41 < 0.001
