"""A ledger of a test: entries, the tree over them, checkpoints that a key signs, proofs as the service writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scoring.kernel.canonical import canonical
from scoring.kernel.trees import root_of_hashes
from scoring.ledger import FIELDS, GENESIS, SCHEMA, TYPE, Checkpoint, Key, chained, consistency, inclusion, leaf

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "ledger.example.org"
SEED = bytes(range(32))


class Log:
    """Entries numbered from 1, each naming a shop, and a key."""

    def __init__(self, size: int, *, seed: bytes = SEED, name: str = NAME, told: str = "shop") -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, self.private.public_key().public_bytes_raw())
        self.entries = [_entry(number, f"{told} {number}") for number in range(1, size + 1)]
        self.chain = [GENESIS]
        for number, entry in enumerate(self.entries, 1):
            self.chain.append(chained(self.chain[-1], number, entry.values()))
        self.leaves = [leaf(number, hashed) for number, hashed in enumerate(self.chain) if number]

    def node(self, height: int, number: int) -> bytes:
        """The hash of a complete subtree, counted from its leaves."""
        return root_of_hashes(self.leaves[number << height : (number + 1) << height])

    def checkpoint(self, size: int, *more: str) -> Checkpoint:
        """A signed checkpoint."""
        unsigned = Checkpoint(self.key.name, size, root_of_hashes(self.leaves[:size]), more)
        signature = self.private.sign(unsigned.text().encode())
        return unsigned._replace(signatures=((self.key.name, self.key.id, signature),))

    def proof(self, size: int, *, earlier: int | None = None, entries: Sequence[int] = ()) -> dict[str, Any]:
        """A proof as a document."""
        document: dict[str, Any] = {"type": TYPE, "schema": SCHEMA, "checkpoint": self.checkpoint(size).note()}
        if earlier:
            path = [one.hex() for one in consistency(self.node, earlier, size)]
            document["earlier"] = {"checkpoint": self.checkpoint(earlier).note(), "path": path}
        if entries:
            document["entries"] = [self._told(position, size) for position in entries]
        return document

    def _told(self, position: int, size: int) -> dict[str, Any]:
        return {
            "position": position,
            "previous": self.chain[position - 1].hex(),
            "entry": self.entries[position - 1],
            "path": [one.hex() for one in inclusion(self.node, position - 1, size)],
        }


def _entry(number: int, subject: str) -> dict[str, Any]:
    values = (
        number + 100,
        "2026-11-22T00:00:00.000000Z",
        "person",
        "clerk",
        "handler",
        None,
        "event.accepted",
        subject,
    )
    return dict(zip(FIELDS, (*values, {"about": "门店"}, None), strict=True))


def written(document: dict[str, Any]) -> bytes:
    """The bytes of a proof."""
    return canonical(document)
