"""Repair the records whose longest publicity is over, each in a transaction of its own."""

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from service.platform import Database, job_actor
from service.repairs import repair_expired, sort_over
from workers.jobs import publication_alarms

log = structlog.get_logger(__name__)


def run(database: Database) -> None:
    """Look at what may have changed, then repair what is over by now; one that fails does not hold back the others."""
    publication_alarms.run(database)
    after: int | None = 0
    while after is not None:
        with database.unit_of_work(job_actor("repair_expiry")) as uow:
            found, after = sort_over(uow, after=after)
        for one in found:
            try:
                with database.unit_of_work(job_actor("repair_expiry")) as uow:
                    repair_expired(uow, record=one.event, since=one.since)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("repair_by_expiry_failed", record=one.event)
