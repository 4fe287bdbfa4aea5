"""The growing tree against the definition of RFC 6962 §2.1, read word for word."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.merkle import MerkleTree


def defined(entries: list[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\x01" + defined(entries[:split]) + defined(entries[split:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_root_is_the_defined_one_at_every_size(entries: list[bytes]) -> None:
    tree = MerkleTree()
    assert tree.root() == defined([])
    for size, entry in enumerate(entries, 1):
        tree.append(entry)
        assert tree.root() == defined(entries[:size])


@given(st.lists(st.binary(max_size=4), max_size=20), st.lists(st.binary(max_size=4), max_size=20))
def test_a_tree_goes_on_from_its_size_and_peaks(first: list[bytes], second: list[bytes]) -> None:
    tree = MerkleTree()
    for entry in first:
        tree.append(entry)
    resumed = MerkleTree(tree.size, tree.peaks)
    for entry in second:
        resumed.append(entry)
    assert resumed.root() == defined(first + second)


def test_peaks_that_do_not_belong_to_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        MerkleTree(3, [b""])
