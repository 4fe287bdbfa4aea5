"""The next change: nothing differs on any day before it, something differs on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition.model import Restoration, RestorationStep, StreakStep, Validity, Window
from scoring.rating.explain import explain
from scoring.rating.history import History, Occasion
from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.builders.plain import chain, edition, event, rating, rule

if TYPE_CHECKING:
    from scoring.rating.result import Result

AS_OF = date(2025, 6, 1)
HORIZON = 250
"""Days looked at one by one; generated spans are a few months long."""


def answer(result: Result) -> tuple[object, ...]:
    level = None if result.verdict.risk is None else result.verdict.risk.level
    lines = {(line.source, line.ref, line.standing, line.counted) for line in result.lines}
    return result.edition, result.state, result.reason, result.total, result.grade, result.tier, level, lines


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_nothing_differs_before_it_and_something_on_it(seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    today = explain(history, editions, as_of)
    change = today.next_change_on
    assert change is None or change > as_of
    last = as_of + timedelta(days=HORIZON)
    day = as_of + timedelta(days=1)
    while day < (last if change is None else min(change, last)):
        assert answer(explain(history, editions, day)) == answer(today), day
        day += timedelta(days=1)
    if change is not None:
        assert answer(explain(history, editions, change)) != answer(today)


def change_of(history: History, section: object) -> date | None:
    return explain(history, chain(edition(section)), AS_OF).next_change_on


def test_a_day_that_could_matter_and_does_not_is_passed_over() -> None:
    restored = rule("X", 0, restoration=Restoration((RestorationStep(500, within_days=30),), "§8"))
    history = History("own:1", "cinema", (event("1", "X", "2025-05-20", corrected_on="2025-06-10"),))
    assert change_of(history, rating(restored)) == date(2027, 5, 20)


def test_a_repair_of_something_long_over_may_begin_a_clean_run() -> None:
    section = rating(rule("X", validity=Validity("months", 1)), streaks=(StreakStep(300, "§s", months=24),))
    lapsed = event("1", "X", "2025-01-01", repaired_on="2025-07-15")
    history = History("own:1", "cinema", (lapsed,), known_since=date(2020, 1, 1))
    assert change_of(history, section) == date(2025, 7, 15)


def test_an_occasion_to_come_pushes_the_latest_out_of_the_window() -> None:
    occasions = (Occasion("a", "routine", date(2025, 1, 1)), Occasion("b", "routine", date(2025, 9, 1)))
    history = History("own:1", "cinema", (event("1", "X", "2025-01-01", occasion="a"),), occasions)
    assert change_of(history, rating(rule("X"), window=Window(occasions=1))) == date(2025, 9, 1)
    assert change_of(history, rating(rule("X"), window=Window(occasions=2))) is None


def test_a_repaired_event_changes_once_more_when_its_span_ends() -> None:
    history = History("own:1", "cinema", (event("1", "X", "2025-01-01", repaired_on="2025-02-01"),))
    assert change_of(history, rating(rule("X"))) == date(2027, 1, 1)
