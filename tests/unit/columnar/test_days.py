"""Months, years and cycles over arrays: the same days as over single dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition.model import Cycle
from scoring.kernel.days import add_months, cycle_span
from scoring.rating.columnar import ABSENT, NO_DAY, Coded
from scoring.rating.columnar import days as arrays

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def ordinals(*days: date) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([day.toordinal() for day in days], np.int32)


@given(st.lists(DAYS, min_size=1), st.integers(-600, 600))
def test_months_are_those_of_single_days(days: list[date], months: int) -> None:
    moved = arrays.add_months(ordinals(*days), months)
    assert moved.tolist() == [add_months(day, months).toordinal() for day in days]


def test_a_leap_day_is_clipped_and_an_absent_day_stays_absent() -> None:
    moved = arrays.add_months(np.array([date(2016, 2, 29).toordinal(), NO_DAY], np.int32), 24)
    assert moved.tolist() == [date(2018, 2, 28).toordinal(), NO_DAY]


def test_each_day_may_have_its_own_months() -> None:
    moved = arrays.add_months(ordinals(date(2024, 1, 31), date(2024, 1, 31)), np.array([1, 2]))
    assert moved.tolist() == ordinals(date(2024, 2, 29), date(2024, 3, 31)).tolist()


@given(DAYS, st.integers(0, 120))
def test_the_least_day_divides_those_that_still_reach_from_those_that_do_not(day: date, months: int) -> None:
    least = arrays.least_reaching(day.toordinal(), months)
    assert add_months(date.fromordinal(least), months) > day
    assert add_months(date.fromordinal(least - 1), months) <= day


@given(st.lists(DAYS, min_size=1))
def test_calendar_years(days: list[date]) -> None:
    assert arrays.years(ordinals(*days)).tolist() == [day.year for day in days]


@given(DAYS, DAYS, st.integers(1, 40))
def test_cycles_are_those_of_single_days(anchor: date, day: date, months: int) -> None:
    begin, end = cycle_span(anchor, months, day)
    assert arrays.cycle_starts(ordinals(day), ordinals(anchor), months).tolist() == [begin.toordinal()]
    inside, after = arrays.cycle_numbers(ordinals(begin, end), ordinals(anchor, anchor), months).tolist()
    assert after == inside + 1


@pytest.mark.parametrize("text", ["2019-13-45", "20190131", "soon", "2019-1-31"])
def test_a_start_that_is_no_day_is_as_if_absent(text: str) -> None:
    starts = Coded(("2019-01-31", text), np.array([0, 1, ABSENT], np.int32))
    anchors = arrays.anchors_of(Cycle(12, 5, 15, start_attribute="start"), starts, 3)
    assert anchors.tolist() == ordinals(date(2019, 1, 31), date(2000, 5, 15), date(2000, 5, 15)).tolist()
