"""Evidence: occasions, events, cases and the acts that correct, annul or repair them."""

from service.evidence.queries import EntityEvidence, evidence_of
from service.evidence.usecases import Receipt, record, record_at_once, seed

__all__ = ["EntityEvidence", "Receipt", "evidence_of", "record", "record_at_once", "seed"]
