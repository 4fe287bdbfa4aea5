"""What a run under load counts: its day, its callers' answers, and whether memory grows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bench.load import day
from bench.load.callers import Callers
from bench.load.programs import resident, slope
from bench.load.tally import Tally
from bench.upgrade.releases import previous, unpack
from service.platform import migration_head

if TYPE_CHECKING:
    from pathlib import Path


def test_a_day_is_pressed_into_its_minutes() -> None:
    by_act = {deed.act: deed for deed in day.DEEDS}
    records = (23_351 + 1_368) / 50_000 * 2_303_000 / 250
    assert by_act["event"].a_day == pytest.approx(records)
    assert by_act["tier"].a_day == pytest.approx(20 * records)
    assert by_act["event"].a_second == pytest.approx(records / 600)


def test_callers_know_each_deed() -> None:
    assert [deed.act for deed in day.DEEDS if not hasattr(Callers, f"_{deed.act}")] == []


@pytest.mark.parametrize(
    ("status", "again", "wrong"),
    [
        (201, None, []),
        (404, None, []),
        (429, "2", []),
        (429, None, ["ask: 429 without Retry-After"]),
        (503, None, ["ask: 503 without Retry-After"]),
        (500, None, ["ask: 500"]),
        (400, None, ["ask: 400"]),
    ],
)
def test_only_answers_that_no_caller_should_get_are_wrong(status: int, again: str | None, wrong: list[str]) -> None:
    tally = Tally()
    tally.answered("ask", status, 0.1, again)
    assert (tally.wrong, tally.total()) == (wrong, 1)
    assert tally.statuses == {("ask", status): 1}


def test_the_table_tells_quantiles_of_what_was_served_and_counts_the_rest() -> None:
    tally = Tally()
    for milliseconds in range(1, 101):
        tally.answered("ask", 200, milliseconds / 1000, None)
    tally.answered("ask", 429, 9.0, "2")
    assert tally.table(10.0).splitlines()[-1] == "| ask | 101 | 10.1 | 50 | 96 | 100 | 1 × 429 |"


def test_memory_that_grows_has_a_slope() -> None:
    assert slope([(0.0, 100), (10.0, 150), (20.0, 200)]) == pytest.approx(5.0)
    assert slope([(0.0, 100), (10.0, 100), (20.0, 100)]) == pytest.approx(0.0)
    assert slope([(0.0, 100)]) == 0.0
    assert resident(os.getpid()) > 1_000


def test_the_release_before_has_an_older_schema(tmp_path: Path) -> None:
    try:
        commit = previous()
    except LookupError:
        pytest.skip("a checkout without its history")
    assert unpack(commit, tmp_path) < migration_head()
