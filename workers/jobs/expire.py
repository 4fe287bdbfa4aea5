"""Give up the numbers of draws that were prepared and can be frozen no more."""

from service.inspections import draws
from service.platform import Database, job_actor


def run(database: Database) -> None:
    """Give up whatever is over by now, each in a transaction of its own."""
    with database.reader() as session:
        numbers = draws.expiring(session, database.clock.now())
    for number in numbers:
        with database.unit_of_work(job_actor("expire")) as uow:
            draws.expire_draw(uow, draw=number)
