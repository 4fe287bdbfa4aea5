"""Roots and paths against the published vectors of RFC 6962 and its definition."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.errors import LawError
from scoring.kernel.trees import Paths, leaf_hash, path, root, root_from_hash, root_from_path, root_of_hashes
from tests.unit.sampling.published import published

LEAVES = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


def accepted(case: dict[str, Any]) -> bool:
    hashes = [b64decode(each) for each in case["proof"] or []]
    try:
        reached = root_from_hash(b64decode(case["leafHash"]), case["leafIdx"], case["treeSize"], hashes)
    except LawError:
        return False
    return reached == b64decode(case["root"])


def test_published_roots() -> None:
    vectors = published("rfc6962_examples.json")
    leaves = [bytes.fromhex(leaf) for leaf in vectors["leaves_hex"]]
    roots = [root(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    assert roots == vectors["roots_by_size"]
    assert [Paths(map(leaf_hash, leaves[:size])).root().hex() for size in range(len(leaves) + 1)] == roots


def test_published_paths_are_accepted_and_refused_as_marked() -> None:
    cases: list[dict[str, Any]] = published("rfc6962_examples.json")["inclusion"]
    wrong = [case["name"] for case in cases if accepted(case) == case["wantErr"]]
    assert not wrong
    assert {case["wantErr"] for case in cases} == {True, False}


def defined(leaves: list[bytes], index: int) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1, read word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*defined(leaves[:split], index), root(leaves[split:])]
    return [*defined(leaves[split:], index - split), root(leaves[:split])]


@given(LEAVES, st.data())
def test_a_path_is_the_defined_one_and_leads_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    found = path(leaves, index)
    assert found == defined(leaves, index)
    assert root_from_path(leaves[index], index, len(leaves), found) == root(leaves)


@given(LEAVES)
def test_leaves_known_by_their_hashes_give_the_same_tree(leaves: list[bytes]) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    paths = Paths(hashes)
    assert root_of_hashes(hashes) == paths.root() == root(leaves)
    assert [paths.of(index) for index in range(len(leaves))] == [path(leaves, index) for index in range(len(leaves))]


@given(LEAVES, st.data())
def test_another_leaf_leads_elsewhere(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(max_size=5).filter(lambda leaf: leaf != leaves[index]))
    assert root_from_path(other, index, len(leaves), path(leaves, index)) != root(leaves)


@given(st.lists(st.binary(min_size=3, max_size=3), min_size=2, max_size=40, unique=True), st.data())
def test_a_path_proves_its_own_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    claimed = data.draw(st.integers(0, len(leaves) - 1).filter(lambda place: place != index))
    try:
        reached = root_from_path(leaves[index], claimed, len(leaves), path(leaves, index))
    except LawError:
        reached = b""
    assert reached != root(leaves)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (0, -1)])
def test_a_place_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(LawError) as caught:
        root_from_path(b"a", index, size, [])
    assert caught.value.code == "path_unfit"


@pytest.mark.parametrize("change", ["shorter", "longer", "cut"])
def test_a_path_of_another_form_is_refused(change: str) -> None:
    leaves = [b"a", b"b", b"c", b"d", b"e"]
    hashes = path(leaves, 1)
    changed = {"shorter": hashes[:-1], "longer": [*hashes, bytes(32)], "cut": [hashes[0][:31], *hashes[1:]]}[change]
    with pytest.raises(LawError) as caught:
        root_from_path(leaves[1], 1, 5, changed)
    assert caught.value.code == "path_unfit"


def test_an_inner_node_is_no_leaf() -> None:
    leaves = [b"a", b"b"]
    inner = leaf_hash(b"a") + leaf_hash(b"b")
    assert root([inner]) != root(leaves)
    assert root([inner]) == sha256(b"\x00" + inner).digest()


@pytest.mark.parametrize("index", [-1, 2])
def test_there_is_no_path_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(LawError) as caught:
        path([b"a", b"b"], index)
    assert caught.value.code == "leaf_unknown"
