"""The document: its bytes are canonical, its parts are those of the page, and its digest follows every part."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition.model import Frequency, Matrix, Risk, RiskFactor, RiskLevel, RiskWarning
from scoring.kernel.canonical import CanonicalError, canonical
from scoring.rating.explain import explain
from scoring.rating.explanation import document, encode
from scoring.rating.history import History
from scoring.rating.result import Cut, Factor, Restored
from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.builders.plain import chain, edition, event, rating, rule

if TYPE_CHECKING:
    from random import Random

    from scoring.rating.result import Result

TEXT = {"zh": "文", "en": "text"}


def explained(*events: object, **parts: object) -> Result:
    levels = (RiskLevel("green", TEXT, 100), RiskLevel("red", TEXT, None))
    risk = Risk((RiskFactor("size", TEXT, {"small": 50}, 70, "§r"),), (RiskWarning("W", 60, 6, "§w"),), levels, "§0")
    cells = {(level.key, grade): grade for level in levels for grade in "ABCD"}
    section = rating(rule("X"), risk=risk, matrix=Matrix(cells, "§m"))
    frequency = {"B": Frequency("B", "§9", (1, 20), max_per_year=1, verification_sample=(1, 100))}
    history = History("own:1", "cinema", events)
    return explain(history, chain(edition(section, frequency=frequency, **parts)), date(2025, 6, 1))


def test_a_whole_document() -> None:
    result = explained(
        event("r1", "X", "2025-01-01"), event("r2", "X", "2025-02-01"), event("w", "W", "2025-05-01", final=False)
    )
    assert document(result) == {
        "as_of": "2025-06-01",
        "banded": "B",
        "base": "100.00",
        "dimensions": {"conduct": "-20.00"},
        "direction": "higher_better",
        "edition": "plain-1",
        "edition_digest": "0" * 64,
        "entity": "own:1",
        "frequency": {"clause": "§9", "max_per_year": 1, "ratio": "1/20", "verification_sample": "1/100"},
        "grade": "B",
        "kind": "cinema",
        "lines": [
            {
                "clause": "§X",
                "code": "X",
                "counted": "-10.00",
                "decided_on": decided_on,
                "dimension": "conduct",
                "edition": "plain-1",
                "raw": "-10.00",
                "ref": ref,
                "source": "case",
                "standing": "counted",
                "valid_until": until,
            }
            for ref, decided_on, until in [("r1", "2025-01-01", "2027-01-01"), ("r2", "2025-02-01", "2027-02-01")]
        ]
        + [{"code": "W", "decided_on": "2025-05-01", "ref": "w", "source": "case", "standing": "warning"}],
        "next_change_on": "2025-11-01",
        "risk": {
            "level": "red",
            "parts": [
                {"attribute": "size", "clause": "§r", "points": "0.70"},
                {"clause": "§w", "points": "0.60", "ref": "w", "source": "case"},
            ],
            "points": "1.30",
        },
        "schema": "xinjian/explanation/1",
        "state": "rated",
        "tier": "B",
        "total": "80.00",
        "worst_item": "10.00",
    }


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_stored_bytes_are_the_canonical_document(seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    result = explain(history, editions, as_of)
    written, digest = encode(result)
    assert written == canonical(document(result))
    assert digest == sha256(written).hexdigest()
    assert json.loads(written) == document(result)


def test_texts_of_the_evidence_are_escaped_as_json_asks() -> None:
    written, _ = encode(explained(event('r"\\\n1', "X", "2025-01-01"), event("餐饮", 'co"de', "2025-01-02")))
    lines = json.loads(written)["lines"]
    assert [(line["ref"], line["code"]) for line in lines] == [('r"\\\n1', "X"), ("餐饮", 'co"de')]


AWKWARD = st.text(st.sampled_from('a餐n\\"\n\x00\u2028'), max_size=4)


@given(st.lists(AWKWARD, min_size=1, max_size=6))
def test_references_keep_apart_whatever_stands_in_them(refs: list[str]) -> None:
    result = explained(event("r1", "X", "2025-01-01"))
    lines = tuple(result.lines[0]._replace(ref=ref) for ref in refs)
    written, _ = encode(result._replace(lines=lines))
    assert written == canonical(json.loads(written))
    assert [line["ref"] for line in json.loads(written)["lines"]] == refs


def test_lines_are_a_sequence_like_any_other() -> None:
    result = explained(event("r1", "X", "2025-01-01"), event("r2", "X", "2025-02-01"))
    lines = result.lines
    assert (len(lines), lines[-1].ref, [line.ref for line in lines[:1]]) == (2, "r2", ["r1"])
    assert lines == tuple(lines)
    assert lines != tuple(lines)[:1]
    assert hash(lines) == hash(explained(event("r1", "X", "2025-01-01"), event("r2", "X", "2025-02-01")).lines)
    assert encode(result) == encode(result._replace(lines=tuple(lines)))


def test_an_explanation_without_lines() -> None:
    written, _ = encode(explained())
    assert json.loads(written)["lines"] == []
    assert written == canonical(json.loads(written))


def test_an_answer_by_an_illustrative_edition_says_so() -> None:
    marked = document(explained(illustrative=True, verified=False))
    assert (marked["illustrative"], marked["verified"]) == (True, False)
    assert not {"illustrative", "verified"} & set(document(explained()))


@pytest.mark.parametrize(("ref", "code"), [("\ud83d", "X"), ("r1", "\ud83d")])
def test_half_a_character_has_no_bytes(ref: str, code: str) -> None:
    result = explained(event(ref, code, "2025-01-01"))
    with pytest.raises(CanonicalError) as caught:
        encode(result)
    assert caught.value.code == "canonical_lone_surrogate"


@settings(max_examples=50)
@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_the_order_in_which_events_came_leaves_no_trace(seed: int, chance: object) -> None:
    history, editions, as_of = question(SeededDice(seed))
    events = list(history.events)
    chance.shuffle(events)
    assert encode(explain(history._replace(events=tuple(events)), editions, as_of)) == encode(
        explain(history, editions, as_of)
    )


@settings(max_examples=100)
@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_a_line_is_written_alike_whatever_stands_beside_it(seed: int, chance: Random) -> None:
    history, editions, as_of = question(SeededDice(seed))
    result = explain(history, editions, as_of)
    lines = [*result.lines, *result.lines]
    chance.shuffle(lines)
    together = json.loads(encode(result._replace(lines=tuple(lines)))[0])["lines"]
    alone = [json.loads(encode(result._replace(lines=(line,)))[0])["lines"] for line in lines]
    assert together == [written for (written,) in alone]


def test_a_line_says_what_multiplied_cut_gave_back_and_outweighed_it() -> None:
    result = explained(event("r1", "X", "2025-01-01"), event("r2", "X", "2025-02-01"))
    plain = result.lines[0]
    treatment = replace(
        plain.treatment,
        counted=-300,
        factors=(Factor("§f", 1200), Factor("§n", 1500, 2)),
        restored=Restored("§b", 500),
        cuts=(Cut("code", "§c", -400), Cut("period", "§p", -300)),
    )
    full = plain._replace(ref="all", treatment=treatment, by=("case", "r1"), valid_until=None)
    changed = result._replace(lines=(plain, full, plain._replace(ref="last")))
    written, _ = encode(changed)
    assert written == canonical(json.loads(written))
    first, second, third = json.loads(written)["lines"]
    assert first == {**third, "ref": "r1"}
    unlike = {key: second.get(key) for key in sorted({*first, *second}) if second.get(key) != first.get(key)}
    assert unlike == {
        "by": {"ref": "r1", "source": "case"},
        "counted": "-3.00",
        "cuts": [
            {"clause": "§c", "left": "-4.00", "stage": "code"},
            {"clause": "§p", "left": "-3.00", "stage": "period"},
        ],
        "factors": [{"clause": "§f", "factor": 1200}, {"clause": "§n", "factor": 1500, "nth": 2}],
        "ref": "all",
        "restored": {"clause": "§b", "share": 500},
        "valid_until": None,
    }


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), st.integers(-(10**6), 10**6)))
def test_dimensions_stand_in_canonical_order_whatever_their_keys(points: dict[str, int]) -> None:
    written, _ = encode(explained()._replace(dimensions=tuple(points.items())))
    assert written == canonical(json.loads(written))
    assert set(json.loads(written)["dimensions"]) == set(points)
