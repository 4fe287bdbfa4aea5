"""Evidence: events, occasions, cases, corrections, annulments, repairs, disputes; warnings."""

from service.evidence.queries import EntityEvidence, evidence_of

__all__ = ["EntityEvidence", "evidence_of"]
