"""Signed checkpoints of the ledger, and proofs for outsiders (``docs/ledger.md``)."""

from service.platform.checkpoints.keys import signing_keys, use_ledger_keys
from service.platform.checkpoints.making import (
    EVERY,
    Kept,
    PublishedKey,
    checkpoint_at,
    checkpoints,
    make_checkpoint,
    newest_checkpoint,
    published_keys,
)
from service.platform.checkpoints.proving import proof_between, receipt

__all__ = [
    "EVERY",
    "Kept",
    "PublishedKey",
    "checkpoint_at",
    "checkpoints",
    "make_checkpoint",
    "newest_checkpoint",
    "proof_between",
    "published_keys",
    "receipt",
    "signing_keys",
    "use_ledger_keys",
]
