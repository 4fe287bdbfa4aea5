"""What was stored is read back whole; what is no explanation is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from scoring.rating.stored import ExplanationUnreadableError, decode
from tests.builders.dice import SeededDice
from tests.builders.histories import question


@settings(max_examples=200)
@given(st.integers(0, 10**9))
def test_the_result_is_read_back_from_its_bytes(seed: int) -> None:
    result = explain(*question(SeededDice(seed)))
    read = decode(encode(result)[0])
    assert read == result._replace(dimensions=tuple(sorted(result.dimensions)))
    assert encode(read) == encode(result)


@pytest.mark.parametrize(
    "written", [b"", b"\xff", b"[]", b"{}", b'{"schema":"xinjian/explanation/0"}', b'{"schema":1}']
)
def test_other_bytes_are_refused(written: bytes) -> None:
    with pytest.raises(ExplanationUnreadableError) as caught:
        decode(written)
    assert caught.value.code == "explanation_unreadable"
