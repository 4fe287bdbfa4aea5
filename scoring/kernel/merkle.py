"""The Merkle tree of RFC 6962 over a growing list, kept as its complete subtrees: the root costs no memory.

Leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left ‖ right), the empty tree = SHA-256 of nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class MerkleTree:
    """The tree of the entries appended so far. ``size`` and ``peaks`` are all that must be kept to go on later.

    ``peaks``: the hashes of the complete subtrees, the largest first; their sizes are the binary digits of ``size``.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("a tree has as many peaks as its size has binary digits 1")

    def append(self, entry: bytes) -> None:
        """Add one entry at the end."""
        self.append_hash(sha256(b"\x00" + entry).digest())

    def extend(self, entries: Iterable[bytes]) -> None:
        """Add entries at the end, in their order."""
        for entry in entries:
            self.append_hash(sha256(b"\x00" + entry).digest())

    def append_hash(self, node: bytes) -> None:
        """Add at the end an entry of which only the leaf hash is known."""
        size = self.size
        while size & 1:
            node = sha256(b"\x01" + self.peaks.pop() + node).digest()
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all entries."""
        if not self.peaks:
            return sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = sha256(b"\x01" + peak + node).digest()
        return node
