"""Files of evidence: received whole, worked off in chunks, resumed after a crash."""

from service.evidence.bulk.checking import file_faults
from service.evidence.bulk.jobs import Job, left_lying, read_job
from service.evidence.bulk.refused import refused_rows
from service.evidence.bulk.submission import Received, Submission, submit_bulk
from service.evidence.bulk.work import work_off

__all__ = [
    "Job",
    "Received",
    "Submission",
    "file_faults",
    "left_lying",
    "read_job",
    "refused_rows",
    "submit_bulk",
    "work_off",
]
