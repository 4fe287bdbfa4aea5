"""What every room stands on and that knows no room: database, outbox, marks, audit, problems."""

from service.platform.actor import ANONYMOUS, STAFF, Actor, Role, contains, job_actor
from service.platform.clock import Clock, FixedClock, SystemClock, local_day
from service.platform.database import Database
from service.platform.migrations import insert_only, migrate
from service.platform.problem import LANGUAGES, Problem, ProblemKind, ProblemText, catalogue
from service.platform.queues import QUEUES, QueuedWork, use_redis, wake
from service.platform.request_id import accept_request_id, current_request_id, request_scope
from service.platform.settings import Settings, SettingsError, load_settings
from service.platform.tables import Base, LedgerSeal, Outbox, OutboxDone, RerateMark
from service.platform.unit_of_work import UnauditedWriteError, UnitOfWork

__all__ = [
    "ANONYMOUS",
    "LANGUAGES",
    "QUEUES",
    "STAFF",
    "Actor",
    "Base",
    "Clock",
    "Database",
    "FixedClock",
    "LedgerSeal",
    "Outbox",
    "OutboxDone",
    "Problem",
    "ProblemKind",
    "ProblemText",
    "QueuedWork",
    "RerateMark",
    "Role",
    "Settings",
    "SettingsError",
    "SystemClock",
    "UnauditedWriteError",
    "UnitOfWork",
    "accept_request_id",
    "catalogue",
    "contains",
    "current_request_id",
    "insert_only",
    "job_actor",
    "load_settings",
    "local_day",
    "migrate",
    "request_scope",
    "use_redis",
    "wake",
]
