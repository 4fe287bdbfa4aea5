"""Columns: parts of them are the same evidence, and what stands where."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, columns_of, rate_all
from scoring.rating.history import Event, History, Occasion
from tests.builders.dice import SeededDice
from tests.builders.histories import stock

DAY = date(2026, 1, 31)


def test_absent_parts_have_their_own_values_and_order_is_by_place_then_name() -> None:
    told = History(
        "e",
        "cinema",
        (
            Event("b", "2", "fault", DAY, severity="minor", value=150, occasion="second", case_ref="c"),
            Event("b", "1", "fault", DAY, occasion="unknown", repaired_on=DAY, attributes={"size": "small"}),
            Event("a", "9", "award", DAY, occasion="first", final=False),
        ),
        (Occasion("first", "routine", DAY, closed=True), Occasion("second", "follow-up", DAY)),
    )
    columns = columns_of([told])
    events = columns.events
    assert [columns.codes[each] for each in events.code] == ["award", "fault", "fault"]
    assert events.occasion is not None
    assert events.occasion.tolist() == [0, 1, ABSENT]
    assert events.value is not None
    assert events.value.tolist() == [NO_POINTS, 150, NO_POINTS]
    assert events.repaired_on is not None
    assert events.repaired_on.tolist() == [NO_DAY, NO_DAY, DAY.toordinal()]
    assert events.final is not None
    assert events.final.tolist() == [False, True, True]
    assert events.tie is not None
    assert events.tie.tolist() == [0, 2, 1]
    assert events.attributes["size"].index.tolist() == [ABSENT, ABSENT, 0]


@pytest.mark.parametrize("seed", range(40))
def test_a_part_is_rated_as_in_the_whole(seed: int) -> None:
    asked = stock(SeededDice(seed), most=9)
    columns = columns_of(asked.histories)
    whole = rate_all(columns, asked.chain, asked.as_of)
    middle = columns.entities // 2
    for first, last in ((0, middle), (middle, columns.entities)):
        part = rate_all(columns.part(first, last), asked.chain, asked.as_of)
        assert part.total.tolist() == whole.total[first:last].tolist()
        assert part.tier.tolist() == whole.tier[first:last].tolist()
        rows = slice(int(columns.offsets[first]), int(columns.offsets[last]))
        assert part.standing is not None
        assert whole.standing is not None
        assert part.standing.tolist() == whole.standing[rows].tolist()
