"""What people do to visits: open them, enter, find, record, sign, audit, correct. One function each."""

from service.inspections.visits.usecases.alarming import raise_alarms
from service.inspections.visits.usecases.auditing import Audited, audit_visit, send_back
from service.inspections.visits.usecases.dispatching import open_triggered, open_visits
from service.inspections.visits.usecases.ending import cancel_visit
from service.inspections.visits.usecases.entering import (
    EntryCode,
    ask_entry_code,
    begin_off_site,
    enter_without_code,
    go_on_site,
    scan_at_door,
    scan_entry_code,
)
from service.inspections.visits.usecases.filing import attach_file
from service.inspections.visits.usecases.finding import Sent, sync_findings
from service.inspections.visits.usecases.following import follow_draws, open_drawn
from service.inspections.visits.usecases.opening import Opened, Team
from service.inspections.visits.usecases.recording import record_visit, sign_visit
from service.inspections.visits.usecases.rectifying import close_order, open_recheck
from service.inspections.visits.usecases.recusing import ask_recusal, grant_recusal, refuse_recusal
from service.inspections.visits.usecases.seating import change_member
from service.inspections.visits.usecases.steering import (
    decide_merge,
    decide_register_proposal,
    publish_visit,
)
from service.inspections.visits.usecases.watching import figures

__all__ = [
    "Audited",
    "EntryCode",
    "Opened",
    "Sent",
    "Team",
    "ask_entry_code",
    "ask_recusal",
    "attach_file",
    "audit_visit",
    "begin_off_site",
    "cancel_visit",
    "change_member",
    "close_order",
    "decide_merge",
    "decide_register_proposal",
    "enter_without_code",
    "figures",
    "follow_draws",
    "go_on_site",
    "grant_recusal",
    "open_drawn",
    "open_recheck",
    "open_triggered",
    "open_visits",
    "publish_visit",
    "raise_alarms",
    "record_visit",
    "refuse_recusal",
    "scan_at_door",
    "scan_entry_code",
    "send_back",
    "sign_visit",
    "sync_findings",
]
