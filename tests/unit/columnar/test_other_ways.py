"""The engine for all entities takes short cuts by size; taking the other way for every size gives the same answers."""

from __future__ import annotations

import pytest

from scoring.rating.columnar import multipliers, worth
from tests.builders.dice import SeededDice
from tests.builders.histories import stock
from tests.engines import DEPTH, by_columnar, by_explain, score_of

WAYS = {
    "no product is looked up": ((worth, "MANY", 1), (multipliers, "MANY", 1)),
    "no points are computed beforehand": ((worth, "GRID", 0),),
    "no product fits 64 bits": ((multipliers, "SAFE", 2),),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_other_way_gives_the_same_points(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in WAYS[way]:
        assert getattr(module, name) > value
        monkeypatch.setattr(module, name, value)
    for seed in range(50_000, 50_000 + 150 * DEPTH):
        asked = stock(SeededDice(seed), most=8)
        expected = [score_of(by_explain(history, asked.chain, asked.as_of)) for history in asked.histories]
        assert by_columnar(*asked) == expected, seed
