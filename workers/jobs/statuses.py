"""End the statuses whose longest stay is over: a suspension is presumed ended."""

from service.platform import Database, job_actor
from service.register import end_statuses


def run(database: Database) -> None:
    """End whatever is over by now, some hundred at a time."""
    ended = 1
    while ended:
        with database.unit_of_work(job_actor("statuses")) as uow:
            ended = end_statuses(uow)
