"""What every room stands on and that knows no room: database, outbox, marks, audit, problems."""

from service.platform import web
from service.platform.actor import ANONYMOUS, STAFF, Actor, Role, Scope, contains, job_actor, region_prefix
from service.platform.at_once import LEDGER_CLAUSE, ledger_parameters
from service.platform.checkpoints import (
    EVERY as CHECKPOINT_EVERY,
)
from service.platform.checkpoints import (
    checkpoint_at,
    checkpoints,
    make_checkpoint,
    newest_checkpoint,
    proof_between,
    published_keys,
    receipt,
    signing_keys,
    use_ledger_keys,
)
from service.platform.clock import Clock, FixedClock, SystemClock, local_day
from service.platform.connections import UNBOUNDED, Bounds
from service.platform.counter import next_number
from service.platform.database import Database
from service.platform.encoding import GB18030, UTF_8, EncodingSniffer, ForeignEncodingError, incremental
from service.platform.encryption import decrypt, encrypt, key_names, use_encryption_keys
from service.platform.entries import unentered
from service.platform.files import KeptFile, file_kinds, is_kept, keep_file, keep_record, most_bytes, read_file
from service.platform.identity_numbers import (
    holds_identity_number,
    identity_numbers_at,
    refusing_identity_numbers,
    without_identity_numbers,
)
from service.platform.inbox import Inbox, note_done, undone
from service.platform.leading import Fence, Lead, take_lead
from service.platform.ledger import (
    LedgerReport,
    LedgerState,
    last_check,
    last_position,
    ledger_check,
    ledger_entries,
    ledger_state,
    note_check,
    position_at,
    positions_of,
    seal,
    sealed_through,
)
from service.platform.logs import configure_logs
from service.platform.migrations import (
    PrivilegeError,
    insert_only,
    may_change_what_stands,
    migrate,
    migration_head,
    schema_serves,
)
from service.platform.overrides import OverrideKind, note_override, override_kinds
from service.platform.problem import LANGUAGES, Problem, ProblemKind, ProblemText, catalogue
from service.platform.query_log import QueryNotes
from service.platform.query_log_keeping import kept_from, least_years, old_notes, purge_query_log
from service.platform.queues import (
    QUEUES,
    QueuedWork,
    flush_wakes,
    redis_answers,
    use_redis,
    waiting_key,
    wake,
    woken_by,
)
from service.platform.reach import Beyond, beyond_scope
from service.platform.repeated_names import RepeatedName, repeated_name
from service.platform.request_id import accept_request_id, current_request_id, request_scope, set_request_id
from service.platform.role_of_service import warn_of_owner
from service.platform.settings import IdentityProvider, Settings, SettingsError, load_settings
from service.platform.sheets import sheet, sheet_pieces
from service.platform.snapshot import only_reads, told_once
from service.platform.storable import storable
from service.platform.tables import Base, LedgerSeal, Outbox, OutboxDone, RerateMark
from service.platform.told_faults import told, told_name
from service.platform.tracing import start_tracing, stop_tracing, traces
from service.platform.turns import turn_of
from service.platform.unit_of_work import UnauditedWriteError, UnitOfWork
from service.platform.vaults import Fault, Kept, KeptRow, Stock, Vault, decrypt_newest, rotate, taken_stock
from service.platform.workbooks import (
    XLSX,
    WorkbookError,
    WorkbookLimits,
    WorkbookRow,
    spooled,
    workbook_rows,
)
from service.platform.written_workbooks import WrongCell, written_workbook

__all__ = [
    "ANONYMOUS",
    "CHECKPOINT_EVERY",
    "GB18030",
    "LANGUAGES",
    "LEDGER_CLAUSE",
    "QUEUES",
    "STAFF",
    "UNBOUNDED",
    "UTF_8",
    "XLSX",
    "Actor",
    "Base",
    "Beyond",
    "Bounds",
    "Clock",
    "Database",
    "EncodingSniffer",
    "Fault",
    "Fence",
    "FixedClock",
    "ForeignEncodingError",
    "IdentityProvider",
    "Inbox",
    "Kept",
    "KeptFile",
    "KeptRow",
    "Lead",
    "LedgerReport",
    "LedgerSeal",
    "LedgerState",
    "Outbox",
    "OutboxDone",
    "OverrideKind",
    "PrivilegeError",
    "Problem",
    "ProblemKind",
    "ProblemText",
    "QueryNotes",
    "QueuedWork",
    "RepeatedName",
    "RerateMark",
    "Role",
    "Scope",
    "Settings",
    "SettingsError",
    "Stock",
    "SystemClock",
    "UnauditedWriteError",
    "UnitOfWork",
    "Vault",
    "WorkbookError",
    "WorkbookLimits",
    "WorkbookRow",
    "WrongCell",
    "accept_request_id",
    "beyond_scope",
    "catalogue",
    "checkpoint_at",
    "checkpoints",
    "configure_logs",
    "contains",
    "current_request_id",
    "decrypt",
    "decrypt_newest",
    "encrypt",
    "file_kinds",
    "flush_wakes",
    "holds_identity_number",
    "identity_numbers_at",
    "incremental",
    "insert_only",
    "is_kept",
    "job_actor",
    "keep_file",
    "keep_record",
    "kept_from",
    "key_names",
    "last_check",
    "last_position",
    "least_years",
    "ledger_check",
    "ledger_entries",
    "ledger_parameters",
    "ledger_state",
    "load_settings",
    "local_day",
    "make_checkpoint",
    "may_change_what_stands",
    "migrate",
    "migration_head",
    "most_bytes",
    "newest_checkpoint",
    "next_number",
    "note_check",
    "note_done",
    "note_override",
    "old_notes",
    "only_reads",
    "override_kinds",
    "position_at",
    "positions_of",
    "proof_between",
    "published_keys",
    "purge_query_log",
    "read_file",
    "receipt",
    "redis_answers",
    "refusing_identity_numbers",
    "region_prefix",
    "repeated_name",
    "request_scope",
    "rotate",
    "schema_serves",
    "seal",
    "sealed_through",
    "set_request_id",
    "sheet",
    "sheet_pieces",
    "signing_keys",
    "spooled",
    "start_tracing",
    "stop_tracing",
    "storable",
    "take_lead",
    "taken_stock",
    "told",
    "told_name",
    "told_once",
    "traces",
    "turn_of",
    "undone",
    "unentered",
    "use_encryption_keys",
    "use_ledger_keys",
    "use_redis",
    "waiting_key",
    "wake",
    "warn_of_owner",
    "web",
    "without_identity_numbers",
    "woken_by",
    "workbook_rows",
    "written_workbook",
]
