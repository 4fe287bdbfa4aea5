"""Repair the records whose longest publicity is over, each in a transaction of its own."""

from service.platform import Database, job_actor
from service.publicity import every_record
from service.repairs import over, repair_expired


def run(database: Database) -> None:
    """Look at every record that some edition speaks of."""
    with database.reader() as session:
        looked = map(over, every_record(session, now=database.clock.now(), authorities=None))
        found = [one for one in looked if one is not None]
    for one in found:
        with database.unit_of_work(job_actor("repair_expiry")) as uow:
            repair_expired(uow, record=one.event, since=one.since)
