"""Evidence: occasions, events, cases and the acts that correct, annul or repair them."""

from service.evidence.bulk import Job, Received, Submission, file_faults, left_lying, read_job, submit_bulk, work_off
from service.evidence.catalogue import Catalogue
from service.evidence.intake.draft import refuse_reserved
from service.evidence.lifecycle import Known
from service.evidence.queries import (
    Decision,
    EntityEvidence,
    Inspected,
    Wanted,
    bulk_remarks,
    decisions,
    evidence_faults,
    evidence_of,
    inspected,
    recorders,
    unfinished_files,
)
from service.evidence.queries.catalogue import read_catalogue
from service.evidence.queries.records import event_record
from service.evidence.usecases import (
    ActReceipt,
    CommitmentReceipt,
    Receipt,
    add_severities,
    raise_warnings,
    record,
    record_act,
    record_at_once,
    record_body,
    record_commitment,
    record_own_act,
    seed,
    settle_commitment,
)

__all__ = [
    "ActReceipt",
    "Catalogue",
    "CommitmentReceipt",
    "Decision",
    "EntityEvidence",
    "Inspected",
    "Job",
    "Known",
    "Receipt",
    "Received",
    "Submission",
    "Wanted",
    "add_severities",
    "bulk_remarks",
    "decisions",
    "event_record",
    "evidence_faults",
    "evidence_of",
    "file_faults",
    "inspected",
    "left_lying",
    "raise_warnings",
    "read_catalogue",
    "read_job",
    "record",
    "record_act",
    "record_at_once",
    "record_body",
    "record_commitment",
    "record_own_act",
    "recorders",
    "refuse_reserved",
    "seed",
    "settle_commitment",
    "submit_bulk",
    "unfinished_files",
    "work_off",
]
