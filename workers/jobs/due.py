"""Mark the entities whose rating changes by itself: time moves tiers too."""

from service.platform import Database, job_actor
from service.ratings import sweep_due


def run(database: Database) -> None:
    """Mark whatever is due by now."""
    with database.unit_of_work(job_actor("due")) as uow:
        sweep_due(uow=uow)
