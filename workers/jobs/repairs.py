"""Let time pass over cases of repair and objection."""

from service.platform import Database, job_actor
from service.repairs import look_over, sweep


def run(database: Database) -> None:
    """End what has lost its record, then do whatever is due by now, some hundred cases at a time."""
    after: int | None = 0
    while after is not None:
        with database.unit_of_work(job_actor("repairs")) as uow:
            after = look_over(uow, after=after)
    moved = 1
    while moved:
        with database.unit_of_work(job_actor("repairs")) as uow:
            moved = sweep(uow)
