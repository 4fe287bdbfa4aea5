"""Recompute the chain of the ledger once a day, and keep what was found."""

from datetime import timedelta
from typing import Final

import structlog

from service.platform import Database, last_check, ledger_check, note_check

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(hours=24)


def run(database: Database) -> None:
    """Check the ledger where that was not done for a day, by whomever."""
    with database.reader() as session:
        last = last_check(session)
        if last is not None and database.clock.now() - last < EVERY:
            return
        report = ledger_check(session)
    note_check(database, report)
    if not report.intact:
        log.error("ledger_not_intact", faults=len(report.faults), first=report.faults[0])
