"""A line of JSON is read strictly; every fault has its own code and a sentence in both languages."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exchange.faults import SENTENCES, Fault
from scoring.exchange.lines import LONGEST, Fact, read_line

NAMED = frozenset({"size", "exempt"})
EVENT = {"entity": "E1", "kind": "cinema", "code": "K1", "decided_on": "2025-03-01"}


def read(fields: object) -> Fact | Fault:
    return read_line(7, json.dumps(fields).encode(), NAMED)


def fact(**fields: object) -> Fact:
    found = read(EVENT | fields)
    assert isinstance(found, Fact), found
    return found


def test_a_plain_event() -> None:
    found = fact()
    assert (found.entity, found.kinds, found.as_of) == ("E1", ("cinema",), None)
    event = found.event
    assert event is not None
    assert (event.source, event.ref, event.code, event.decided_on) == ("file", "line 7", "K1", date(2025, 3, 1))
    assert event.final


def test_everything_a_line_may_say_of_an_event() -> None:
    days = ("corrected_on", "performed_on", "repaired_on", "annulled_on", "publicity_ends_on")
    found = fact(
        id="x", source="case", severity="minor", case_ref="c", final=False, size="small", exempt=True,
        kinds=["bar", "cinema"],
        **{key: f"2025-04-0{n}" for n, key in enumerate(days, 1)},
    )  # fmt: skip
    event = found.event
    assert event is not None
    assert (event.source, event.ref, event.severity, event.case_ref, event.final) == ("case", "x", "minor", "c", False)
    assert [getattr(event, key).day for key in days] == [1, 2, 3, 4, 5]
    assert event.attributes == {"size": "small", "exempt": "true"}
    assert found.kinds == ("cinema", "bar")


@pytest.mark.parametrize(("text", "hundredths"), [("12", 1200), ("2.5", 250), ('"2.50"', 250), ("-0.05", -5)])
def test_values_keep_their_hundredths_exactly(text: str, hundredths: int) -> None:
    raw = json.dumps(EVENT)[:-1] + f', "value": {text}}}'
    found = read_line(1, raw.encode(), NAMED)
    assert isinstance(found, Fact)
    assert found.event is not None
    assert found.event.value == hundredths


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        (b"\xff\xfe{}", "line_not_utf8", ""),
        (b" " * (LONGEST + 1), "line_too_long", ""),
        (b'{"entity": "E1"', "json_malformed", ""),
        (b"[" * 100_000, "json_malformed", ""),
        (b'{"entity": "E1", "value": NaN}', "json_malformed", ""),
        (b"[1]", "json_not_an_object", ""),
        (b'{"entity": "E1", "entity": "E2"}', "key_repeated", "entity"),
        (b"{}", "nothing_said", ""),
        (b'{"entity": "E1"}', "nothing_said", ""),
    ],
)
def test_a_line_that_is_no_fact(raw: bytes, code: str, field: str) -> None:
    found = read_line(3, raw, NAMED)
    assert isinstance(found, Fault)
    assert (found.line, found.code, found.field) == (3, code, field)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"entity": None}, "field_missing", "entity"),
        ({"decided_on": None}, "field_missing", "decided_on"),
        ({"occasion_type": "routine"}, "field_missing", "occasion"),
        ({"decidedon": "2025-01-01"}, "field_unknown", "decidedon"),
        ({"entity": ""}, "text_malformed", "entity"),
        ({"entity": "a\x00b"}, "text_malformed", "entity"),
        ({"entity": "\ud83d"}, "text_malformed", "entity"),
        ({"entity": 12}, "text_malformed", "entity"),
        ({"severity": "x" * 201}, "text_malformed", "severity"),
        ({"size": ["small"]}, "text_malformed", "size"),
        ({"decided_on": "2025-02-29"}, "day_malformed", "decided_on"),
        ({"repaired_on": "20250201"}, "day_malformed", "repaired_on"),
        ({"annulled_on": 20250201}, "day_malformed", "annulled_on"),
        ({"final": "yes"}, "boolean_malformed", "final"),
        ({"value": "1.234"}, "value_malformed", "value"),
        ({"value": True}, "value_malformed", "value"),
        ({"value": [1]}, "value_malformed", "value"),
        ({"kinds": "cinema"}, "kinds_malformed", "kinds"),
        ({"licences": [["2025-01-01"]]}, "licences_malformed", "licences"),
        ({"licences": [[None, None]]}, "licences_malformed", "licences"),
        ({"as_of": "2025-01-01"}, "fields_do_not_go_together", ""),
    ],
)
def test_a_field_that_cannot_be_read(fields: dict[str, object], code: str, field: str) -> None:
    found = read(EVENT | fields)
    assert isinstance(found, Fault)
    assert (found.code, found.field) == (code, field)
    assert code in found.sentence("zh")
    assert "7" in found.sentence("en")


def test_a_value_with_an_exponent_is_refused() -> None:
    found = read_line(1, (json.dumps(EVENT)[:-1] + ', "value": 1e2}').encode(), NAMED)
    assert isinstance(found, Fault)
    assert found.code == "value_malformed"


def test_a_line_may_tell_of_an_entity_an_occasion_or_a_question() -> None:
    about = read({"entity": "E1", "exempt": "true", "known_since": "2020-01-01", "licences": [["2020-01-01", None]]})
    assert isinstance(about, Fact)
    assert (about.event, about.attributes, about.licences) == (None, {"exempt": "true"}, ((date(2020, 1, 1), None),))
    occasion = read({"entity": "E1", "occasion": "o", "held_on": "2025-01-01", "closed": True})
    assert isinstance(occasion, Fact)
    assert occasion.occasion is not None
    assert (occasion.event, occasion.occasion.held_on, occasion.occasion.closed) == (None, date(2025, 1, 1), True)
    question = read({"entity": "E1", "as_of": "2025-01-01"})
    assert isinstance(question, Fact)
    assert question.as_of == date(2025, 1, 1)


def test_every_sentence_exists_in_both_languages_and_names_its_field() -> None:
    for code, (zh, en) in SENTENCES.items():
        assert zh != en, code
        assert ("{field}" in zh) == ("{field}" in en), code
        assert ("{value}" in zh) == ("{value}" in en), code


@given(st.binary(max_size=80))
def test_no_bytes_can_break_the_reader(raw: bytes) -> None:
    assert isinstance(read_line(1, raw, NAMED), Fact | Fault)
