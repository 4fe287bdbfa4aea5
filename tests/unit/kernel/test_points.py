"""Points go in and out as text without loss, and round half away from zero."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.points import PointsError, format_points, parse_points, round_ratio


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("3", 300), ("-2.5", -250), ("2.50", 250), ("0.05", 5), ("-0.05", -5), ("0", 0), ("-0.00", 0), ("100.00", 10000)],
)
def test_a_text_is_read_in_hundredths(text: str, hundredths: int) -> None:
    assert parse_points(text) == hundredths


@pytest.mark.parametrize(
    "text", ["", "+1", "1.", ".5", "1.234", "01", "1e3", " 1", "1\n", "1,00", "٣", "--1", "NaN", "9" * 14]
)
def test_any_other_shape_is_refused_by_its_code(text: str) -> None:
    with pytest.raises(PointsError) as caught:
        parse_points(text)
    assert caught.value.code == "points_malformed"


@given(st.integers(-(10**14), 10**14))
def test_what_is_written_is_read_back(hundredths: int) -> None:
    text = format_points(hundredths)
    assert parse_points(text) == hundredths
    assert text[-3] == "."


@pytest.mark.parametrize(("value", "text"), [(0, "0.00"), (-5, "-0.05"), (-250, "-2.50"), (9999, "99.99")])
def test_two_decimals_always(value: int, text: str) -> None:
    assert format_points(value) == text


@pytest.mark.parametrize(
    ("over", "under", "nearest"), [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-15, 10, -2), (25, 10, 3)]
)
def test_halves_go_away_from_zero(over: int, under: int, nearest: int) -> None:
    assert round_ratio(over, under) == nearest


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9))
def test_rounding_is_the_nearest_integer(over: int, under: int) -> None:
    distance = abs(Fraction(over, under) - round_ratio(over, under))
    assert distance <= Fraction(1, 2)
    assert round_ratio(-over, under) == -round_ratio(over, under)
