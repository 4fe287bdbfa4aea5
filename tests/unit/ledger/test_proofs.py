"""Proofs made from subtrees against the recursion of RFC 6962 §2.1, written down here a second time."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.trees import root_from_hash
from scoring.ledger import consistency, inclusion, is_continuation, root_of

LEAVES = [sha256(b"\x00" + number.to_bytes(2, "big")).digest() for number in range(300)]


def tree(leaves: list[bytes]) -> bytes:
    """MTH of the RFC over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + tree(leaves[:split]) + tree(leaves[split:])).digest()


def node(height: int, number: int) -> bytes:
    start = number << height
    assert start + (1 << height) <= len(LEAVES), "only complete subtrees are asked for"
    return tree(LEAVES[start : start + (1 << height)])


sizes = st.integers(1, len(LEAVES))


@given(sizes)
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    assert root_of(node, size) == tree(LEAVES[:size])


def test_no_leaves_have_the_root_of_nothing() -> None:
    assert root_of(node, 0) == sha256(b"").digest()


@given(sizes, st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_from_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(node, index, size)
    assert root_from_hash(LEAVES[index], index, size, path) == tree(LEAVES[:size])
    other = sha256(b"another").digest()
    assert root_from_hash(other, index, size, path) != tree(LEAVES[:size])


@given(sizes, sizes, st.data())
def test_a_continuation_is_proved_and_nothing_else_is(one: int, other: int, data: st.DataObject) -> None:
    first, second = sorted((one, other))
    path = consistency(node, first, second)
    before, after = (first, tree(LEAVES[:first])), (second, tree(LEAVES[:second]))
    assert is_continuation(before, after, path)
    changed = list(LEAVES)
    changed[data.draw(st.integers(0, first - 1))] = b"\x00" * 32
    assert not is_continuation((first, tree(changed[:first])), after, path)
    assert not is_continuation(before, (second, tree(changed[:second])), path)
    assert not is_continuation(before, after, [*path, path[0] if path else b"\x00" * 32])
    if path:
        assert not is_continuation(before, after, path[:-1])
        at = data.draw(st.integers(0, len(path) - 1))
        assert not is_continuation(before, after, [*path[:at], b"\x01" * 32, *path[at + 1 :]])


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 5)])
def test_sizes_out_of_order_have_no_proof(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="no tree"):
        consistency(node, first, second)
    assert not is_continuation((first, b""), (second, b""), [])


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="none at"):
        inclusion(node, index, size)
