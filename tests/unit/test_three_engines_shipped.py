"""Both engines and the oracle agree under every shipped edition, on evidence in that edition's own words."""

from __future__ import annotations

from collections import Counter

import pytest

from scoring.edition import parse
from tests.builders.dice import SeededDice
from tests.builders.histories import stock_under
from tests.engines import DEPTH, by_columnar, by_explain, by_oracle, score_of
from tests.law_cases.shipped import RATING, text


@pytest.mark.parametrize("name", RATING)
def test_all_readings_agree_under_a_shipped_edition(name: str) -> None:
    edition = parse(text(name))
    kinds = [kind for kind in edition.ratings if kind != "*"] or ["food"]
    standings: Counter[str] = Counter()
    grades: Counter[str | None] = Counter()
    for seed in range(40 * DEPTH):
        histories, chain, as_of = stock_under(SeededDice(seed), edition, kinds[seed % len(kinds)], 10)
        answers = [by_oracle(history, chain, as_of) for history in histories]
        assert [by_explain(history, chain, as_of) for history in histories] == answers, seed
        assert by_columnar(histories, chain, as_of) == [score_of(answer) for answer in answers], seed
        standings.update(line.standing for answer in answers for line in answer.lines)
        grades.update(answer.grade for answer in answers)
    assert standings["counted"] > 100
    assert len(grades) >= 3
