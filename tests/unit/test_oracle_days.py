"""The oracle's own calendar, against days counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scoring.edition.model import Cycle
from tests.oracle import add_months, cycle_span


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2016, 2, 29), 24, date(2018, 2, 28)),
        (date(2016, 2, 29), 48, date(2020, 2, 29)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2023, 1, 31), 2, date(2023, 3, 31)),
        (date(2023, 8, 31), -6, date(2023, 2, 28)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 5, 31), 0, date(2024, 5, 31)),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("cycle", "day", "expected"),
    [
        (Cycle(12), date(2024, 12, 31), (date(2024, 1, 1), date(2025, 1, 1))),
        (Cycle(12, 2, 29), date(2023, 2, 27), (date(2022, 2, 28), date(2023, 2, 28))),
        (Cycle(12, 2, 29), date(2023, 2, 28), (date(2023, 2, 28), date(2024, 2, 29))),
        (Cycle(12, 2, 29), date(2024, 2, 28), (date(2023, 2, 28), date(2024, 2, 29))),
        (Cycle(1, 1, 31), date(2023, 3, 30), (date(2023, 2, 28), date(2023, 3, 31))),
        (Cycle(6), date(1999, 12, 31), (date(1999, 7, 1), date(2000, 1, 1))),
        (Cycle(12, start_attribute="since"), date(2024, 7, 14), (date(2023, 7, 15), date(2024, 7, 15))),
        (Cycle(12, start_attribute="absent"), date(2024, 7, 14), (date(2024, 1, 1), date(2025, 1, 1))),
        (Cycle(12, start_attribute="wrong"), date(2024, 7, 14), (date(2024, 1, 1), date(2025, 1, 1))),
        (Cycle(12, start_attribute="impossible"), date(2024, 7, 14), (date(2024, 1, 1), date(2025, 1, 1))),
    ],
)
def test_a_cycle_span_holds_its_day(cycle: Cycle, day: date, expected: tuple[date, date]) -> None:
    attributes = {"since": "2021-07-15", "wrong": "15.7.2021", "impossible": "2021-02-30"}
    assert cycle_span(cycle, attributes, day) == expected


def test_spans_of_a_cycle_follow_each_other_without_gap_or_overlap() -> None:
    cycle = Cycle(1, 1, 31)
    day = date(2023, 1, 1)
    while day < date(2024, 12, 31):
        start, end = cycle_span(cycle, {}, day)
        assert start <= day < end
        assert cycle_span(cycle, {}, end)[0] == end
        day += timedelta(days=1)
