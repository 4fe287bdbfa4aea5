"""The depth of a JSON text is told without going there."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.nesting import has_key_longer, is_deeper
from scoring.sampling.language import DocumentError, read

JSON = st.recursive(
    st.integers() | st.text('[]{}"\\a', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"', max_size=2), inner, max_size=3),
    max_leaves=15,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(JSON)
def test_it_counts_what_a_parser_would_open(value: object) -> None:
    text = json.dumps(value)
    assert not is_deeper(text, depth(value))
    assert depth(value) == 0 or is_deeper(text, depth(value) - 1)


@pytest.mark.parametrize(
    ("text", "open_at_once"),
    [('["[[","]]"]', 1), ('"a" "[[[" "" ["" "["', 1), ("]][[]", 0), ("][][[", 1), ("[{]}[[[", 3), ('"\\\\"[[]"[', 2)],
)
def test_what_is_no_json_is_counted_as_far_as_it_goes(text: str, open_at_once: int) -> None:
    assert not is_deeper(text, open_at_once)
    assert open_at_once == 0 or is_deeper(text, open_at_once - 1)


@pytest.mark.parametrize("text", ["", '"', '"[[[', "]]]", '"\\"[[['])
def test_no_json_is_not_deep(text: str) -> None:
    assert not is_deeper(text, 0)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.b.c = 1", 3),
        ("a . \"b.b\" . 'c.' = 1", 3),
        ("[a.b]\nc.d.e.f = 'x.y.z.x.y.z'", 4),
        ("x = { a.b.c = 1, d.e = 2 }", 3),
        ('x = "1.2.3.4.5" # see', 1),
        ("类.别 = 1", 2),
    ],
)
def test_the_parts_of_the_longest_key_are_counted(text: str, parts: int) -> None:
    assert not has_key_longer(text, parts)
    assert parts == 1 or has_key_longer(text, parts - 1)


def test_a_raised_limit_of_the_process_does_not_let_a_deep_text_in() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        with pytest.raises(DocumentError, match="P-LIMIT"):
            read(b'{"a":' + b"[" * 500_000)
    finally:
        sys.setrecursionlimit(before)
