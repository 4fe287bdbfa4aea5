"""Proofs over a tree of RFC 6962 (§2.1) that is too large to be held: made from its complete subtrees, one by one.

A subtree is told by its height and its number among those of its height, from 0 at the left: (0, 5) is the sixth leaf's
hash, (8, 1) that over leaves 256 to 511.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Node: TypeAlias = "Callable[[int, int], bytes]"
"""The hash of a complete subtree, by height and number."""


def root_of(node: Node, size: int) -> bytes:
    """The root over the first ``size`` leaves; of none, SHA-256 of nothing."""
    return _over(node, 0, size) if size else sha256(b"").digest()


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """The path of the leaf at ``index`` in the tree of the first ``size`` leaves, from the leaf up.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    return [_over(node, start, stop) for start, stop in reversed(list(_beside(index, size)))]


def _beside(index: int, size: int) -> Iterator[tuple[int, int]]:
    """What lies beside the way from the root down to a leaf, as ranges of leaves."""
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _half(stop - start)
        if index < middle:
            yield middle, stop
            stop = middle
        else:
            yield start, middle
            start = middle


def consistency(node: Node, first: int, second: int) -> list[bytes]:
    """The proof that the tree of the first ``second`` leaves begins with that of the first ``first`` (§2.1.2).

    Raises:
        ValueError: the sizes are not in order, or the first is 0, of which everything is a continuation.
    """
    if not 0 < first <= second:
        raise ValueError(f"no tree of {second} leaves is held against one of {first}")
    found: list[bytes] = []
    start, stop, known = 0, second, True
    while first != stop:
        middle = start + _half(stop - start)
        if first <= middle:
            found.append(_over(node, middle, stop))
            stop = middle
        else:
            found.append(_over(node, start, middle))
            start, known = middle, False
    if not known:
        found.append(_over(node, start, stop))
    return found[::-1]


def _half(count: int) -> int:
    """The largest power of two below a number from 2 on."""
    return 1 << ((count - 1).bit_length() - 1)


def _over(node: Node, start: int, stop: int) -> bytes:
    """The hash over leaves from ``start``, where a subtree begins, up to ``stop``."""
    peaks: list[bytes] = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        peaks.append(node(height, start >> height))
        start += 1 << height
    return _joined(peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = sha256(b"\x01" + peak + found).digest()
    return found


def is_continuation(first: tuple[int, bytes], second: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether a proof leads from one tree to one that continues it (RFC 9162 §2.1.4.2); each is its size and root.

    Nothing that the arguments say makes it raise.
    """
    (size, root), (larger, later) = first, second
    if not 0 < size <= larger:
        return False
    if size == larger:
        return root == later and not path
    nodes = list(path) if size & (size - 1) else [root, *path]
    if not nodes:
        return False
    return _leads(nodes, size - 1, larger - 1, (root, later))


def _leads(nodes: Sequence[bytes], index: int, last: int, roots: tuple[bytes, bytes]) -> bool:
    while index % 2:
        index, last = index // 2, last // 2
    old = new = nodes[0]
    for beside in nodes[1:]:
        if not last:
            return False
        if index % 2 or index == last:
            old, new = sha256(b"\x01" + beside + old).digest(), sha256(b"\x01" + beside + new).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            new = sha256(b"\x01" + new + beside).digest()
        index, last = index // 2, last // 2
    return not last and (old, new) == roots
