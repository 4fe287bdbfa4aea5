"""Whatever a file says, the verifier answers: it never raises, and nothing that was committed changes unnoticed."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.sampling.verify import CODES, verify
from tests.builders.draws.writing import FOLDER

FILES = {name: json.loads((FOLDER / "accept" / f"{name}.json").read_bytes()) for name in (
    "log", "public", "masked", "weights", "two_parts_rotation", "certificate_drawn", "rows_none_full",
)}  # fmt: skip
ODD = st.sampled_from([0, 1, 2, 10**9, -1, "", "A", "P1", "E001", "P001", "0" * 64, [], {}, True, "out", "certain"])


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield (*path, step)
            yield from places(value[step], (*path, step))


PLACES = {name: list(places(document)) for name, document in FILES.items()}


def changed(document: dict[str, Any], path: tuple[Any, ...], hand: object) -> dict[str, Any]:
    copy = deepcopy(document)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    if callable(hand):
        hand(inner, path[-1])
    else:
        inner[path[-1]] = hand
    return copy


def drop(inner: dict[Any, Any], step: object) -> None:
    del inner[step]


def double(inner: object, step: int) -> None:
    if isinstance(inner, list):
        inner.insert(step, deepcopy(inner[step]))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_one_change_anywhere_is_answered(name: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PLACES[name]))
    hand = data.draw(ODD | st.sampled_from([drop, double]))
    report = verify(canonical(changed(FILES[name], path, hand)))
    assert [said.code for said in report.said] == list(CODES)
    assert report.lines("zh")
    assert report.lines("en")


FREE = {("register",), ("commitment",), ("entropy",), ("closing",), ("result",), ("parts",), ("log",), ("secret",)}


@pytest.mark.parametrize("name", ["log", "weights", "two_parts_rotation"])
def test_a_change_of_anything_bound_is_refused(name: str) -> None:
    """Every value below these, but for the last entry of the register, which only a noted head binds."""
    document = FILES[name]
    last = len(document["register"]) - 1
    for path in PLACES[name][::29]:
        if path[:1] not in FREE or path[:2] == ("register", last):
            continue
        inner: Any = document
        for step in path:
            inner = inner[step]
        other = inner + 1 if type(inner) is int else f"{inner}A" if isinstance(inner, str) else None
        if other is None:
            continue
        assert not verify(canonical(changed(document, path, other))).passes(), path


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_answered(data: bytes) -> None:
    report = verify(data)
    assert not report.passes()
    assert report.lines("en")[-1].startswith("refused")
