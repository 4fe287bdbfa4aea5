"""Raise the alarms of inspections: terms that come near or are over."""

from service.inspections.visits import raise_alarms
from service.platform import Database, job_actor


def run(database: Database) -> None:
    """Raise whatever is due by now, a thousand at a time."""
    raised = 1
    while raised:
        with database.unit_of_work(job_actor("alarms")) as uow:
            raised = raise_alarms(uow)
