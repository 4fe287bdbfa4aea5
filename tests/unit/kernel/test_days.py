"""Months are clipped from the first day of the span, cycles hold every day once, dates are read strictly."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.days import DayError, add_months, cycle_span, months_after, parse_day

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2016, 2, 29), 24, date(2018, 2, 28)),
        (date(2016, 2, 29), 48, date(2020, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 31), 2, date(2025, 3, 31)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2025, 5, 5), 0, date(2025, 5, 5)),
        (date(9999, 6, 1), 12, date.max),
        (date(1, 6, 1), -12, date.min),
    ],
)
def test_months_are_clipped_to_the_months_end(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result
    assert months_after(months)[day] == result


@given(DAYS, st.integers(-600, 600))
def test_adding_months_lands_in_the_right_month_and_never_later_in_it(day: date, months: int) -> None:
    result = add_months(day, months)
    assert (result.year - day.year) * 12 + result.month - day.month == months
    assert result.day <= day.day
    assert result.day == day.day or add_months(result, 1).day == result.day  # clipped only at a month's end


@given(DAYS, st.integers(1, 60), DAYS)
def test_a_cycle_holds_every_day_in_one_span_of_the_anchor(anchor: date, months: int, day: date) -> None:
    start, end = cycle_span(anchor, months, day)
    assert start <= day < end
    number = ((start.year - anchor.year) * 12 + start.month - anchor.month) // months
    assert start == add_months(anchor, number * months)
    assert end == add_months(anchor, (number + 1) * months)
    assert cycle_span(anchor, months, end)[0] == end


def test_a_cycle_from_the_31st_is_counted_from_its_anchor() -> None:
    assert cycle_span(date(2000, 1, 31), 1, date(2025, 3, 30)) == (date(2025, 2, 28), date(2025, 3, 31))


def test_a_remembered_day_stays_right_when_very_many_are_asked_for() -> None:
    table = months_after(7)
    for ordinal in range(700_000, 745_000):
        day = date.fromordinal(ordinal)
        assert table[day] == add_months(day, 7)
    assert len(table) <= 40_000


@pytest.mark.parametrize(
    "text",
    [
        "20250101",
        "2025-W01-1",
        "2025-1-1",
        "2025-02-29",
        "2025-13-01",
        "2025-01-01T00",
        "",
        "２０25-01-01",
        "0000-01-01",
    ],
)
def test_only_the_plain_form_is_a_day(text: str) -> None:
    with pytest.raises(DayError) as caught:
        parse_day(text)
    assert caught.value.code == "day_malformed"


@given(DAYS)
def test_a_day_is_read_back(day: date) -> None:
    assert parse_day(day.isoformat()) == day
