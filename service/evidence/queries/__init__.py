"""Reads of evidence."""

from service.evidence.queries.bulk import bulk_remarks
from service.evidence.queries.clocked import Clocked, acted_upon, clocked, share_recorded
from service.evidence.queries.corrected import Corrected, CorrectiveAct, corrected
from service.evidence.queries.decisions import Decision, Wanted, decisions
from service.evidence.queries.drawn import DrawnOccasion, drawn_occasions
from service.evidence.queries.inspected import Inspected, inspected
from service.evidence.queries.integrity import evidence_faults, unfinished_files
from service.evidence.queries.known import EntityEvidence, evidence_of
from service.evidence.queries.recorders import recorders
from service.evidence.queries.repairing import (
    OwnedRecord,
    known_records,
    owned_record,
    owned_records_of,
    revocations_of,
    struck,
)

__all__ = [
    "Clocked",
    "Corrected",
    "CorrectiveAct",
    "Decision",
    "DrawnOccasion",
    "EntityEvidence",
    "Inspected",
    "OwnedRecord",
    "Wanted",
    "acted_upon",
    "bulk_remarks",
    "clocked",
    "corrected",
    "decisions",
    "drawn_occasions",
    "evidence_faults",
    "evidence_of",
    "inspected",
    "known_records",
    "owned_record",
    "owned_records_of",
    "recorders",
    "revocations_of",
    "share_recorded",
    "struck",
    "unfinished_files",
]
