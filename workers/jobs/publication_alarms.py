"""Raise the alarms of publicity: duties that come near or are over, and comparisons that did not come."""

from service.platform import Database, job_actor
from service.publicity import Readings, raise_comparison_alarms, raise_publication_alarms


def run(database: Database) -> None:
    """Look at every record for which something can have changed, some thousand numbers at a time."""
    after: int | None = 0
    readings = Readings(ahead=True)
    with database.unit_of_work(job_actor("publication-alarms")) as uow:
        raise_comparison_alarms(uow)
    while after is not None:
        with database.unit_of_work(job_actor("publication-alarms")) as uow:
            after = raise_publication_alarms(uow, after=after, readings=readings)
