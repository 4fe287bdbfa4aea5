"""Entries of the audit ledger as a stranger counts them: each is chained to the one before and is a leaf of a tree."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from scoring.kernel.canonical import canonical
from scoring.kernel.trees import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS: Final = sha256(b"xinjian ledger").digest()
"""Stands for the hash of the entry before the first."""

FIELDS: Final = (
    "id",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "role",
    "authority",
    "action",
    "subject",
    "detail",
    "request_id",
)
"""What an entry says, in the order in which it is hashed. Instants are ISO 8601 in UTC with six decimals."""


def chained(previous: bytes, position: int, values: Iterable[object]) -> bytes:
    """SHA-256 over the hash of the entry before and the canonical array of the position and the values of ``FIELDS``.

    Raises:
        CanonicalError: a value has no canonical form.
    """
    return sha256(previous + canonical([position, *values])).digest()


def leaf(position: int, chain: bytes) -> bytes:
    """The leaf hash of an entry: over the canonical ``["ledger", position, hash]``, the chain's hash in hexadecimal."""
    return leaf_hash(canonical(["ledger", position, chain.hex()]))
