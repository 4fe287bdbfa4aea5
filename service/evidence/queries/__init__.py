"""Reads of evidence."""

from service.evidence.queries.known import EntityEvidence, evidence_of

__all__ = ["EntityEvidence", "evidence_of"]
