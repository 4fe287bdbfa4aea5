"""Facts gather into one history per entity and kind; a contradiction is refused."""

from __future__ import annotations

import json
from datetime import date

import pytest

from scoring.exchange.faults import Fault
from scoring.exchange.lines import Fact, read_line
from scoring.exchange.stock import Stock
from scoring.rating.history import Occasion

NAMED = frozenset({"size", "exempt"})


def told(*lines: dict[str, object]) -> tuple[Stock, list[str]]:
    stock = Stock(frozenset({"exempt"}))
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        fact = read_line(number, json.dumps({"entity": "E"} | line).encode(), NAMED)
        assert isinstance(fact, Fact), fact
        fault = stock.add(fact)
        if isinstance(fault, Fault):
            faults.append(fault.code)
    return stock, faults


def event(code: str, day: str = "2025-01-01", **parts: object) -> dict[str, object]:
    return {"code": code, "decided_on": day, **parts}


def test_an_event_without_a_kind_concerns_every_kind_of_the_entity() -> None:
    stock, _ = told(event("X", kind="cinema"), event("Y"), event("Z", kinds=["bar", "cinema"]))
    found = {one.kind: [event.code for event in one.events] for one in stock.histories("E")}
    assert found == {"cinema": ["X", "Y", "Z"], "bar": ["Y", "Z"]}


def test_an_entity_without_any_kind_is_rated_as_of_any_kind() -> None:
    stock, _ = told(event("X"))
    assert [one.kind for one in stock.histories("E")] == ["*"]
    assert [one.kind for one in stock.histories("E", ("cinema",))] == ["cinema"]


def test_occasions_come_from_the_events_that_name_them() -> None:
    stock, faults = told(
        event("X", "2025-01-03", occasion="b", occasion_type="routine"),
        event("Y", "2025-01-02", occasion="b"),
        event("Z", "2025-02-02", occasion="a", closed=True),
        {"occasion": "c", "held_on": "2025-01-15", "occasion_type": "reopening"},
    )
    assert faults == []
    assert stock.histories("E")[0].occasions == (
        Occasion("b", "routine", date(2025, 1, 2)),
        Occasion("a", "", date(2025, 2, 2), closed=True),
        Occasion("c", "reopening", date(2025, 1, 15)),
    )


def test_the_stated_day_of_an_occasion_goes_before_decision_days() -> None:
    stock, _ = told(event("X", "2025-01-03", occasion="b"), {"occasion": "b", "held_on": "2024-12-20"})
    assert stock.histories("E")[0].occasions == (Occasion("b", "", date(2024, 12, 20)),)


def test_an_occasion_belongs_to_the_kinds_of_its_lines() -> None:
    stock, _ = told(
        event("X", kind="cinema", occasion="a"), event("Y", kind="bar", occasion="b"), event("Z", occasion="c")
    )
    assert {one.kind: [held.ref for held in one.occasions] for one in stock.histories("E")} == {
        "cinema": ["a", "c"],
        "bar": ["b", "c"],
    }


def test_an_attribute_read_from_the_entity_comes_from_its_line_or_else_from_the_latest_event() -> None:
    lines = [event("X", "2025-02-01", exempt=True, size="big"), event("Y", "2025-01-01", exempt=False)]
    assert told(*lines)[0].histories("E")[0].attributes == {"exempt": "true"}
    assert told(*lines, {"exempt": "no"})[0].histories("E")[0].attributes == {"exempt": "no"}


def test_the_same_line_twice_is_one_event() -> None:
    line = event("X", id="1")
    stock, faults = told(line, line)
    assert (len(stock.histories("E")[0].events), faults) == (1, [])


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (event("X", id="1"), event("Y", id="1"), "id_reused"),
        (
            event("X", occasion="a", occasion_type="r"),
            event("Y", occasion="a", occasion_type="q"),
            "occasion_contradicts",
        ),
        (event("X", occasion="a", closed=True), event("Y", occasion="a", closed=False), "occasion_contradicts"),
        ({"exempt": "true"}, {"exempt": "false"}, "attribute_contradicts"),
        ({"known_since": "2020-01-01"}, {"known_since": "2020-01-02"}, "attribute_contradicts"),
    ],
)
def test_a_contradiction_is_refused_by_its_code(first: dict[str, object], second: dict[str, object], code: str) -> None:
    assert told(first, second)[1] == [code]


def test_licences_of_several_lines_add_up() -> None:
    stock, _ = told({"licences": [["2020-01-01", "2021-01-01"]]}, event("X", licences=[["2022-01-01", None]]))
    assert stock.histories("E")[0].licences == (
        (date(2020, 1, 1), date(2021, 1, 1)),
        (date(2022, 1, 1), None),
    )
