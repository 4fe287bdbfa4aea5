"""The compiled checker and the marshmallow schemas are one law in two writings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from scoring.kernel.canonical import canonical as canonical_json
from service.evidence.intake.bodies import EVENT, OCCASION, canonical, check_event, check_occasion, digest
from service.evidence.intake.checker import Fault
from service.evidence.schemas import EventBody, OccasionBody, faults_of

GOOD: dict[str, Any] = {
    "source": "case-system",
    "source_ref": "京文执罚〔2025〕1号",
    "entity": "uscc:91110000101623741K",
    "code": "penalty.fine",
    "decided_on": "2025-03-01",
    "value": "-12.5",
    "kinds": ["net_cafe", "cinema"],
    "attributes": {"critical": "yes"},
}
_days = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
_texts = st.one_of(
    st.text(max_size=5),
    st.text("ab \x00\n\x85\ud800京-.:", max_size=6),
    st.integers(126, 130).map(lambda n: "x" * n),
    st.integers(499, 502).map(lambda n: "y" * n),
)
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False),
    _texts,
    _days,
    st.sampled_from(
        [
            "2025-02-30",
            "20250301",
            "2025-W01-1",
            "2025-03-01 ",
            "٢٠٢٥-٠٣-٠١",
            "1.005",
            "0.05",
            "0.000",
            "1.0",
            "0.0000000001",
            "-.5",
            "12.50",
            "7",
            "-0.0",
            "uscc:1",
        ]
    ),
)
_values = st.one_of(
    _scalars,
    st.lists(_scalars, max_size=4),
    st.dictionaries(st.one_of(_texts, st.sampled_from(["critical", "a_b", "A"])), _scalars, max_size=4),
    st.just([f"k{n}" for n in range(65)]),
    st.just({f"k{n}": "v" for n in range(33)}),
)


def _bodies(names: list[str], good: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Good bodies with some fields taken out, put in or spoilt."""
    spoilt = st.dictionaries(
        st.one_of(st.sampled_from(names), st.sampled_from(["nonsense", "a/b~c"])), _values, max_size=4
    )
    gone = st.sets(st.sampled_from(names), max_size=2)
    return st.builds(lambda bad, out: {k: v for k, v in {**good, **bad}.items() if k not in out}, spoilt, gone)


def _by_schema(schema: EventBody | OccasionBody, body: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    try:
        return schema.load(body), []
    except ValidationError as error:
        return {}, faults_of(error)


@settings(max_examples=400, deadline=None)
@given(_bodies([field.name for field in EVENT], GOOD))
def test_checker_and_schema_say_the_same_of_an_event(body: dict[str, Any]) -> None:
    values, faults = _by_schema(EventBody(), body)
    checked = check_event(body)
    assert [fault[:2] for fault in checked.faults] == [fault[:2] for fault in faults]
    if not faults:
        assert checked.values == values


@settings(max_examples=200, deadline=None)
@given(
    _bodies(
        [field.name for field in OCCASION],
        {
            "source": "s",
            "source_ref": "1",
            "entity": "own:7",
            "type": "initial",
            "held_on": "2025-01-01",
            "closed": True,
            "probability": "0.125",
        },
    )
)
def test_checker_and_schema_say_the_same_of_an_occasion(body: dict[str, Any]) -> None:
    values, faults = _by_schema(OccasionBody(), body)
    checked = check_occasion(body)
    assert [fault[:2] for fault in checked.faults] == [fault[:2] for fault in faults]
    if not faults:
        assert checked.values == values


@settings(max_examples=200, deadline=None)
@given(_bodies([field.name for field in EVENT], GOOD))
def test_canonical_bytes_are_those_of_the_kernel(body: dict[str, Any]) -> None:
    checked = check_event(body)
    if checked.faults:
        return
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in checked.values.items()}
    assert canonical(checked.values) == canonical_json(plain)


@pytest.mark.parametrize(
    "same",
    [{"value": "-12.50"}, {"kinds": ["cinema", "net_cafe"]}, {"severity": None}, {"attributes": {"critical": "yes"}}],
)
def test_another_way_to_write_the_same_fact_has_the_same_digest(same: dict[str, Any]) -> None:
    assert digest(check_event({**GOOD, **same}).values) == digest(check_event(GOOD).values)


def test_a_probability_is_kept_in_billionths_and_an_occasion_without_one_digests_as_ever() -> None:
    plain = {"source": "s", "source_ref": "1", "entity": "own:7", "type": "random", "held_on": "2025-01-01"}
    kept = [check_occasion({**plain, "probability": said}).values for said in ("0.05", "0.050000000", "1")]
    assert [one["probability"] for one in kept] == [50_000_000, 50_000_000, 1_000_000_000]
    assert digest(kept[0]) == digest(kept[1])
    assert digest(check_occasion(plain).values).hex().startswith("65b493602fb30791")
    for bad in ("0", "0.0", "1.01", "-0.1", ".5", "0.0000000001", "5 %"):
        assert check_occasion({**plain, "probability": bad}).faults == [Fault("/probability", "malformed_probability")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"source": "Case System"}, Fault("/source", "wrong_form")),
        ({"source_ref": "a\x00b"}, Fault("/source_ref", "nul_byte")),
        ({"source_ref": "x" * 129}, Fault("/source_ref", "too_long")),
        ({"source_ref": " x"}, Fault("/source_ref", "wrong_form")),
        ({"entity": "91110000101623741K"}, Fault("/entity", "wrong_form")),
        ({"code": ""}, Fault("/code", "too_short")),
        ({"code": None}, Fault("/code", "field_missing")),
        ({"decided_on": "2025-02-29"}, Fault("/decided_on", "not_a_date")),
        ({"value": "1.005"}, Fault("/value", "malformed_points")),
        ({"value": 1.5}, Fault("/value", "not_a_string")),
        ({"value": True}, Fault("/value", "not_a_string")),
        ({"kinds": ["a", 1]}, Fault("/kinds/1", "not_a_string")),
        ({"kinds": ["a", "a"]}, Fault("/kinds", "repeated_item")),
        ({"attributes": {"critical": 1}}, Fault("/attributes/critical", "not_a_string")),
        ({"attributes": {"a/b": "x"}}, Fault("/attributes/a~1b", "wrong_form")),
        ({"publicity_ends_on": "2025-02-28"}, Fault("/publicity_ends_on", "before_decision")),
        ({"points": 3}, Fault("/points", "field_unknown")),
    ],
)
def test_each_fault_names_its_place_and_code(change: dict[str, Any], fault: Fault) -> None:
    assert check_event({**GOOD, **change}).faults[0][:2] == fault[:2]


def test_points_are_kept_in_hundredths_exactly() -> None:
    assert [check_event({**GOOD, "value": v}).values["value"] for v in ("-0.05", "3", 3, "0.1", "9999999.99")] == [
        -5,
        300,
        300,
        10,
        999_999_999,
    ]
