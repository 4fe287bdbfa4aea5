"""Visits: dispatched under the caps of all departments, recorded, signed, audited, turned into evidence."""

from __future__ import annotations

from service.inspections.visits.queries import AuditedResult, TaskProgress, audited_results, task_progress, visit_view
from service.inspections.visits.usecases import (
    Opened,
    Team,
    ask_entry_code,
    audit_visit,
    begin_off_site,
    cancel_visit,
    change_member,
    enter_without_code,
    follow_draws,
    open_drawn,
    open_recheck,
    open_triggered,
    open_visits,
    raise_alarms,
    record_visit,
    scan_entry_code,
    send_back,
    sign_visit,
    sync_findings,
)

__all__ = [
    "AuditedResult",
    "Opened",
    "TaskProgress",
    "Team",
    "ask_entry_code",
    "audit_visit",
    "audited_results",
    "begin_off_site",
    "cancel_visit",
    "change_member",
    "enter_without_code",
    "follow_draws",
    "open_drawn",
    "open_recheck",
    "open_triggered",
    "open_visits",
    "raise_alarms",
    "record_visit",
    "scan_entry_code",
    "send_back",
    "sign_visit",
    "sync_findings",
    "task_progress",
    "visit_view",
]
