"""An invented city to try the system on: the same seed, size and last day always give the same files."""

from service.sample.city import City, Written, true_risk, write
from service.sample.inspection import announcements, findings, inspection_task, inspection_terms, roster

__all__ = [
    "City",
    "Written",
    "announcements",
    "findings",
    "inspection_task",
    "inspection_terms",
    "roster",
    "true_risk",
    "write",
]
