"""Find the file that a lost wake-up or a dead worker left lying."""

from service.evidence import left_lying
from service.platform import Database, wake


def run(database: Database) -> None:
    """Wake the bulk worker for the oldest unfinished file that nobody works on."""
    with database.reader() as session:
        job = left_lying(session)
    if job is not None:
        wake("bulk", job)
