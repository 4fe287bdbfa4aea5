"""Trees of RFC 6962 over leaves at hand (draw protocol, §1.5): roots, paths, and the root that a path leads to.

Functions that end in ``_hash`` or ``_hashes`` take leaf hashes in place of leaf bytes: masked rows are known by theirs.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from scoring.kernel.errors import LawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASH_BYTES = 32


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves in their order; of none, SHA-256 of nothing."""
    return root_of_hashes(map(leaf_hash, leaves))


def root_of_hashes(hashes: Iterable[bytes]) -> bytes:
    """The root over leaves known by their hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else sha256(b"").digest()


def _above(level: list[bytes]) -> list[bytes]:
    """The nodes over a level; an odd last one rises unchanged."""
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    return above + level[-1:] if len(level) % 2 else above


def path(leaves: Iterable[bytes], index: int) -> list[bytes]:
    """The path of one leaf, from the leaf up.

    Raises:
        LawError: ``leaf_unknown``.
    """
    return Paths(map(leaf_hash, leaves)).of(index)


class Paths:
    """Every node of a tree, for the paths of many leaves; 64 bytes and two Python objects for each leaf."""

    __slots__ = ("_levels", "size")

    def __init__(self, hashes: Iterable[bytes]) -> None:
        level = list(hashes)
        self.size = len(level)
        self._levels = [level]
        while len(level) > 1:
            self._levels.append(level := _above(level))

    def root(self) -> bytes:
        """The root of the tree."""
        return self._levels[-1][0] if self.size else sha256(b"").digest()

    def of(self, index: int) -> list[bytes]:
        """The path of the leaf at ``index``, from the leaf up.

        Raises:
            LawError: ``leaf_unknown``.
        """
        if not 0 <= index < self.size:
            raise LawError(
                "leaf_unknown",
                zh=f"树共有 {self.size} 片叶，没有第 {index} 片（自 0 起）。",
                en=f"The tree has {self.size} leaves and none at {index} (from 0).",
            )
        found = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                found.append(level[beside])
            index //= 2
        return found


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which a leaf and its path lead in a tree of ``size`` leaves (RFC 9162 §2.1.3.2).

    Raises:
        LawError: ``path_unfit``: no leaf at ``index`` of such a tree has a path of this form.
    """
    return root_from_hash(leaf_hash(leaf), index, size, path)


def root_from_hash(node: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """As ``root_from_path``, from a leaf's hash.

    Raises:
        LawError: ``path_unfit``.
    """
    if not 0 <= index < size or any(len(each) != HASH_BYTES for each in (node, *path)):
        raise _unfit(index, size, path)
    last = size - 1
    for beside in path:
        if not last:
            raise _unfit(index, size, path)
        if index % 2 or index == last:
            node = sha256(b"\x01" + beside + node).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\x01" + node + beside).digest()
        index, last = index // 2, last // 2
    if last:
        raise _unfit(index, size, path)
    return node


def _unfit(index: int, size: int, path: Sequence[bytes]) -> LawError:
    return LawError(
        "path_unfit",
        zh=f"路径与树不符：{len(path)} 段路径不可能属于 {size} 片叶的树中第 {index} 片（自 0 起）。",
        en=f"The path does not fit the tree: {len(path)} hashes lead from no leaf {index} (from 0) of {size}.",
    )
