"""Working days and periods agree with a count day by day, and every known day with two other tables."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.editions.shipped import calendar
from scoring.kernel.workdays import Calendar, Deadline, Term, last_day, period_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.kernel.workdays import Counting

CN = calendar("cn")
YEARS = range(2007, 2027)
NOTICES = Path(__file__).parents[4] / "shared" / "data" / "holiday-cn"
NEAR = st.dates(date(2006, 6, 1), date(2029, 6, 30))
COUNTINGS = st.sampled_from(["from_day", "from_next_day"])
EMPTY = Calendar("nowhere", frozenset(), {}, frozenset())


def every_day(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(1)


@pytest.mark.skipif(not NOTICES.is_dir(), reason="the folder of sample data is absent")
@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_the_notices_data_says(year: int) -> None:
    said = {
        date.fromisoformat(one["date"]): not one["isOffDay"]
        for path in NOTICES.glob("*.json")
        for one in json.loads(path.read_text(encoding="utf-8"))["days"]
    }
    for day in every_day(year):
        assert CN.is_working_day(day) == (said.get(day, day.weekday() < 5), False), day


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_as_another_package_says(year: int) -> None:
    for day in every_day(year):
        assert CN.is_working_day(day).working == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("day", [date(2006, 12, 31), date(2027, 1, 1), date(2027, 1, 5), date(2027, 10, 1)])
def test_past_the_table_the_weekday_answers_provisionally(day: date) -> None:
    answer = CN.is_working_day(day)
    assert answer.provisional
    assert answer.working == (day.weekday() < 5 or day == date(2006, 12, 31))  # worked for New Year 2007


def test_a_deadline_is_provisional_as_soon_as_it_counts_a_day_that_is_not_settled() -> None:
    assert CN.add_working_days(date(2026, 12, 28), 3) == Deadline(date(2026, 12, 31), provisional=False)
    assert CN.add_working_days(date(2026, 12, 28), 4) == Deadline(date(2027, 1, 1), provisional=True)
    assert CN.next_working_day(date(2027, 1, 2)) == Deadline(date(2027, 1, 4), provisional=True)


def test_no_end_of_the_calendar_is_an_error() -> None:
    assert EMPTY.add_working_days(date.max, 5) == Deadline(date.max, provisional=True)
    assert period_end(date.max, 40, unit="calendar_days", counting="from_next_day") == date.max
    assert period_end(date(9999, 12, 1), 10**12, unit="calendar_days", counting="from_next_day") == date.max
    assert period_end(date(9999, 6, 1), 12, unit="months", counting="from_next_day") == date.max


@pytest.mark.parametrize("number", [0, -1])
def test_a_period_has_at_least_one_day(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        CN.add_working_days(date(2026, 1, 5), number)
    with pytest.raises(ValueError, match=str(number)):
        period_end(date(2026, 1, 5), number, unit="months", counting="from_day")


def counted(start: date, end: date, counting: Counting) -> list[date]:
    first = start if counting == "from_day" else start + timedelta(1)
    return [first + timedelta(days) for days in range((end - first).days + 1)]


@given(NEAR, st.integers(1, 120), COUNTINGS)
def test_the_nth_working_day_ends_a_span_with_n_of_them(start: date, number: int, counting: Counting) -> None:
    end, provisional = CN.add_working_days(start, number, counting=counting)
    span = counted(start, end, counting)
    assert sum(CN.is_working_day(day).working for day in span) == number
    assert CN.is_working_day(end).working
    assert provisional == any(day.year not in YEARS for day in span)


@given(NEAR, st.integers(0, 60))
def test_the_nth_working_day_before_a_day_begins_a_span_with_n_of_them(day: date, number: int) -> None:
    start = CN.working_days_before(day, number)
    span = [start + timedelta(days) for days in range((day - start).days)]
    assert sum(CN.is_working_day(one).working for one in span) == number
    assert number == 0 or CN.is_working_day(start).working


GAPPED = Calendar("gapped", frozenset({2020, 2022}), {date(2020, 12, 30): "a"}, frozenset({date(2022, 1, 1)}))


@given(st.dates(date(2019, 11, 1), date(2024, 3, 1)), st.integers(1, 300), COUNTINGS)
def test_a_calendar_with_a_year_left_out_counts_alike(start: date, number: int, counting: Counting) -> None:
    end, provisional = GAPPED.add_working_days(start, number, counting=counting)
    span = counted(start, end, counting)
    assert sum(GAPPED.is_working_day(day).working for day in span) == number
    assert provisional == any(day.year not in GAPPED.years for day in span)


@given(NEAR, st.integers(1, 60), COUNTINGS)
def test_one_more_working_day_is_the_next_one(start: date, number: int, counting: Counting) -> None:
    end = CN.add_working_days(start, number, counting=counting).day
    assert CN.add_working_days(start, number + 1, counting=counting).day == CN.add_working_days(end, 1).day


@given(NEAR, st.integers(1, 400), COUNTINGS)
def test_a_period_of_days_holds_so_many_days(start: date, number: int, counting: Counting) -> None:
    end = period_end(start, number, unit="calendar_days", counting=counting)
    assert len(counted(start, end, counting)) == number


@given(NEAR, st.integers(1, 60))
def test_a_period_of_months_ends_on_the_same_number_or_the_months_end(start: date, number: int) -> None:
    year, month = start.year, start.month
    for _ in range(number):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    naive = date(year, month, min(start.day, monthrange(year, month)[1]))
    assert period_end(start, number, unit="months", counting="from_next_day") == naive
    assert period_end(start, number, unit="months", counting="from_day") == naive - timedelta(1)


@given(NEAR, st.integers(1, 40), st.sampled_from(["working_days", "calendar_days", "months"]), COUNTINGS)
def test_only_a_deadline_to_act_moves_and_only_to_the_next_working_day(
    start: date, number: int, unit: str, counting: Counting
) -> None:
    term = Term(number, unit, counting)  # type: ignore[arg-type]
    plain, to_act = (last_day(term, start, CN, to_act=act) for act in (False, True))
    between = [plain.day + timedelta(days) for days in range((to_act.day - plain.day).days)]
    assert CN.is_working_day(to_act.day).working
    assert not any(CN.is_working_day(day).working for day in between)
    assert to_act.day >= plain.day
