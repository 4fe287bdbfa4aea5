"""Visits: dispatched under the caps of all departments, recorded, signed, audited, turned into evidence."""

from __future__ import annotations

from service.inspections.visits.usecases import (
    Opened,
    Team,
    audit_visit,
    open_recheck,
    open_triggered,
    open_visits,
    record_visit,
    send_back,
    sign_visit,
    sync_findings,
)

__all__ = [
    "Opened",
    "Team",
    "audit_visit",
    "open_recheck",
    "open_triggered",
    "open_visits",
    "record_visit",
    "send_back",
    "sign_visit",
    "sync_findings",
]
