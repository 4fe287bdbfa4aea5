"""A name that stands twice in one object is found, however it is written; nothing else is taken for one."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.platform import repeated_name

NAMES = st.sampled_from(["a", "b", "a:b", "a/b", "~", '"', "\\", "{", ",", "文", ":", "\0", "\n"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.lists(st.tuples(NAMES, inner), max_size=4).map(tuple),
    max_leaves=12,
)
"""JSON values; an object is a tuple of members, whose names may repeat."""


def written(value: Any, draw: Any) -> str:  # noqa: ANN401 - a value of JSON; Hypothesis' data
    """The text of a value; characters of strings are escaped at random."""
    if isinstance(value, tuple):
        members = (f"{written(name, draw)} : {written(inner, draw)}" for name, inner in value)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(inner, draw) for inner in value) + "]"
    if isinstance(value, str) and draw.draw(st.booleans()):
        return '"' + "".join(f"\\u{ord(char):04x}" for char in value) + '"'
    return json.dumps(value, ensure_ascii=False)


def first_repeated(value: Any, path: str = "") -> str | None:  # noqa: ANN401 - a value of JSON
    """The pointer to the first name that stands twice, in the order of the text."""
    seen: set[str] = set()
    members = enumerate(value) if isinstance(value, list) else value if isinstance(value, tuple) else ()
    for name, inner in members:
        step = path + "/" + str(name).replace("~", "~0").replace("/", "~1")
        if isinstance(value, tuple) and name in seen:
            return step
        seen.add(name)
        if (below := first_repeated(inner, step)) is not None:
            return below
    return None


@given(value=VALUES, data=st.data())
def test_exactly_the_texts_that_repeat_a_name_are_told(value: Any, data: Any) -> None:  # noqa: ANN401 - as above
    raw = written(value, data).encode()
    found = repeated_name(raw, orjson.loads(raw))
    wanted = first_repeated(value)
    assert (found and found.pointer) == (wanted and wanted.replace("\0", "\ufffd"))


@pytest.mark.parametrize("inside", ["", '"a": 1, "a": 2', '"\\u003a": 1', '"\\u003a": 1, "\\u003b": 2'])
def test_a_text_nested_as_deeply_as_is_read_is_answered(inside: str) -> None:
    raw = b"[" * 1000 + b"{" + inside.encode() + b"}" + b"]" * 1000
    found = repeated_name(raw, orjson.loads(raw))
    assert (found and found.name) == ("a" if '"a"' in inside else None)


def test_of_a_long_name_no_more_is_told_than_can_be_kept() -> None:
    raw = b'{"' + b"x" * 9000 + b'": 1, "' + b"x" * 9000 + b'": 2}'
    found = repeated_name(raw, orjson.loads(raw))
    assert found is not None
    assert (len(found.pointer), len(found.name)) == (500, 80)
