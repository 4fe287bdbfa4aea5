"""The audit ledger as an outsider holds it to account: signed checkpoints, proofs between them, entries under them."""

from scoring.ledger.entries import FIELDS, GENESIS, chained, leaf
from scoring.ledger.notes import Checkpoint, Key, NoteError, is_name, read_key, read_note
from scoring.ledger.proofs import Node, consistency, inclusion, is_continuation, root_of
from scoring.ledger.reading import SCHEMA, TYPE, is_proof
from scoring.ledger.verify import Held, ProofReport, verify_proof
from scoring.ledger.words import CODES

__all__ = [
    "CODES",
    "FIELDS",
    "GENESIS",
    "SCHEMA",
    "TYPE",
    "Checkpoint",
    "Held",
    "Key",
    "Node",
    "NoteError",
    "ProofReport",
    "chained",
    "consistency",
    "inclusion",
    "is_continuation",
    "is_name",
    "is_proof",
    "leaf",
    "read_key",
    "read_note",
    "root_of",
    "verify_proof",
]
