"""Long faults that need no servers of their own."""

from __future__ import annotations

from tests.faults.drill import database_faults, redis_faults
from tests.faults.drill.short import Fault

LONG = (
    Fault("a table locked for a minute", database_faults.table_locked, (600, 600)),
    Fault("Redis gone for ten minutes", redis_faults.gone, (6_000, 6_000)),
)
