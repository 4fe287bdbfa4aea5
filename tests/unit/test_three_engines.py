"""Both engines agree with the oracle to the last point of every line, on generated editions, histories and days.

``LAW_DEPTH=100`` in the environment tries a hundred times as many cases. A failing seed is named by
its test; Hypothesis looks for a small counter-example of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from scoring.rating.explain import explain
from tests.builders.dice import SeededDice, drawn
from tests.builders.histories import Asked, Stock, question, stock
from tests.engines import DEPTH, by_columnar, by_explain, by_oracle, score_of
from tests.oracle import horizon, next_change_on, what_can_change

if TYPE_CHECKING:
    from datetime import date

    from scoring.rating.history import History

LOTS = 8
small_cases = settings(
    max_examples=100 * DEPTH,
    deadline=None,
    derandomize=DEPTH == 1,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(drawn(question))
@small_cases
def test_explain_agrees_with_the_oracle_on_small_cases(asked: Asked) -> None:
    assert by_explain(*asked) == by_oracle(*asked)


@given(drawn(stock))
@small_cases
def test_columnar_agrees_with_explain_on_small_cases(asked: Stock) -> None:
    expected = [score_of(by_explain(history, asked.chain, asked.as_of)) for history in asked.histories]
    assert by_columnar(*asked) == expected


@pytest.mark.parametrize("lot", range(LOTS))
def test_explain_agrees_with_the_oracle_on_many_cases(lot: int) -> None:
    for seed in range(lot, 4000 * DEPTH, LOTS):
        asked = question(SeededDice(seed))
        assert by_explain(*asked) == by_oracle(*asked), seed


@pytest.mark.parametrize("lot", range(LOTS))
def test_columnar_agrees_with_explain_on_many_cases(lot: int) -> None:
    for seed in range(lot, 500 * DEPTH, LOTS):
        asked = stock(SeededDice(seed), most=12)
        expected = [score_of(by_explain(history, asked.chain, asked.as_of)) for history in asked.histories]
        assert by_columnar(*asked) == expected, seed


@pytest.mark.parametrize("lot", range(LOTS))
def test_the_next_change_is_the_first_day_on_which_anything_differs(lot: int) -> None:
    for seed in range(lot, 96 * DEPTH, LOTS):
        asked = question(SeededDice(seed))
        assert explain(*asked).next_change_on == next_change_on(*asked), seed


@pytest.mark.parametrize("lot", range(LOTS))
def test_between_the_day_asked_and_the_next_change_nothing_differs(lot: int) -> None:
    """Many questions, and of each a dozen days that a wrong answer would most likely miss or name too early."""
    for seed in range(lot, 1200 * DEPTH, LOTS):
        history, chain, as_of = question(SeededDice(seed))
        change = explain(history, chain, as_of).next_change_on
        last = horizon(history, chain, as_of) if change is None else change - timedelta(days=1)
        today = what_can_change(by_oracle(history, chain, as_of))
        assert change is None or change > as_of, seed
        assert change is None or what_can_change(by_oracle(history, chain, change)) != today, seed
        for day in {last, *telling_days(SeededDice(seed), history, as_of)}:
            if as_of < day <= last:
                assert what_can_change(by_oracle(history, chain, day)) == today, (seed, day)


def telling_days(dice: SeededDice, history: History, as_of: date) -> list[date]:
    """The next day, and days some months after those that the evidence names."""
    named = [as_of, *(event.decided_on for event in history.events), *(one.held_on for one in history.occasions)]
    named += [event.repaired_on for event in history.events if event.repaired_on is not None]
    days = [dice.near(named, (0, 1, 2, 3, 6, 12, 13, 24)) for _ in range(24)]
    return [as_of + timedelta(days=1), *(day for day in days if day > as_of)]
