"""What is checked by column comes out as it would one by one, and nothing that is wrong does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from service.evidence.bulk.copying import copied
from service.evidence.bulk.parsing import drafted
from service.evidence.catalogue import Catalogue, decision_kinds, event_codes
from service.evidence.intake.draft import Draft
from service.evidence.intake.sheet import alike, sheets_of
from service.platform import job_actor

ACTOR = replace(job_actor("tests"), others=frozenset({"another.system"}))
WEIGHED = {"problem_found": ("general", "minor")}
CATALOGUE = Catalogue(
    {kind.code: kind for kind in decision_kinds()},
    {code.code: code._replace(severities=WEIGHED.get(code.code, ())) for code in event_codes()},
    frozenset({"cinema", "net_cafe"}),
)
EVENT: dict[str, Any] = {
    "source": "cases",
    "source_ref": "1",
    "entity": "own:京\\1",
    "code": "problem_found",
    "decided_on": "2025-03-01",
}
OCCASION: dict[str, Any] = {
    "source": "cases",
    "source_ref": "1",
    "entity": "own:1",
    "type": "daily",
    "held_on": "2025-03-01",
}
_text = st.sampled_from(["a", "b\\", "京", " a", "a\n", "", "x" * 129, "a\x00"])
_day = st.sampled_from(["2025-03-01", "2025-02-29", "0001-01-01", "2026-03-01", "20250301"])
_odd = st.sampled_from([None, 1, True, 1.5, [], {}, "no_such"])
_fields: dict[str, st.SearchStrategy[Any]] = {
    "source": st.sampled_from(["cases", "other", "visits", "A b"]),
    "source_ref": _text,
    "entity": st.sampled_from(["own:1", "own:\\N", "uscc:91110000101623741K", "1"]),
    "code": st.sampled_from(["problem_found", "no_problem_found", "case_filed"]),
    "decision_kind": st.sampled_from(["inspection_result", "case_filed", "penalty"]),
    "severity": st.sampled_from(["minor", "serious", "null"]),
    "value": st.sampled_from(["-2.5", "-2.50", "2.505", 3, True]),
    "occasion": _text,
    "case_ref": _text,
    "kinds": st.sampled_from([["net_cafe", "cinema"], ["cinema"], ["cinema", "cinema"], ["zoo"], []]),
    "corrected_on": _day,
    "performed_on": _day,
    "publicity_ends_on": _day,
    "attributes": st.sampled_from([{}, {"a": "b\\"}, {"A": "b"}, {"a": None}]),
    "decided_on": _day,
    "held_on": _day,
    "closed": st.booleans(),
    "probability": st.sampled_from(["0.05", "0.050", "1", "0", 1]),
    "type": st.sampled_from(["daily", "a b"]),
    "act": st.just("annulment"),
    "nonsense": st.just("x"),
}


@st.composite
def _rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows that say a few things about the same fields, some of them spoilt."""
    said = draw(st.sets(st.sampled_from(sorted(_fields)), max_size=4))
    base = draw(st.sampled_from([EVENT, OCCASION]))
    varied = {name: st.one_of(_fields[name], _odd) for name in said} | {
        name: _fields[name] for name in sorted(said)[1:]
    }
    return draw(st.lists(st.fixed_dictionaries(varied).map(lambda given: {**base, **given}), min_size=8, max_size=24))


@settings(max_examples=150, deadline=None)
@given(_rows())
def test_by_column_and_one_by_one_are_the_same(bodies: list[dict[str, Any]]) -> None:
    sheets, left = alike(list(enumerate(bodies)), CATALOGUE, ACTOR)
    single = {number: drafted(body, CATALOGUE, ACTOR) for number, body in enumerate(bodies)}
    taken = {number: draft for sheet in sheets for number, draft in sheet.drafts()}
    event("all taken" if not left else "some left" if taken else "none taken")
    assert taken == {number: single[number] for number in taken}
    assert sorted([*taken, *(number for number, _ in left)]) == list(range(len(bodies)))
    assert [number for number, _ in left] == sorted(number for number, _ in left)
    by_column = sorted(line for sheet in sheets for line in copied(sheet).lines.splitlines())
    one_by_one = [copied(sheet).lines.strip() for item in taken.items() for sheet in sheets_of([item])]
    assert by_column == sorted(one_by_one)


@settings(max_examples=50, deadline=None)
@given(_rows(), st.integers(0, 20))
def test_good_rows_are_taken_by_column_whatever_stands_among_them(bodies: list[dict[str, Any]], place: int) -> None:
    good = [{**EVENT, "source_ref": f"r{number}"} for number in range(20)]
    mixed = [*good[:place], *bodies, *good[place:]]
    _, left = alike(list(enumerate(mixed)), CATALOGUE, ACTOR)
    refs = [body["source_ref"] for _, body in left]
    assert not any(body["source_ref"] in refs for body in good)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "no_such_code"},
        {"source": "visits"},
        {"source": "another.system"},
        {"decision_kind": "no_such_kind"},
        {"kinds": ["zoo"]},
        {"publicity_ends_on": "2025-02-28"},
        {"source_ref": None},
        {"nonsense": None},
    ],
)
def test_what_is_wrong_is_left(change: dict[str, Any]) -> None:
    sheets, left = alike([(number, {**EVENT, **change}) for number in range(9)], CATALOGUE, ACTOR)
    assert (sheets, len(left)) == ([], 9)
    assert not any(isinstance(drafted(body, CATALOGUE, ACTOR), Draft) for _, body in left)


def test_what_is_only_remarkable_is_taken_and_told_by_its_row() -> None:
    severities = ["minor", "mnior", None, "general"] * 5
    rows = [(number, {**EVENT, "severity": said}) for number, said in enumerate(severities)]
    ((sheet,), left) = alike(rows, CATALOGUE, ACTOR)
    assert (len(sheet.numbers), left) == (20, [])
    told = {number: [fault.code for fault in faults] for number, faults in sheet.remarks.items()}
    assert told == {number: ["unknown_severity"] for number in range(1, 20, 4)}


def test_a_null_is_an_absent_field() -> None:
    plain, nulls = (
        [(number, {**EVENT, "source_ref": str(number), **more}) for number in range(8)]
        for more in ({}, {"value": None})
    )
    ((without,), _), ((with_nulls,), _) = alike(plain, CATALOGUE, ACTOR), alike(nulls, CATALOGUE, ACTOR)
    assert without.digests == with_nulls.digests
    assert copied(without).lines == copied(with_nulls).lines
