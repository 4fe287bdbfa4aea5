"""The keys of this process that sign checkpoints. Only the process that makes checkpoints needs any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scoring.ledger import Checkpoint, Key
from service.platform.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_signers: list[tuple[Key, Ed25519PrivateKey]] = []


def use_ledger_keys(name: str, seeds: Sequence[bytes]) -> None:
    """Sign as the log ``name`` under each of the seeds, 32 bytes (RFC 8032 §5.1.5); the first one is the newest."""
    private = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
    _signers[:] = [(Key(name, each.public_key().public_bytes_raw()), each) for each in private]


def signing_keys() -> tuple[Key, ...]:
    """The public keys of those that sign here; none without ``LEDGER_KEY``."""
    return tuple(key for key, _ in _signers)


def signed(size: int, root: bytes, *more: str) -> Checkpoint:
    """A checkpoint with a signature of every key: whoever trusts the old one learns of the new one by it.

    Raises:
        Problem: ``ledger_key_missing``.
    """
    if not _signers:
        raise Problem("ledger_key_missing")
    plain = Checkpoint(_signers[0][0].name, size, root, more)
    text = plain.text().encode()
    return plain._replace(signatures=tuple((key.name, key.id, private.sign(text)) for key, private in _signers))
