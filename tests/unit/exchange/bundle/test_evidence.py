"""Whatever a rating is made from, its lines make the same rating again; what does not decide it stays out of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition import parse
from scoring.exchange.bundle.evidence import lines_of, read_evidence
from scoring.exchange.bundle.words import RefusedError
from scoring.exchange.cases.rating import read_cases
from scoring.exchange.editions import attributes_named
from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from scoring.rating.history import Event, History, Occasion
from tests.builders.bundles.making import NEW, history
from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.builders.tool import run_tool
from tests.law_cases import shipped

DAY = date(2025, 1, 1)


def sayable(found: History) -> History:
    """The history without attributes that say nothing: the format has no empty text, and the service takes none in."""
    events = [event._replace(attributes={key: value for key, value in event.attributes.items() if value})
              for event in found.events]  # fmt: skip
    return found._replace(events=tuple(events))


@given(st.integers(0, 10**9))
def test_lines_make_the_same_rating_again(seed: int) -> None:
    asked = question(SeededDice(seed))
    told = sayable(asked.history)
    named, _ = attributes_named(asked.chain)
    again = read_evidence(lines_of(told, named), told.entity, told.kind, named)
    assert encode(explain(again, asked.chain, asked.as_of)) == encode(explain(told, asked.chain, asked.as_of))


@pytest.mark.parametrize("name", shipped.RATING)
def test_lines_of_every_shipped_case_make_the_same_rating_again(name: str) -> None:
    edition = parse(shipped.text(name))
    for case in read_cases(shipped.cases(name)):
        asked = question(SeededDice(0))._replace(history=case.history, as_of=case.as_of)
        chain = asked.chain._replace(editions=(edition,))
        named, _ = attributes_named(chain)
        again = read_evidence(lines_of(case.history, named), case.history.entity, case.history.kind, named)
        assert encode(explain(again, chain, case.as_of)) == encode(explain(case.history, chain, case.as_of)), case.title


def test_lines_stand_in_one_order_whatever_the_order_of_the_events() -> None:
    named: frozenset[str] = frozenset()
    found = history()
    assert lines_of(found._replace(events=found.events[::-1]), named) == lines_of(found, named)
    assert [line.get("id", line.get("occasion")) for line in lines_of(found, named)] == [
        None, "visit-1", "visit-2", "z-2025-1", "z-2025-2", "z-2026-1",
    ]  # fmt: skip


def test_only_attributes_that_the_editions_read_are_told() -> None:
    found = History("E", "k", (Event("s", "1", "x", DAY, attributes={"size": "small", "owner": "Zhang"}),),
                    attributes={"size": "large", "phone": "000"})  # fmt: skip
    about, event = lines_of(found, frozenset({"size", "exempt"}))
    assert about == {"entity": "E", "kind": "k", "size": "large"}
    assert {key: event[key] for key in ("size", "owner") if key in event} == {"size": "small"}


def test_an_occasion_of_other_kinds_is_left_out_with_what_names_it() -> None:
    found = History("E", "k", (Event("s", "1", "x", DAY, occasion="elsewhere"),))
    _, event = lines_of(found, frozenset())
    assert "occasion" not in event
    assert read_evidence([event], "E", "k", frozenset()).occasions == ()


def test_every_field_of_an_event_comes_back() -> None:
    whole = Event(
        "src", "9", "x", DAY, "minor", False, -250, "o", "case 1", date(2025, 1, 2), date(2025, 1, 3),
        date(2025, 1, 4), date(2025, 1, 5), date(2025, 1, 6), {"size": "small"},
    )  # fmt: skip
    assert all(part is not None for part in whole)
    found = History("E", "k", (whole,), (Occasion("o", "initial", DAY, closed=True),), {"size": "large"},
                    date(2019, 1, 1), ((DAY, None), (date(2019, 1, 1), date(2020, 1, 1))))  # fmt: skip
    named = frozenset({"size"})
    assert read_evidence(lines_of(found, named), "E", "k", named) == found


def test_an_attribute_of_an_event_is_none_of_the_entity() -> None:
    """Else a line about an event could say what the register never said."""
    read = read_evidence(
        [{"entity": "E", "code": "x", "decided_on": "2025-01-01", "size": "small"}], "E", "k", frozenset({"size"})
    )
    assert (read.attributes, read.events[0].attributes) == ({}, {"size": "small"})


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"code": "x"}, "/evidence/1/decided_on"),
        ({"code": "x", "decided_on": "2025-13-01"}, "/evidence/1/decided_on"),
        ({"occasion": "o"}, "/evidence/1/held_on"),
        ({"owner": "Zhang"}, "/evidence/1/owner"),
        ({"as_of": "2025-01-01"}, "/evidence/1/as_of"),
        ({"entity": "F", "known_since": "2025-01-01"}, "/evidence/1/entity"),
        ({"entity": None, "known_since": "2025-01-01"}, "/evidence/1/entity"),
        ({"known_since": "2025-01-02"}, "/evidence/1/known_since"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_by_its_place(line: dict[str, object], where: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_evidence([{"entity": "E", "known_since": "2025-01-01"}, {"entity": "E"} | line], "E", "k", frozenset())
    assert (refused.value.said.code, refused.value.said.where) == ("R-EVIDENCE", where)


def test_the_lines_are_those_that_rate_reads(tmp_path: object) -> None:
    edition = f"{tmp_path}/new.toml"
    with open(edition, "w", encoding="utf-8") as file:  # noqa: PTH123 - as a stranger would
        file.write(NEW)
    done = run_tool("rate", "--edition", edition, "--as-of", "2026-06-30", lines=lines_of(history(), frozenset()))
    assert (done.returncode, done.stderr) == (0, "")
    assert '"score":"61.00","grade":"B"' in done.stdout
