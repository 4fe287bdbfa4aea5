"""Canonical JSON: RFC 8785's published vectors, and a code for everything that has no canonical form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import CanonicalError, canonical, digest

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "jcs"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("name", ["arrays", "french", "unicode", "weird"])
def test_published_vectors(name: str) -> None:
    if not VECTORS.is_dir():
        pytest.skip("the shared folder with the vectors of RFC 8785 is not beside this project")
    given_value = json.loads((VECTORS / "input" / f"{name}.json").read_text("utf-8"))
    assert canonical(given_value) == (VECTORS / "output" / f"{name}.json").read_bytes()
    assert canonical(given_value) == bytes.fromhex((VECTORS / "outhex" / f"{name}.txt").read_text())


@pytest.mark.parametrize("name", ["structures", "values"])
def test_vectors_with_fractions_are_refused(name: str) -> None:
    if not VECTORS.is_dir():
        pytest.skip("the shared folder with the vectors of RFC 8785 is not beside this project")
    with pytest.raises(CanonicalError) as caught:
        canonical(json.loads((VECTORS / "input" / f"{name}.json").read_text("utf-8")))
    assert caught.value.code == "canonical_number_not_integer"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "canonical_number_not_integer"),
        (float("nan"), "canonical_number_not_integer"),
        (2**53, "canonical_integer_too_large"),
        (-(2**53), "canonical_integer_too_large"),
        ({1: "a"}, "canonical_key_not_string"),
        ("\ud83d", "canonical_lone_surrogate"),
        ({"\ude02": 1}, "canonical_lone_surrogate"),
        ({"a": {1, 2}}, "canonical_type_unknown"),
        (b"bytes", "canonical_type_unknown"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_its_code(value: object, code: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical(value)
    assert caught.value.code == code


def test_keys_go_by_their_utf16_units() -> None:
    assert canonical({"\ufb33": 1, "\U0001f602": 2, "a": 3}) == '{"a":3,"\U0001f602":2,"\ufb33":1}'.encode()


def test_controls_are_escaped_short_or_in_lower_case() -> None:
    assert canonical('\x00\x1f\b\f\n\r\t"\\/\x7f') == b'"\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\/\x7f"'


@given(VALUES)
def test_the_value_is_read_back_and_its_bytes_stand(value: object) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written
    assert len(digest(value)) == 64


@given(st.dictionaries(st.text(), st.integers(0, 9), max_size=6))
def test_the_order_in_which_keys_came_leaves_no_trace(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)
